#pragma once
// What reading adds to the column sums of one array read: the noise of its cells, and that of its converters.

#include <cstdint>
#include <span>
#include <vector>

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// One read of one input vector on one row tile.
struct TileRead {
  const ArrayLayer& layer;
  const ChipKey& chip;            ///< whose noise
  std::uint64_t event = 0;        ///< read_event() of the vector and the read
  Index group = 0, row_tile = 0;  ///< which decide where in a stream its noise lies
  std::span<const float> digits;  ///< what is applied to the word lines of the tile, one each
  double largest_applied = 1;     ///< the largest |digit| that the coding has
};

/// Adds the noise of the cells to all sums [width()], drawn for columns: `variances` [width()] are those of the sums;
/// none where every cell has the same noise. `normals` is memory to work with. For ReadForm::columns.
void add_column_noise(const TileRead& read, std::span<const float> variances, std::vector<float>& normals,
                      std::span<float> sums);

/// Whether the noise of the layer's converters asks what cells conduct besides the sums: it grows with the conducting
/// cells, and currents cancel, in pairs or because a digit is negative.
[[nodiscard]] bool counts_cells(const ArrayLayer& layer, bool negative_digit);

/// The levels of which counts_cells() asks for the sums over the magnitudes of digits: [inputs, width()].
[[nodiscard]] const Matrix<float>& counted_levels(const ArrayLayer& layer, Index group);

/// Adds the noise of the converters to all sums [width()]. `conducted` [width()]: the sums of counted_levels(), looked
/// at only where counts_cells() asks for them.
void add_converter_noise(const TileRead& read, std::span<const float> conducted, std::span<float> sums);

}  // namespace ohmcarlo
