#pragma once
// The transfer of an analog-to-digital converter without noise.

#include <cmath>

namespace ohmcarlo {

/// A uniform quantiser that clips. A range that is symmetric about 0 has 2^bits - 1 codes, one of them 0 exactly:
/// code = rint(v / lsb), lsb = high / (2^(bits-1) - 1). Any other range has 2^bits: code = rint((v - low) / lsb),
/// lsb = (high - low) / (2^bits - 1). Halves go to the even code.
class Quantiser {
 public:
  /// bits 1..24, at least 2 for a symmetric range; low < high, both finite. Throws std::logic_error otherwise.
  Quantiser(int bits, double low, double high);

  /// The code before clipping, a whole number.
  [[nodiscard]] float raw_code(float v) const { return std::nearbyint((v - zero_) * per_lsb_); }
  [[nodiscard]] float clip(float code) const { return std::fmin(std::fmax(code, lowest_), highest_); }
  /// What a clipped code stands for, in the unit of the input.
  [[nodiscard]] double value(float code) const { return double{zero_} + double{code} * lsb_; }

  [[nodiscard]] float zero() const { return zero_; }
  [[nodiscard]] float per_lsb() const { return per_lsb_; }
  [[nodiscard]] double lsb() const { return lsb_; }
  [[nodiscard]] float lowest() const { return lowest_; }
  [[nodiscard]] float highest() const { return highest_; }

 private:
  float zero_ = 0;  ///< what code 0 stands for
  float per_lsb_ = 0;
  double lsb_ = 0;
  float lowest_ = 0, highest_ = 0;
};

}  // namespace ohmcarlo
