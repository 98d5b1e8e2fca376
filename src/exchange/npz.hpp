#pragma once
// Archives of numpy arrays: a zip of .npy files (format 1.0 to 3.0: numpy.lib.format); private to exchange/.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "records/model.hpp"

namespace ohmcarlo {

/// The arrays of the archive `bytes`, named without ".npy", row-major whatever their order in the file: of float16,
/// float32 or float64 in either order of bytes, rounded to float32; torch's counts "num_batches_tracked" of int64, too.
/// `file` is for messages. Throws BadData: for anything else, and for what is damaged (every member carries a
/// checksum).
[[nodiscard]] std::vector<NamedArray> read_npz(const std::string& file, std::span<const std::byte> bytes);

}  // namespace ohmcarlo
