#include "experiment/sequential_intervals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiment/metric_range.hpp"
#include "statistics/confidence_sequence.hpp"
#include "statistics/fixed_width.hpp"
#include "statistics/race.hpp"

namespace ohmcarlo {
namespace {

Interval clip(Interval interval, const Metric& metric) {
  const Interval range = range_of(metric);
  return clip_interval(interval, range.low, range.high);
}

/// `images`: that each value is a share of; infinite for other values. `tuned_for`: number of values.
Interval sequence(double mean, double sd, std::size_t count, double confidence, double images,
                  double tuned_for = kSequenceTunedFor) {
  const double alpha = 1 - confidence;
  const double half = sequence_half_width(count, guarded_sd(sd, count, images), alpha, tuned_rho2(alpha, tuned_for));
  if (!std::isfinite(half)) return {};
  return {mean - half, mean + half};
}

/// The chips with values, each the mean over the replicas that have one.
std::vector<double> means_over_replicas(const TrialGrid& grid) {
  std::vector<double> means;
  for (std::size_t trial = 0; trial < grid.trials; ++trial) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t replica = 0; replica < grid.replicas; ++replica) {
      if (!grid.counts(replica, trial)) continue;
      sum += grid.values[replica * grid.trials + trial];
      ++count;
    }
    if (count > 0) means.push_back(sum / static_cast<double>(count));
  }
  return means;
}

}  // namespace

void set_sequential_intervals(PointSummary& summary, const StoppingRules& rules, const Table& table, std::size_t point,
                              std::size_t metric, const TrialGrid& grid) {
  const Metric& what = table.metrics[metric];
  const double confidence = rules.until().confidence;
  const double images = metric == kAccuracy ? count_images(table, point) : std::numeric_limits<double>::infinity();
  summary.chip_interval_kind = IntervalKind::sequence;
  for (ReplicaSummary& replica : summary.per_replica)
    replica.interval =
        clip(sequence(replica.chips.mean, replica.chips.sd, replica.chips.count, confidence, images), what);
  if (grid.replicas == 1) {
    summary.chip_interval = summary.per_replica.front().interval;
  } else {
    const Sample chips = summarise(means_over_replicas(grid));
    summary.chip_interval = clip(sequence(summary.mean, chips.sd, chips.count, confidence, images), what);
  }
  if (!rules.is_of_race() && metric == rules.metric()) {
    const PointDecision found = rules.decide(table, point);
    if (found.is_exact && found.decision.met) {
      summary.chip_interval = clip(found.decision.estimate.interval, what);
      summary.chip_interval_kind = found.decision.estimate.kind;
    }
  }
  if (grid.replicas == 1) summary.interval = summary.chip_interval;
  if (rules.is_over_trainings()) {
    const auto has_chips = [](const ReplicaSummary& replica) { return replica.chips.count > 0; };
    const auto trainings = static_cast<std::size_t>(std::ranges::count_if(summary.per_replica, has_chips));
    const double of_training = images * static_cast<double>(rules.until().min);
    summary.interval =
        clip(sequence(summary.mean, summary.sd, trainings, confidence, of_training, kRaceTunedForTrainings), what);
  }
}

}  // namespace ohmcarlo
