#include "experiment/summary.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "statistics/summary.hpp"

namespace ohmcarlo {
namespace {

/// Appends a value to the column of this name.
void add(std::vector<SummaryColumn>& columns, const char* name, double value) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
  if (found != columns.end())
    found->values.push_back(value);
  else
    columns.push_back({name, {value}});
}

/// The chips of one point in one metric, at one place of the metric's own dimensions.
class PointGrid {
 public:
  PointGrid(const Table& table, std::size_t point, std::size_t metric, std::size_t place = 0) {
    const std::size_t cells = table.shape.replicas * table.shape.trials;
    const std::size_t size = table.metrics[metric].size();
    for (std::size_t cell = point * cells; cell < (point + 1) * cells; ++cell) {
      values_.push_back(table.values[metric][cell * size + place]);
      states_.push_back(static_cast<TrialState>(table.state[cell]));
    }
    grid_ = {table.shape.replicas, table.shape.trials, values_, states_};
  }
  PointGrid(const PointGrid&) = delete;  // the grid looks at its own copies
  PointGrid& operator=(const PointGrid&) = delete;
  [[nodiscard]] const TrialGrid& operator*() const { return grid_; }

 private:
  std::vector<double> values_;
  std::vector<TrialState> states_;
  TrialGrid grid_;
};

void add_point(SummaryGroup& group, const PointSummary& summary) {
  std::vector<SummaryColumn>& columns = group.points;
  add(columns, "mean", summary.mean);
  add(columns, "sd", summary.sd);
  add(columns, "ci_low", summary.interval.low);
  add(columns, "ci_high", summary.interval.high);
  add(columns, "median", summary.median);
  add(columns, "count", static_cast<double>(summary.count));
  add(columns, "failures", static_cast<double>(summary.failures));
  add(columns, "collapsed", static_cast<double>(summary.collapsed));
  add(columns, "chip_ci_low", summary.chip_interval.low);
  add(columns, "chip_ci_high", summary.chip_interval.high);
}

void add_replica(SummaryGroup& group, const ReplicaSummary& replica) {
  std::vector<SummaryColumn>& columns = group.replicas;
  add(columns, "mean", replica.chips.mean);
  add(columns, "sd", replica.chips.sd);
  add(columns, "ci_low", replica.interval.low);
  add(columns, "ci_high", replica.interval.high);
  add(columns, "median", replica.chips.median);
  add(columns, "count", static_cast<double>(replica.chips.count));
}

SummaryGroup summarise_metric(const Table& table, std::size_t metric, const std::vector<Judgement>& judgements) {
  const Metric& what = table.metrics[metric];
  SummaryGroup group{what.name, what.dimensions, table.shape.replicas > 1 ? "trainings" : "chips", {}, {}};
  for (std::size_t point = 0; point < table.shape.points(); ++point) {
    std::vector<PointSummary> places;
    for (std::size_t place = 0; place < what.size(); ++place) {
      const PointGrid grid(table, point, metric, place);
      places.push_back(metric == kEkl ? summarise_pooled(*grid, *PointGrid(table, point, kCorrect), judgements[point])
                                      : summarise_point(*grid, judgements[point]));
      add_point(group, places.back());
    }
    for (std::size_t replica = 0; replica < table.shape.replicas; ++replica)
      for (const PointSummary& summary : places) add_replica(group, summary.per_replica[replica]);
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

std::vector<SummaryGroup> summarise_table(const Table& table, std::size_t classes) {
  const std::vector<Judgement> judgements = judge_points(table, classes);
  std::vector<SummaryGroup> groups;
  for (std::size_t metric = 0; metric < table.metrics.size(); ++metric)
    if (table.metrics[metric].dimensions.size() < 2) groups.push_back(summarise_metric(table, metric, judgements));
  return groups;
}

SummaryGroup summarise_accuracy(const Table& table, std::size_t classes) {
  return summarise_metric(table, kAccuracy, judge_points(table, classes));
}

double widest_interval(const SummaryGroup& summary) {
  const auto column = [&](std::string_view name) -> const std::vector<double>& {
    return std::find_if(summary.points.begin(), summary.points.end(), [&](const auto& c) { return c.name == name; })
        ->values;
  };
  double widest = kNaN;
  for (std::size_t i = 0; i < column("ci_low").size(); ++i) {
    const double half = (column("ci_high")[i] - column("ci_low")[i]) / 2;
    if (std::isfinite(half) && !(half <= widest)) widest = half;
  }
  return widest;
}

}  // namespace ohmcarlo
