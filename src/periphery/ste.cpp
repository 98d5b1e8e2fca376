#include "periphery/ste.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/error.hpp"
#include "periphery/quantiser.hpp"

namespace ohmcarlo {

Quantiser ste_quantiser(int bits, double a) {
  require(bits >= 1 && bits <= 24 && std::isfinite(a) && a > 0,
          "a straight-through estimator has 1 to 24 bits and a step above 0");
  return {bits, 0, a * (std::ldexp(1.0, bits) - 1)};
}

void ste_derivatives(const Quantiser& adc, std::span<const float> x, std::span<float> by_x, std::span<float> by_a) {
  require(by_x.size() == x.size() && by_a.size() == x.size(), "each number has a place for its derivatives");
  const float highest = adc.highest();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float u = x[i] * adc.per_lsb();
    const float code = std::min(std::max(adc.raw_code(x[i]), 0.0F), highest);  // in vectors, unlike clip
    const bool inside = u >= 0 && u <= highest;
    by_x[i] = inside ? 1.0F : 0.0F;
    by_a[i] = inside ? code - u : code;
  }
}

SteValue ste_value(int bits, double a, float x) {
  const Quantiser adc = ste_quantiser(bits, a);
  float by_x = 0;
  float by_a = 0;
  ste_derivatives(adc, {&x, 1}, {&by_x, 1}, {&by_a, 1});
  return {adc.value(adc.clip(adc.raw_code(x))), by_x, by_a};
}

}  // namespace ohmcarlo
