#pragma once
// Defective cells whose conductance varies from read to read: every input vector meets other ones.

#include <cstdint>
#include <span>
#include <vector>

#include "device/defects.hpp"
#include "device/programming.hpp"
#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// The varied cells of one plane of a chip.
class RedrawnCells {
 public:
  RedrawnCells() = default;
  /// `cells` of a plane [outputs, inputs]. `address`: replica, trial, layer, slice and polarity of the plane.
  RedrawnCells(std::vector<VariedCell> cells, Index inputs, const Address& address);

  /// Adds what the cells of inputs first ... conduct beyond their targets: sums[r, output] += sign x[i, r]
  /// ((g + g_min) (exp(sigma z) - 1)), g = targets(first + i, output), z the normal of (cell, elements[r]), g clipped.
  /// x [inputs of the tile, rows], targets [inputs, outputs] and sums, of the outputs first_output, first_output + 1,
  /// ... alone, are levels.
  void add(const CellRange& range, Clip clip, std::uint64_t key, std::span<const std::uint64_t> elements,
           View<const float> x, Index first, const Matrix<float>& targets, float sign, Index first_output,
           View<float> sums) const;

 private:
  std::vector<VariedCell> cells_;
  Index inputs_ = 0;
  Address address_;
};

}  // namespace ohmcarlo
