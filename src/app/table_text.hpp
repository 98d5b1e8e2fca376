#pragma once
// The summary of a results file as text.

#include <optional>
#include <string>
#include <vector>

#include "app/sheet.hpp"
#include "records/results.hpp"

namespace ohmcarlo {

/// Which part of a summary is shown.
struct TableView {
  std::size_t metric = kAccuracy;                       ///< one of one value a chip
  std::optional<std::vector<std::size_t>> points = {};  ///< in their order; all if not said
};

/// Per point: axis values, chips, mean, sd, 95 % interval and what it generalises over, median, failures, collapsed,
/// clean accuracy. Intervals end at the bounds of the metric, which Student's in /summary may reach beyond. Shares are
/// fractions in csv and json, percent in the table.
[[nodiscard]] std::string format_results(const Results& results, TableFormat format, const TableView& view = {});

/// One line for every point and layer whose converters clip more than 1 % of their conversions; empty if there is none.
[[nodiscard]] std::vector<std::string> saturation_warnings(const Results& results);

}  // namespace ohmcarlo
