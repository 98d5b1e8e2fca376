#include "device/chance.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace chance_test {

TEST(Chance, SaysYesToTheSmallestWords) {
  constexpr std::uint32_t kLargest = std::numeric_limits<std::uint32_t>::max();
  EXPECT_TRUE(Chance(0).never());
  EXPECT_FALSE(Chance(0)(0));
  EXPECT_TRUE(Chance(1)(kLargest));
  const auto first_no = [](double p) {  // also the number of words with a yes
    const Chance chance(p);
    std::uint64_t low = 0;
    std::uint64_t high = std::uint64_t{1} << 32;
    while (low < high) {
      const std::uint64_t middle = (low + high) / 2;
      (chance(static_cast<std::uint32_t>(middle)) ? low : high) =
          chance(static_cast<std::uint32_t>(middle)) ? middle + 1 : middle;
    }
    return low;
  };
  for (const double p : {1e-9, 1e-7, 0.001, 0.1, 0.5, 0.9, 0.999, 1 - 1e-9}) {
    EXPECT_NEAR(static_cast<double>(first_no(p)), std::ldexp(p, 32), 0.5) << p;
  }
}

}  // namespace chance_test
}  // namespace ohmcarlo
