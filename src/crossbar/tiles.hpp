#pragma once
// How the weights of a layer are cut into arrays.

#include <algorithm>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Inputs lie on the rows of arrays, outputs on their columns. Tile (r, c) holds inputs r * rows ... and outputs
/// c * columns ...; the last ones may be smaller. Every group of a layer is cut alike.
struct Tiles {
  Index inputs = 0, outputs = 0;  ///< of one group
  Index rows = 0, columns = 0;    ///< of a full tile, at least 1

  [[nodiscard]] Index row_tiles() const { return (inputs + rows - 1) / rows; }
  [[nodiscard]] Index column_tiles() const { return (outputs + columns - 1) / columns; }
  [[nodiscard]] Index first_row(Index tile) const { return tile * rows; }
  [[nodiscard]] Index row_count(Index tile) const { return std::min(rows, inputs - tile * rows); }
  [[nodiscard]] Index first_column(Index tile) const { return tile * columns; }
  [[nodiscard]] Index column_count(Index tile) const { return std::min(columns, outputs - tile * columns); }
};

}  // namespace ohmcarlo
