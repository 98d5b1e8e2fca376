#pragma once
// The summary of a results file as text.

#include <string>
#include <vector>

#include "records/results.hpp"

namespace ohmcarlo {

enum class TableFormat { table, csv, json };

/// Per point: axis values, chips, mean, sd, 95 % interval and what it generalises over, median, failures, collapsed,
/// clean accuracy. Accuracies are fractions in csv and json, percent in the table.
[[nodiscard]] std::string format_results(const Results& results, TableFormat format);

/// One line for every point and layer whose converters clip more than 1 % of their conversions; empty if there is none.
[[nodiscard]] std::vector<std::string> saturation_warnings(const Results& results);

}  // namespace ohmcarlo
