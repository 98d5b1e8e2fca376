#pragma once
// What an experiment says that is allowed, and probably not meant.

#include <string>
#include <vector>

#include "experiment/experiment.hpp"

namespace ohmcarlo {

/// One line for each such setting; none if there is nothing to doubt. Of errors that are larger than a cell's full
/// scale, the largest of the first 10,000 points is named.
[[nodiscard]] std::vector<std::string> doubtful_settings(const Experiment& experiment);

}  // namespace ohmcarlo
