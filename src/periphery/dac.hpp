#pragma once
// From numbers to what is applied to the rows of an array.

#include <cstdint>
#include <span>

namespace ohmcarlo {

/// How a number becomes a code. `automatic` is `unsigned_` where no input can be negative, else `sign_magnitude`.
enum class InputEncoding : std::uint8_t {
  automatic,
  unsigned_,        ///< 0 .. 2^bits - 1
  sign_magnitude,   ///< +-(2^(bits-1) - 1); digits are applied with the sign of their number
  twos_complement,  ///< -2^(bits-1) .. 2^(bits-1) - 1; read bit by bit, the highest bit counts negative
  offset,           ///< code + 2^(bits-1) is applied, and what that adds to a column of clean weights subtracted
};

/// One layer's digital-to-analog conversion: an input of `full_scale` has the largest code, halves go to the even
/// code, what lies beyond is clipped.
struct InputCoding {
  int bits = 0;       ///< 1..16, 2 or more for signed encodings; 0: no converter, inputs are applied as they are
  int read_bits = 0;  ///< bits applied at a time, the lowest first; 0: all at once; 1 for two's complement
  InputEncoding encoding = InputEncoding::unsigned_;  ///< not `automatic`
  double full_scale = 1;                              ///< above 0

  /// The code of an input of full_scale, and the lowest code that there is, both before `shift`; 1 and -1 without a
  /// converter.
  [[nodiscard]] double largest_code() const;
  [[nodiscard]] double lowest_code() const;
  /// Number of reads of one input vector.
  [[nodiscard]] int reads() const;
  /// What a read counts for in the sum of all reads.
  [[nodiscard]] double read_weight(int read) const;
  /// The largest |applied| value of any read: 1 for single bits and without a converter.
  [[nodiscard]] double largest_applied() const;
  /// Whether a negative value can be applied.
  [[nodiscard]] bool bipolar() const;
  /// What one unit of the summed reads stands for.
  [[nodiscard]] double unit() const;
  /// What is added to every code before it is applied (InputEncoding::offset), else 0.
  [[nodiscard]] double shift() const;

  /// The codes (without a converter: x / full_scale) as they are applied, `shift` included.
  void encode(std::span<const float> x, std::span<float> codes) const;
  /// What read number `read` applies: the codes themselves, or one digit of each.
  void applied(std::span<const float> codes, int read, std::span<float> values) const;

 private:
  [[nodiscard]] bool at_once() const { return bits == 0 || read_bits == 0; }
  /// Bits that are read: without the sign of sign-magnitude.
  [[nodiscard]] int magnitude_bits() const;
};

}  // namespace ohmcarlo
