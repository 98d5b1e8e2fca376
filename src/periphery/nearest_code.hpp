#pragma once
// The whole number nearest to a number in a given unit: how inputs and weights become codes.

#include <span>

namespace ohmcarlo {

/// Which codes there are, and what is added to each of them.
struct CodeRange {
  double lowest = 0, highest = 0;  ///< whole numbers, at most 2^16 from 0
  double added = -0.0;             ///< a whole number; this one changes nothing, not even a negative 0
};

/// codes[i] = x[i] times `largest` / `full_scale` rounded to the nearest whole number, halves to the even one, clipped
/// to the range, plus range.added. The product is exact and its quotient rounded once, in double: so that halves are
/// seen as halves whatever the full scale. `codes` has room for all of x.
void nearest_codes(std::span<const float> x, double largest, double full_scale, const CodeRange& range, float* codes);

}  // namespace ohmcarlo
