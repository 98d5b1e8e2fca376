#pragma once
// Cells are worked on in blocks that stay in the first-level cache with the random numbers they need.

#include <algorithm>
#include <cstddef>

namespace ohmcarlo {

constexpr std::size_t kCellBlock = 2048;  ///< a multiple of the 64 numbers that Stream makes at a time

/// body(first, count) for cells first .. first + count - 1, in order, until `cells` are done.
template <class Body>
void for_blocks(std::size_t cells, Body body) {
  for (std::size_t first = 0; first < cells; first += kCellBlock) body(first, std::min(kCellBlock, cells - first));
}

}  // namespace ohmcarlo
