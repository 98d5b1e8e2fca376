#pragma once
// First stage of a read: inputs as the codes whose digits drive the word lines.

#include <span>

#include "crossbar/bit_planes.hpp"
#include "linalg/matrix.hpp"
#include "periphery/dac.hpp"

namespace ohmcarlo {

/// The codes of a batch of inputs. Batches are always full, padded with codes of 0, so that a product's shape and with
/// it the last bits of a result do not depend on how many inputs there are.
class InputCodes {
 public:
  /// For up to `rows` input vectors of `inputs` values.
  InputCodes(const InputCoding& coding, Index rows, Index inputs);

  /// Encodes x [n, inputs], n at most rows().
  void encode(View<const float> x);

  [[nodiscard]] const InputCoding& coding() const { return coding_; }
  [[nodiscard]] Index rows() const { return codes_.rows(); }
  /// Input vectors that were encoded last; the rows after them are padding.
  [[nodiscard]] Index count() const { return count_; }

  /// What read number `read` applies to all word lines: [rows, inputs]. Valid until the next call.
  [[nodiscard]] const Matrix<float>& apply_digits(int read);
  /// What read number `read` of input vector `row` applies to word lines first, first + 1, ...
  void apply_digits(Index row, int read, Index first, std::span<float> digits) const;

  /// The bits of the batch's codes on word lines [first, first + count), for coding().bits > 0.
  [[nodiscard]] BitPlanes bit_planes(Index first, Index count) const;
  /// The bits of the codes' magnitudes, `bits` of each.
  [[nodiscard]] BitPlanes magnitude_planes(Index first, Index count, int bits) const;

 private:
  InputCoding coding_;
  Index count_ = 0;
  Matrix<float> codes_;   ///< [rows, inputs]
  Matrix<float> digits_;  ///< [rows, inputs] of one read
};

}  // namespace ohmcarlo
