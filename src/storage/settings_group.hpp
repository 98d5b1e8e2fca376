#pragma once
// The group /settings of a results file; its layout is in storage/results_file.hpp. Private to storage/.

#include <vector>

#include "records/results.hpp"
#include "storage/scales.hpp"

namespace ohmcarlo::h5 {

/// `shape`: of the table, whose axes the settings may depend on.
void write_settings(hid_t root, const Scales& scales, const std::vector<ResolvedSetting>& settings, const Shape& shape);

/// Numbers and texts of a dataset come back as they are stored: truth values and numbers among texts as texts. Empty
/// for a file without the group. Throws std::runtime_error if the group is not as written.
[[nodiscard]] std::vector<ResolvedSetting> read_settings(hid_t root, const Shape& shape);

}  // namespace ohmcarlo::h5
