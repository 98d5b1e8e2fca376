#include "experiment/summary.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "statistics/summary.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kAccuracy = 0;
constexpr std::size_t kEkl = 2;
constexpr std::size_t kCorrect = 3;
static_assert(std::string_view(kMetricNames[kAccuracy]) == "accuracy" &&
              std::string_view(kMetricNames[kEkl]) == "ekl" && std::string_view(kMetricNames[kCorrect]) == "correct");

/// Appends a value to the column of this name.
void add(std::vector<SummaryColumn>& columns, const char* name, double value) {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& column) { return column.name == name; });
  if (found != columns.end())
    found->values.push_back(value);
  else
    columns.push_back({name, {value}});
}

}  // namespace

std::vector<SummaryGroup> summarise_table(const Table& table, std::size_t classes) {
  const Shape& shape = table.shape;
  const std::size_t cells = shape.replicas * shape.trials;
  std::vector<TrialState> states;
  states.reserve(table.state.size());
  for (const CellState state : table.state) states.push_back(static_cast<TrialState>(state));

  std::vector<SummaryGroup> groups;
  for (const char* name : kMetricNames) groups.push_back({name, shape.replicas > 1 ? "trainings" : "chips", {}, {}});
  for (std::size_t point = 0; point < shape.points(); ++point) {
    const auto grid = [&](std::size_t metric) {
      return TrialGrid{shape.replicas, shape.trials, std::span(table.metrics[metric]).subspan(point * cells, cells),
                       std::span<const TrialState>(states).subspan(point * cells, cells)};
    };
    const Judgement judgement = judge_replicas(grid(kAccuracy), 1.0 / static_cast<double>(classes));
    for (std::size_t metric = 0; metric < kMetrics; ++metric) {
      const PointSummary summary = metric == kEkl ? summarise_pooled(grid(kEkl), grid(kCorrect), judgement)
                                                  : summarise_point(grid(metric), judgement);
      std::vector<SummaryColumn>& columns = groups[metric].points;
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
      for (const ReplicaSummary& replica : summary.per_replica) {
        std::vector<SummaryColumn>& of_replica = groups[metric].replicas;
        add(of_replica, "mean", replica.chips.mean);
        add(of_replica, "sd", replica.chips.sd);
        add(of_replica, "ci_low", replica.interval.low);
        add(of_replica, "ci_high", replica.interval.high);
        add(of_replica, "median", replica.chips.median);
        add(of_replica, "count", static_cast<double>(replica.chips.count));
      }
    }
  }
  return groups;
}

double widest_interval(const std::vector<SummaryGroup>& summaries) {
  const std::vector<SummaryColumn>& columns = summaries[kAccuracy].points;
  const auto column = [&](std::string_view name) -> const std::vector<double>& {
    return std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; })->values;
  };
  double widest = kNaN;
  for (std::size_t i = 0; i < column("ci_low").size(); ++i) {
    const double half = (column("ci_high")[i] - column("ci_low")[i]) / 2;
    if (std::isfinite(half) && !(half <= widest)) widest = half;
  }
  return widest;
}

}  // namespace ohmcarlo
