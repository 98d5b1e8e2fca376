#include "statistics/replicas.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo {
namespace {

// Accuracies are multiples of 1 / images: exactly 0.05 below must not depend on rounding.
constexpr double kRounding = 1e-9;

bool was_run(const TrialGrid& grid, std::size_t replica) {
  const auto states = grid.states.subspan(replica * grid.trials, grid.trials);
  return std::any_of(states.begin(), states.end(), [](TrialState state) { return state != TrialState::not_run; });
}

}  // namespace

bool TrialGrid::counts(std::size_t replica, std::size_t trial) const {
  const std::size_t cell = replica * trials + trial;
  return states[cell] == TrialState::done && std::isfinite(values[cell]);
}

std::vector<double> TrialGrid::chips(std::size_t replica) const {
  std::vector<double> result;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    if (counts(replica, trial)) result.push_back(values[replica * trials + trial]);
  }
  return result;
}

void TrialGrid::check() const {
  require(values.size() == replicas * trials && states.size() == values.size(), "a grid of replicas x trials");
}

Judgement judge_replicas(const TrialGrid& accuracy, double chance) {
  accuracy.check();
  std::vector<double> means;
  for (std::size_t replica = 0; replica < accuracy.replicas; ++replica) {
    means.push_back(summarise(accuracy.chips(replica)).mean);
  }
  const double group = summarise(finite_values(means)).mean;
  Judgement judgement;
  for (std::size_t replica = 0; replica < accuracy.replicas; ++replica) {
    const double mean = means[replica];
    const bool failed = mean < group - kAccuracyMargin - kRounding;  // false if NaN
    const bool collapsed = std::isnan(mean) ? was_run(accuracy, replica) : mean < chance + kAccuracyMargin - kRounding;
    judgement.failed.push_back(failed);
    judgement.collapsed.push_back(collapsed);
    judgement.failures += failed ? 1 : 0;
    judgement.collapses += collapsed ? 1 : 0;
  }
  return judgement;
}

}  // namespace ohmcarlo
