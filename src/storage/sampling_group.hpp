#pragma once
// The group /sampling of a results file; its layout is in storage/results_file.hpp. Private to storage/.

#include <optional>

#include "records/sampling.hpp"
#include "storage/hdf5.hpp"

namespace ohmcarlo::h5 {

/// Writes the group, or nothing for a file whose chips see all images.
void write_sampling(hid_t root, const std::optional<Sampling>& sampling);

/// Nothing for a file without the group. Throws std::runtime_error if the group is not as written.
[[nodiscard]] std::optional<Sampling> read_sampling(hid_t root);

}  // namespace ohmcarlo::h5
