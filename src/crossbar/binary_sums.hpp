#pragma once
// Column sums of an array for binary inputs, without multiplications: four rows at a time have 16 possible sums, which
// are worked out once and then looked up by every vector.

#include "crossbar/bit_planes.hpp"
#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// y(r, j) = sum over i of b_i cells(i, j), b being vector `first + r` of `inputs`. levels of cells [rows =
/// inputs.rows(), cols = outputs], y [vectors, cols], overwritten. Exact for cells that are whole numbers with sums
/// below 2^24; the last bits of other sums depend on the array and on this vector alone. The tables are made anew in
/// each call: give it some hundred vectors, or one, which does without. Throws std::logic_error when the sizes
/// disagree.
void binary_sums(View<const float> cells, const BitPlanes& inputs, Index first, View<float> y);

}  // namespace ohmcarlo
