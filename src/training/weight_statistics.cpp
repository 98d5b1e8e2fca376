#include "training/weight_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"
#include "training/kurtosis.hpp"

namespace ohmcarlo {
namespace {

constexpr int kLargestCode = 127;

/// Median of 1 / max(1, |q|) from how often each |q| occurs; of an even count the mean of the middle two.
double median_error(const std::array<std::size_t, kLargestCode + 1>& sizes, std::size_t count) {
  const auto ranked = [&](std::size_t rank) {
    std::size_t code = 0;
    for (std::size_t below = sizes[0]; below <= rank; below += sizes[++code]) {
    }
    return 1 / static_cast<double>(std::max<std::size_t>(1, code));
  };
  return (ranked((count - 1) / 2) + ranked(count / 2)) / 2;
}

}  // namespace

WeightStatistics weight_statistics(View<const float> weights) {
  const auto count = static_cast<std::size_t>(weights.rows * weights.cols);
  require(count > 0, "a layer has weights");
  const float largest = weights.map().cwiseAbs().maxCoeff();
  std::array<std::size_t, 2 * kLargestCode + 1> codes{};
  std::array<std::size_t, kLargestCode + 1> sizes{};
  for (Index i = 0; i < weights.rows; ++i)
    for (Index j = 0; j < weights.cols; ++j) {
      const int code =
          largest > 0 ? static_cast<int>(std::nearbyint(weights(i, j) / largest * static_cast<float>(kLargestCode)))
                      : 0;
      ++codes[static_cast<std::size_t>(code + kLargestCode)];
      ++sizes[static_cast<std::size_t>(std::abs(code))];
    }
  WeightStatistics found;
  found.kurtosis = kurtosis(weights);
  for (const std::size_t n : codes)
    if (const double p = static_cast<double>(n) / static_cast<double>(count); n > 0) found.entropy -= p * std::log2(p);
  found.relative_error = median_error(sizes, count);
  return found;
}

}  // namespace ohmcarlo
