#include "statistics/stopping.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "statistics/looks.hpp"

namespace ohmcarlo {
namespace {

bool is_complete(const TrialGrid& grid, std::size_t trial) {
  for (std::size_t replica = 0; replica < grid.replicas; ++replica) {
    if (grid.states[replica * grid.trials + trial] == TrialState::not_run) return false;
  }
  return true;
}

double mean_over_replicas(const TrialGrid& grid, std::size_t trial) {
  double sum = 0.0;
  for (std::size_t replica = 0; replica < grid.replicas; ++replica) {
    if (!grid.counts(replica, trial)) return kNaN;
    sum += grid.values[replica * grid.trials + trial];
  }
  return sum / static_cast<double>(grid.replicas);
}

MeanEstimate estimate(const StoppingRule& rule, IntervalKind kind, std::span<const double> values) {
  return estimate_mean(values, {.kind = kind, .confidence = rule.confidence, .images = rule.images});
}

}  // namespace

StoppingDecision apply_rule(const StoppingRule& rule, std::span<const double> values) {
  require(rule.half_width > 0.0, "a target above 0");
  require(rule.kind != IntervalKind::student, "a kind of interval that holds at a stop");
  StoppingDecision decision;
  for (const std::size_t look : looks(rule.min, rule.max, rule.group)) {
    if (look > values.size()) break;
    decision.estimate = estimate(rule, rule.kind, values.first(look));
    decision.met = decision.estimate.count >= kFewestChipsToStop && decision.estimate.half_width <= rule.half_width;
    if (decision.met) {
      decision.chips = look;
      return decision;
    }
  }
  const bool at_end = values.size() >= rule.max;
  if (at_end) decision.chips = rule.max;
  const IntervalKind kind = rule.kind == IntervalKind::betting ? IntervalKind::betting : IntervalKind::sequence;
  decision.estimate = estimate(rule, kind, at_end ? values.first(rule.max) : values);
  return decision;
}

std::vector<double> complete_prefix(const TrialGrid& grid) {
  grid.check();
  std::vector<double> values;
  for (std::size_t trial = 0; trial < grid.trials && is_complete(grid, trial); ++trial) {
    values.push_back(mean_over_replicas(grid, trial));
  }
  return values;
}

}  // namespace ohmcarlo
