#include "experiment/tails.hpp"

#include <algorithm>

#include "experiment/metric_range.hpp"
#include "experiment/point_grid.hpp"
#include "experiment/sampled_summary.hpp"
#include "statistics/proportion.hpp"

namespace ohmcarlo {
namespace {

std::size_t count_run_chips(const TrialGrid& grid, std::size_t replica) {
  const auto states = grid.states.subspan(replica * grid.trials, grid.trials);
  return grid.trials - static_cast<std::size_t>(std::ranges::count(states, TrialState::not_run));
}

Yield yield_of(const std::vector<double>& chips, double target, bool lower_is_better) {
  Yield yield;
  if (chips.empty()) return yield;
  yield.reached = static_cast<std::size_t>(
      std::ranges::count_if(chips, [&](double value) { return lower_is_better ? value <= target : value >= target; }));
  yield.share = static_cast<double>(yield.reached) / static_cast<double>(chips.size());
  yield.interval = wilson_interval(yield.reached, chips.size());
  return yield;
}

}  // namespace

std::vector<Tails> find_tails(const Table& table, const TailOptions& options) {
  const bool lower = is_better_when_lower(table.metrics[options.metric]);
  std::vector<Tails> all;
  for (const std::size_t point : options.points) {
    const PointGrid grid(table, point, options.metric);
    for (std::size_t replica = 0; replica < table.shape.replicas; ++replica) {
      const std::vector<double> chips = (*grid).chips(replica);
      Tails& tails = all.emplace_back();
      tails.point = point;
      tails.replica = replica;
      tails.chips = chips.size();
      tails.failed = count_run_chips(*grid, replica) - chips.size();
      for (const double q : options.quantiles) tails.quantiles.push_back(estimate_quantile(chips, q));
      if (options.target) tails.yield = yield_of(chips, *options.target, lower);
    }
  }
  return all;
}

std::vector<VarianceSplit> split_variances(const Table& table, std::size_t metric,
                                           std::span<const std::size_t> points) {
  std::vector<VarianceSplit> splits;
  for (const std::size_t point : points)
    splits.push_back(split_variance(*PointGrid(table, point, metric), image_variance(table, point, metric)));
  return splits;
}

}  // namespace ohmcarlo
