#pragma once
// e^x - 1 in single precision for loops over cells: the compiler makes vectors of it, unlike of std::expm1.

#include <algorithm>
#include <bit>
#include <cstdint>

namespace ohmcarlo {

/// e^x - 1 with a relative error below 4e-7, exactly 0 at 0. Beyond -87 .. 88 the power of two stays what it is there:
/// some number near -1, or some very large one. |x| < 4e6.
/// Cody and Waite's reduction, x = n ln 2 + r with |r| <= ln 2 / 2, and the Taylor series of e^r - 1 to r^7 / 7!.
inline float exp_minus_one(float x) {
  constexpr float kRound = 0x1.8p23F;  // adding it leaves no place for fractions
  const float shifted = x * 0x1.715476p+0F + kRound;
  const float n = shifted - kRound;
  const float r = (x - n * 0x1.62ep-1F) - n * 0x1.0bfbe8p-15F;  // ln 2 in two parts: the first product is exact
  float series = 1.0F / 5040;
  series = series * r + 1.0F / 720;
  series = series * r + 1.0F / 120;
  series = series * r + 1.0F / 24;
  series = series * r + 1.0F / 6;
  series = series * r + 0.5F;
  const float part = series * (r * r) + r;
  const auto exponent =
      static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(kRound) + 127);
  const auto power = std::bit_cast<float>(std::min(std::max(exponent, 1), 254) << 23);
  return power * part + (power - 1);
}

}  // namespace ohmcarlo
