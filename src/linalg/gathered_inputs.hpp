#pragma once
// The product of some rows of a fixed matrix of codes with one chip's weights: what PackedInputs is for all rows and
// many chips.

#include <cstdint>
#include <span>
#include <vector>

#include "linalg/packed_weights.hpp"

namespace ohmcarlo {

/// Rows of fixed codes, gathered for one product after the other in the order that the caller gives. Six successive
/// rows skip the features that are zero in all of them, so the product is faster if neighbours are alike. Elements are
/// those of PackedInputs, bit for bit: an element depends on its row and its weights alone. Not for several threads at
/// once: memory is kept from product to product.
class GatheredInputs {
 public:
  /// The inputs are scale * code in float arithmetic. `codes` must outlive it. Throws std::logic_error for a scale that
  /// is not finite.
  GatheredInputs(View<const std::uint8_t> codes, float scale);

  /// y [rows.size(), outputs.count]: row i is row rows[i] of the inputs times `outputs` of `w`. Valid until the next
  /// product. Throws std::logic_error if the sizes disagree, or for a row or an output that there is not.
  [[nodiscard]] View<float> multiply(std::span<const std::uint32_t> rows, const PackedWeights& w,
                                     const OutputRange& outputs);

 private:
  /// Lists up to six rows as group `group` of those that are multiplied together.
  void list_group(std::span<const std::uint32_t> rows, Index group);

  View<const std::uint8_t> codes_;
  float scale_;
  std::vector<std::uint8_t> zeros_;  ///< a row for groups that are not full
  // As kernel::ListedGroups has them.
  Matrix<std::uint16_t> features_;
  Vector<Index> counts_;
  Matrix<float> values_;
  Matrix<float> product_;  ///< of whole groups and panels
};

}  // namespace ohmcarlo
