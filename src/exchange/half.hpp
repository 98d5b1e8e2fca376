#pragma once
// Numbers of 16 bits (IEEE 754 binary16), which processors of the plain instruction set do not have; private to
// exchange/.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace ohmcarlo {

/// The number whose 16 bits these are: sign, 5 bits of exponent, 10 of fraction.
[[nodiscard]] inline float from_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  float size = std::ldexp(static_cast<float>(exponent == 0 ? fraction : fraction + 1024), std::max(exponent, 1) - 25);
  if (exponent == 0x1f)
    size = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  return (bits & 0x8000) != 0 ? -size : size;
}

}  // namespace ohmcarlo
