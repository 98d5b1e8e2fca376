#pragma once
// Names of reads, from which their noise follows.

#include <cstdint>
#include <span>

#include "linalg/matrix.hpp"
#include "random/address.hpp"

namespace ohmcarlo {

/// Names the rows of a batch, so that the noise of an image does not depend on its batch: row r is position
/// first_position + r % positions (of a convolution, or the time step) of image images[r / positions].
struct RowNames {
  std::span<const std::uint32_t> images;  ///< numbers in the data set, below 2^20
  Index positions = 1;                    ///< at most 2^16
  Index first_position = 0;
  Index group = 0;  ///< of the layer: whose inputs the rows are

  [[nodiscard]] std::uint32_t image(Index row) const { return images[static_cast<std::size_t>(row / positions)]; }
  [[nodiscard]] Index position(Index row) const { return first_position + row % positions; }
};

/// The event of an Address: image, position and read (input digit, below 16) packed into 40 bits. Throws Error
/// (bad_usage) beyond the ranges.
[[nodiscard]] std::uint64_t read_event(std::uint32_t image, Index position, int read);

/// Whose noise: everything of an Address that does not change between reads.
struct ChipKey {
  std::uint64_t key = 0;
  Address address;  ///< replica, trial and layer
};

/// The address of what read number `read` of a row draws for `purpose` on a chip.
[[nodiscard]] Address read_address(const ChipKey& chip, Purpose purpose, const RowNames& rows, Index row, int read);

}  // namespace ohmcarlo
