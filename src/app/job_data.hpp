#pragma once
// The data of an experiment before anything is computed from them.

#include <map>
#include <string>

#include "trial/data_source.hpp"

namespace ohmcarlo {

/// Reads all data sets of the experiment: sha256 of the content of each, by DataOptions::name. Throws whatever a run
/// refuses for its data before it computes: BadData for files that are missing or damaged, BadUsage for a validation
/// split or a sample of images that is larger than its set.
[[nodiscard]] std::map<std::string, std::string> read_job_data(const Experiment& experiment, DataSource& data);

}  // namespace ohmcarlo
