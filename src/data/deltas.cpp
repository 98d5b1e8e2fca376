#include "data/deltas.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace ohmcarlo {

std::vector<float> deltas(std::span<const float> values, std::size_t width, std::size_t window) {
  require(window > 0 && width > 0 && values.size() % width == 0, "whole frames and a window");
  const std::size_t frames = values.size() / width;
  double squares = 0.0;
  for (std::size_t k = 1; k <= window; ++k) squares += static_cast<double>(k * k);
  std::vector<float> result(values.size());
  std::vector<double> sum(width);
  for (std::size_t t = 0; t < frames; ++t) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t k = 1; k <= window; ++k) {
      const float* after = &values[std::min(t + k, frames - 1) * width];
      const float* before = &values[(t < k ? 0 : t - k) * width];
      for (std::size_t i = 0; i < width; ++i) sum[i] += static_cast<double>(k) * (double{after[i]} - before[i]);
    }
    for (std::size_t i = 0; i < width; ++i) result[t * width + i] = static_cast<float>(sum[i] / (2.0 * squares));
  }
  return result;
}

}  // namespace ohmcarlo
