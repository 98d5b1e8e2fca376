#pragma once
// The smallest read there is: one digit of one input vector on one row tile.

#include <span>
#include <vector>

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// What one read of one input vector on one row tile leaves at the converters, noise included: bit for bit the sums
/// that ArrayLayer::read converts (ReadTrace shows them). For layers whose digits are single bits, without
/// cells that vary at every read and with read noise, if any, drawn for columns. Keeps memory from read to read: not
/// for several threads at once.
class DigitRead {
 public:
  /// Of one group of the chip that `layer` was programmed as, for inputs with this coding; noise is that of `chip`.
  /// Layer and chip must outlive this. Throws std::logic_error for a layer that it is not for.
  DigitRead(const ArrayLayer& layer, const InputCoding& coding, const ChipKey& chip, Index group = 0);

  /// sums [width()] of read number `read` of the input vector at position `position` of image `image`, which applies
  /// `digits`, 0, 1 or -1, to the word lines of row tile `row_tile`, one each. Throws std::logic_error when the sizes
  /// disagree, Error (bad_usage) for an image or a position beyond the ranges of read_event().
  void sum(std::span<const float> digits, Index row_tile, std::uint32_t image, Index position, int read,
           std::span<float> sums);

 private:
  void sum_levels(const Matrix<float>& levels, Index row_tile, bool magnitudes, std::span<float> sums);

  const ArrayLayer& layer_;
  InputCoding coding_;
  const ChipKey& chip_;
  Index group_;
  Matrix<std::int8_t> signed_;  ///< [1, word lines]: the digits of the read
  Matrix<std::uint8_t> bits_;   ///< [1, word lines]: their magnitudes
  std::vector<float> variances_, conducted_, normals_;
};

}  // namespace ohmcarlo
