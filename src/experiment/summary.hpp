#pragma once
// The summaries of a results table: per point and per point and replica, for every metric.

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "experiment/stopping.hpp"
#include "records/results.hpp"
#include "statistics/summary.hpp"

namespace ohmcarlo {

/// One number that a summary says of a point.
struct Estimator {
  std::string_view name;  ///< of the column, and of the dataset in a results file
  std::string_view meaning;
  double (*of)(const PointSummary&);
  bool in_tables = true;    ///< whether tables for people have it
  bool sequential = false;  ///< whether only summaries of experiments with trials.until have it
};

/// One number that a summary says of the chips of one replica at a point.
struct ReplicaEstimator {
  std::string_view name;
  std::string_view meaning;
  double (*of)(const ReplicaSummary&);
};

/// Every column that a summary of points may have, in the order of tables.
[[nodiscard]] std::span<const Estimator> point_estimators();
/// Every column of a summary of replicas.
[[nodiscard]] std::span<const ReplicaEstimator> replica_estimators();

/// The values of a column. Throws std::logic_error if there is none of this name.
[[nodiscard]] const std::vector<double>& column_of(const std::vector<SummaryColumn>& columns, std::string_view name);

/// Every metric by all estimators (statistics/summary.hpp says how). `classes`: of the data set, for the chance level.
/// With `rules` intervals over chips are those of the rule where it stopped and for its own metric, else sequences,
/// since a number of chips that was not fixed beforehand spoils Student's (experiment/sequential_intervals.hpp).
/// Matrices are left out: tens of thousands of numbers a chip, of which few are asked for.
[[nodiscard]] std::vector<SummaryGroup> summarise_table(const Table& table, std::size_t classes,
                                                        const std::optional<StoppingRules>& rules = {});

/// The summary of one metric of one dimension at most.
[[nodiscard]] SummaryGroup summarise_metric(const Table& table, std::size_t metric, std::size_t classes,
                                            const std::optional<StoppingRules>& rules = {});

/// The summary of the accuracy alone, for the table and the progress line.
[[nodiscard]] SummaryGroup summarise_accuracy(const Table& table, std::size_t classes,
                                              const std::optional<StoppingRules>& rules = {});

/// The widest half-width of the 95 % interval over all points that have one; NaN without any.
[[nodiscard]] double widest_interval(const SummaryGroup& summary);

}  // namespace ohmcarlo
