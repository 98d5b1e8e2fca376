#pragma once
// The summaries of a results table: per point and per point and replica, for every metric.

#include <vector>

#include "records/results.hpp"

namespace ohmcarlo {

/// Mean, sd, 95 % interval, median, counts, failures and collapses (statistics/summary.hpp says how). `classes`: of the
/// data set, for the chance level. Matrices are left out: tens of thousands of numbers a chip, of which few are asked
/// for.
[[nodiscard]] std::vector<SummaryGroup> summarise_table(const Table& table, std::size_t classes);

/// The accuracy's alone, for the table and the progress line.
[[nodiscard]] SummaryGroup summarise_accuracy(const Table& table, std::size_t classes);

/// The widest half-width of the 95 % interval over all points that have one; NaN without any.
[[nodiscard]] double widest_interval(const SummaryGroup& summary);

}  // namespace ohmcarlo
