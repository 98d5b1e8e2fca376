#pragma once
// The group /race of a results file; its layout is in storage/results_file.hpp. Private to storage/.

#include <optional>

#include "records/race.hpp"
#include "storage/hdf5.hpp"

namespace ohmcarlo::h5 {

/// Writes the group, or nothing for a file without races.
void write_races(hid_t root, const std::optional<RaceRecord>& record);

}  // namespace ohmcarlo::h5
