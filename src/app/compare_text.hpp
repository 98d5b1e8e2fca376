#pragma once
// Comparisons of points as text.

#include <string>
#include <vector>

#include "app/sheet.hpp"
#include "experiment/comparison.hpp"

namespace ohmcarlo {

/// A line for every comparison with the baseline, the value number `baseline` on the axis.
[[nodiscard]] std::string format_comparisons(const Results& results, const ComparisonOptions& options,
                                             std::size_t baseline, TableFormat format);

/// A line for every value of the axis, the best first, for every combination of the other axes.
[[nodiscard]] std::string format_contests(const Results& results, const ComparisonOptions& options, TableFormat format);

}  // namespace ohmcarlo
