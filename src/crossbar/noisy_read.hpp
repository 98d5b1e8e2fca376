#pragma once
// Reading an array with noise drawn for each cell: the form that is right for every law of the noise.

#include <span>

#include "device/sd_law.hpp"
#include "linalg/matrix.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {

/// Elements of a stream from the normal of a cell to that of the cell below it: `cols` rounded up to whole blocks of
/// normals, so that each row starts a block and its normals can be left out.
[[nodiscard]] constexpr Index noise_row_stride(Index cols) {
  constexpr Index kBlock = kBlockElements;
  return (cols + kBlock - 1) / kBlock * kBlock;
}

/// One read of the cells of a layer or, with `first_row`, of the rows that one array holds:
///
///   y[j] += sum over i of x[i] (cells(i, j) + sd(cells(i, j)) z(i, j)),
///
/// z(i, j) being the standard normal at element (first_row + i) * noise_row_stride(cols) + j of `noise`. levels of
/// cells [rows = inputs, cols = outputs], x [rows], y [cols], which must not overlap the cells. Rows with x[i] = 0 cost
/// nothing. A result does not depend on how the rows are cut into calls but for the rounding of its sum.
/// Throws std::logic_error when the sizes disagree, Error (bad_usage) beyond the end of the stream.
void add_noisy_read(const Stream& noise, Index first_row, const SdLaw& sd, View<const float> cells,
                    std::span<const float> x, std::span<float> y);

}  // namespace ohmcarlo
