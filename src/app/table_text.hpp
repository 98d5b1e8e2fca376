#pragma once
// The summary of a results file as text.

#include <string>

#include "records/results.hpp"

namespace ohmcarlo {

enum class TableFormat { table, csv, json };

/// Per point: axis values, chips, mean, sd, 95 % interval and what it generalises over, median, failures, collapsed,
/// clean accuracy. Accuracies are fractions in csv and json, percent in the table.
[[nodiscard]] std::string format_results(const Results& results, TableFormat format);

}  // namespace ohmcarlo
