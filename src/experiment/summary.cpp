#include "experiment/summary.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.hpp"
#include "experiment/point_grid.hpp"
#include "experiment/sampled_summary.hpp"
#include "experiment/sequential_intervals.hpp"

namespace ohmcarlo {
namespace {

double as_number(std::size_t count) {
  return static_cast<double>(count);
}

constexpr Estimator kPointEstimators[] = {
    {"count", "chips done", [](const PointSummary& point) { return as_number(point.count); }},
    {"mean", "mean over chips, or over trainings of their means", [](const PointSummary& point) { return point.mean; }},
    {"sd", "standard deviation between chips, or between the means of trainings",
     [](const PointSummary& point) { return point.sd; }},
    {"ci_low", "lower end of the mean's 95 % interval", [](const PointSummary& point) { return point.interval.low; }},
    {"ci_high", "upper end of the mean's 95 % interval", [](const PointSummary& point) { return point.interval.high; }},
    {"median", "median over all chips", [](const PointSummary& point) { return point.median; }},
    {"failures", "trainings far below the mean of their point",
     [](const PointSummary& point) { return as_number(point.failures); }},
    {"collapsed", "trainings that diverged or are hardly better than chance",
     [](const PointSummary& point) { return as_number(point.collapsed); }},
    {"chip_ci_low", "lower end of the 95 % interval over chips, for these very trainings",
     [](const PointSummary& point) { return point.chip_interval.low; }, false},
    {"chip_ci_high", "upper end of the 95 % interval over chips, for these very trainings",
     [](const PointSummary& point) { return point.chip_interval.high; }, false},
    {"interval_kind", "kind of the interval over chips: 0 Student's, 1 fixed-width, 2 sequence, 3 betting",
     [](const PointSummary& point) { return static_cast<double>(point.chip_interval_kind); }, true, true},
    {"skewness", "skewness of the chips around the mean of their training: 0 for normal ones",
     [](const PointSummary& point) { return point.shape.skewness; }},
    {"excess_kurtosis", "kurtosis of the chips around the mean of their training, less the 3 of normal ones",
     [](const PointSummary& point) { return point.shape.excess_kurtosis; }},
};

constexpr ReplicaEstimator kReplicaEstimators[] = {
    {"count", "chips done", [](const ReplicaSummary& replica) { return as_number(replica.chips.count); }},
    {"mean", "mean over chips", [](const ReplicaSummary& replica) { return replica.chips.mean; }},
    {"sd", "standard deviation between chips", [](const ReplicaSummary& replica) { return replica.chips.sd; }},
    {"ci_low", "lower end of the mean's 95 % interval over chips",
     [](const ReplicaSummary& replica) { return replica.interval.low; }},
    {"ci_high", "upper end of the mean's 95 % interval over chips",
     [](const ReplicaSummary& replica) { return replica.interval.high; }},
    {"median", "median over chips", [](const ReplicaSummary& replica) { return replica.chips.median; }},
};

/// Empty columns, one an estimator.
template <class Kind>
std::vector<SummaryColumn> columns_for(const std::vector<Kind>& estimators) {
  std::vector<SummaryColumn> columns;
  for (const Kind& estimator : estimators) columns.push_back({std::string(estimator.name), {}});
  return columns;
}

std::vector<Estimator> estimators_for(bool sequential) {
  std::vector<Estimator> estimators;
  std::ranges::copy_if(kPointEstimators, std::back_inserter(estimators),
                       [&](const Estimator& estimator) { return sequential || !estimator.sequential; });
  return estimators;
}

/// Appends what each estimator says of `summary` to its column.
template <class Estimators, class Summary>
void append_row(std::vector<SummaryColumn>& columns, const Estimators& estimators, const Summary& summary) {
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].values.push_back(estimators[i].of(summary));
}

SummaryGroup summarise(const Table& table, std::size_t metric, const std::vector<Judgement>& judgements,
                       const std::optional<StoppingRules>& rules) {
  const Metric& what = table.metrics[metric];
  const auto counts = static_cast<std::size_t>(std::ranges::find(table.metrics, what.pooled_over, &Metric::name) -
                                               table.metrics.begin());
  require(what.pooled_over.empty() || counts < table.metrics.size(), "a pooled metric has its counts beside it");
  const std::vector<Estimator> of_points = estimators_for(rules.has_value());
  const std::vector<ReplicaEstimator> of_replicas(std::begin(kReplicaEstimators), std::end(kReplicaEstimators));
  SummaryGroup group{what.name,
                     what.dimensions,
                     table.shape.replicas > 1 ? "trainings" : "chips",
                     columns_for(of_points),
                     columns_for(of_replicas),
                     rules ? rules->until().confidence : 0.95};
  for (std::size_t point = 0; point < table.shape.points(); ++point) {
    std::vector<PointSummary> places;
    for (std::size_t place = 0; place < what.size(); ++place) {
      const PointGrid grid(table, point, metric, place);
      places.push_back(what.pooled_over.empty()
                           ? summarise_point(*grid, judgements[point])
                           : summarise_pooled(*grid, *PointGrid(table, point, counts), judgements[point]));
      if (rules) set_sequential_intervals(places.back(), *rules, table, point, metric, *grid);
      correct_for_sampling(places.back(), table, point, metric);
      append_row(group.points, of_points, places.back());
    }
    for (std::size_t replica = 0; replica < table.shape.replicas; ++replica)
      for (const PointSummary& summary : places) append_row(group.replicas, of_replicas, summary.per_replica[replica]);
  }
  return group;
}

std::vector<Judgement> judge_points(const Table& table, std::size_t classes) {
  std::vector<Judgement> judgements;
  for (std::size_t point = 0; point < table.shape.points(); ++point)
    judgements.push_back(judge_replicas(*PointGrid(table, point, kAccuracy), 1.0 / static_cast<double>(classes)));
  return judgements;
}

}  // namespace

std::span<const Estimator> point_estimators() {
  return kPointEstimators;
}

std::span<const ReplicaEstimator> replica_estimators() {
  return kReplicaEstimators;
}

const std::vector<double>& column_of(const std::vector<SummaryColumn>& columns, std::string_view name) {
  const auto found = std::ranges::find(columns, name, &SummaryColumn::name);
  require(found != columns.end(), "a summary has a column for every estimator");
  return found->values;
}

std::vector<SummaryGroup> summarise_table(const Table& table, std::size_t classes,
                                          const std::optional<StoppingRules>& rules) {
  const std::vector<Judgement> judgements = judge_points(table, classes);
  std::vector<SummaryGroup> groups;
  for (std::size_t metric = 0; metric < table.metrics.size(); ++metric)
    if (table.metrics[metric].dimensions.size() < 2) groups.push_back(summarise(table, metric, judgements, rules));
  return groups;
}

SummaryGroup summarise_metric(const Table& table, std::size_t metric, std::size_t classes,
                              const std::optional<StoppingRules>& rules) {
  return summarise(table, metric, judge_points(table, classes), rules);
}

SummaryGroup summarise_accuracy(const Table& table, std::size_t classes, const std::optional<StoppingRules>& rules) {
  return summarise_metric(table, kAccuracy, classes, rules);
}

double widest_interval(const SummaryGroup& summary) {
  const std::vector<double>& low = column_of(summary.points, "ci_low");
  const std::vector<double>& high = column_of(summary.points, "ci_high");
  double widest = kNaN;
  for (std::size_t i = 0; i < low.size(); ++i) {
    const double half = (high[i] - low[i]) / 2;
    if (std::isfinite(half) && !(half <= widest)) widest = half;
  }
  return widest;
}

}  // namespace ohmcarlo
