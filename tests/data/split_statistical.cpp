#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "data/split.hpp"

namespace ohmcarlo {
namespace split_statistical_test {

// Every image is held out equally often over keys. 4,000 keys, 100 images, 20 held out: the number of times an image is
// held out is Binomial(4000, 0.2), sd 25.3. The sum of squares over images / variance * (99 / 100 for the fixed total)
// is close to chi-squared with 99 degrees of freedom: 45.8 and 180.8 are its quantiles at 1e-6 and 1 - 1e-6 (false
// alarms: 2e-6). The lower limit catches a held-out set that hardly depends on the key in a balanced way, the upper one
// a favoured image.
TEST(SplitStatistics, EveryImageIsHeldOutEquallyOften) {
  constexpr int kKeys = 4000;
  std::array<int, 100> times{};
  for (std::uint64_t key = 0; key < kKeys; ++key) {
    for (const std::uint32_t index : split_validation(times.size(), 20, key).validation) ++times[index];
  }
  double chi_squared = 0.0;
  for (const int count : times) chi_squared += std::pow(count - 0.2 * kKeys, 2) / (kKeys * 0.2 * 0.8) * 0.99;
  EXPECT_GT(chi_squared, 45.8);
  EXPECT_LT(chi_squared, 180.8);
}

}  // namespace split_statistical_test
}  // namespace ohmcarlo
