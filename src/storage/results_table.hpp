#pragma once
// The table of a results file and its summaries: groups /results, /timing, /summary, /summary_replica, and /settings,
// which has the same axes. Private to storage/.

#include <string>
#include <vector>

#include "records/results.hpp"
#include "storage/hdf5.hpp"

namespace ohmcarlo::h5 {

void write_table(hid_t root, const Results& results);
/// `keys`: of the axes. Throws std::runtime_error if the groups are not as written.
[[nodiscard]] Table read_table(hid_t root, const std::vector<std::string>& keys);

}  // namespace ohmcarlo::h5
