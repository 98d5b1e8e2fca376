#pragma once
// The chips, or trainings, that several points of a table have in common. Inside experiment/.

#include <cstddef>
#include <span>
#include <vector>

#include "records/table.hpp"

namespace ohmcarlo {

/// For each of the points, the metric's values of the units that all of them have in common; NaN for one that failed.
///
/// With one replica units are chips: those before the first that any of the points has yet to run. With more they are
/// trainings: the value of replica r is its mean over the chips before the first that is yet to run in that replica,
/// leaving out chips without a value at any of the points; NaN if none is left.
[[nodiscard]] std::vector<std::vector<double>> common_units(const Table& table, std::size_t metric,
                                                            std::span<const std::size_t> points);

}  // namespace ohmcarlo
