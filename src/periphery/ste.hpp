#pragma once
// The straight-through estimator of an analog-to-digital converter whose step is trained: learned step size
// quantisation (LSQ; Esser, McKinstry, Bablani, Appuswamy, Modha, ICLR 2020), unsigned.

#include <span>

#include "periphery/quantiser.hpp"

namespace ohmcarlo {

/// A converted number and its derivatives.
struct SteValue {
  double value = 0;  ///< a c, in the unit of x
  double by_x = 0;   ///< 0 or 1
  double by_a = 0;   ///< -1/2 to 1/2 inside the range, c outside
};

/// Converts x to the level a c, c the code of Quantiser(bits, 0, a (2^bits - 1)), halves to the even one. With u = x/a,
/// as the converter rounds it: the derivative by x is 1 for 0 <= u <= 2^bits - 1, ends included, else 0; that by a is
/// c - u inside that range and c, which is 0 or the highest code, outside. `bits` 1 to 24, a above 0, x finite. Throws
/// std::logic_error otherwise (x is not checked).
[[nodiscard]] SteValue ste_value(int bits, double a, float x);

/// The converter of ste_value. Throws std::logic_error as that does.
[[nodiscard]] Quantiser ste_quantiser(int bits, double a);

/// The derivatives of ste_value for each of x, overwritten. All spans of equal size (std::logic_error). `adc`: of
/// ste_quantiser.
void ste_derivatives(const Quantiser& adc, std::span<const float> x, std::span<float> by_x, std::span<float> by_a);

}  // namespace ohmcarlo
