#pragma once
// A warning of chips whose spread is not that of a normal law.

#include <string>
#include <vector>

#include "records/results.hpp"

namespace ohmcarlo {

/// One line (with its end) that says at which of the points mean +- k sd is no percentile of the chips, and of the
/// worst of them by how much: where the skewness is beyond +-0.5, or the excess kurtosis above 1, and either is so by
/// three of the standard errors that normal chips would give, sqrt(6 / n) and sqrt(24 / n). Empty if there is no such
/// point. `group`: the summary of a metric of one number a chip.
[[nodiscard]] std::string shape_warning(const Shape& shape, const SummaryGroup& group,
                                        const std::vector<std::size_t>& points);

}  // namespace ohmcarlo
