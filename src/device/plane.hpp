#pragma once
// A plane of cells: one polarity of one slice of one layer.

#include <algorithm>
#include <cstddef>

namespace ohmcarlo {

/// The logical matrix [outputs, inputs] of a plane and how it is cut into arrays. Cell (output, input) is element
/// output * inputs + input of every stream that has one number a cell: where arrays are cut does not move it.
/// Rows of arrays carry inputs, columns carry outputs: the cell lies in array (input / tile_rows, column_tile(output)),
/// and the arrays of a plane are numbered row_tile * column_tiles() + column_tile.
struct PlaneShape {
  std::size_t outputs = 0, inputs = 0;
  std::size_t tile_rows = 0;     ///< inputs of a full array; 0: all of them
  std::size_t tile_columns = 0;  ///< outputs of a full array; 0: all of a group
  std::size_t groups = 1;        ///< of as many outputs each, one after the other; no array holds outputs of two

  [[nodiscard]] constexpr std::size_t cells() const { return outputs * inputs; }
  [[nodiscard]] constexpr std::size_t rows_of_array() const {
    return tile_rows == 0 ? std::max(inputs, std::size_t{1}) : tile_rows;
  }
  [[nodiscard]] constexpr std::size_t columns_of_array() const {
    return tile_columns == 0 ? std::max(group_outputs(), std::size_t{1}) : tile_columns;
  }
  [[nodiscard]] constexpr std::size_t row_tiles() const { return (inputs + rows_of_array() - 1) / rows_of_array(); }
  [[nodiscard]] constexpr std::size_t group_outputs() const { return outputs / groups; }
  /// Of all groups.
  [[nodiscard]] constexpr std::size_t column_tiles() const { return groups * tiles_of_group(); }
  [[nodiscard]] constexpr std::size_t column_tile(std::size_t output) const {
    return output / group_outputs() * tiles_of_group() + output % group_outputs() / columns_of_array();
  }

 private:
  [[nodiscard]] constexpr std::size_t tiles_of_group() const {
    return (group_outputs() + columns_of_array() - 1) / columns_of_array();
  }
};

}  // namespace ohmcarlo
