#include "experiment/stopping.hpp"

#include <algorithm>
#include <cmath>

#include "config/trials.hpp"
#include "experiment/point_grid.hpp"
#include "experiment/race.hpp"
#include "experiment/settings.hpp"
#include "statistics/looks.hpp"

namespace ohmcarlo {
namespace {

/// The values of the complete chips: means over the replicas of which any of the first `looked_at` chips has a value.
std::vector<double> values_of_living(const TrialGrid& grid, std::size_t complete, std::size_t looked_at) {
  std::vector<double> values;
  std::vector<TrialState> states;
  std::size_t replicas = 0;
  for (std::size_t replica = 0; replica < grid.replicas; ++replica) {
    const std::size_t first = replica * grid.trials;
    bool lives = false;
    for (std::size_t trial = 0; trial < std::min(looked_at, grid.trials); ++trial)
      lives = lives || grid.counts(replica, trial);
    if (!lives) continue;
    ++replicas;
    for (std::size_t cell = first; cell < first + complete; ++cell) {
      values.push_back(grid.values[cell]);
      states.push_back(grid.states[cell]);
    }
  }
  if (replicas == 0) return std::vector<double>(complete, kNaN);
  return complete_prefix({replicas, complete, values, states});
}

/// Chips that were run, up to the last one of any replica.
std::size_t count_run(const TrialGrid& grid) {
  std::size_t count = 0;
  for (std::size_t cell = 0; cell < grid.states.size(); ++cell)
    if (grid.states[cell] != TrialState::not_run) count = std::max(count, cell % grid.trials + 1);
  return count;
}

template <class T>
const T* value_of(const SettingValue& value) {
  return std::get_if<T>(&value);
}

}  // namespace

double count_images(const Table& table, std::size_t point) {
  if (const std::optional<std::size_t> sampled = find_metric(table.metrics, kSampledImages)) {
    const PointGrid samples(table, point, *sampled);
    double least = kNaN;
    for (const double images : (*samples).values)
      if (images > 0 && !(images >= least)) least = images;
    if (std::isfinite(least)) return least;
  }
  const PointGrid accuracies(table, point, kAccuracy), counts(table, point, kCorrect);
  const TrialGrid accuracy = *accuracies, correct = *counts;
  for (std::size_t cell = 0; cell < accuracy.values.size(); ++cell) {
    const double images = std::round(correct.values[cell] / accuracy.values[cell]);
    if (accuracy.states[cell] == TrialState::done && accuracy.values[cell] > 0 && std::isfinite(images)) return images;
  }
  return 1;
}

std::size_t unit_chips_of(const std::vector<ResolvedSetting>& settings, const Shape& shape, std::size_t point) {
  const SettingValue chips = find_value(settings, "chips_per_unit", shape, point);
  const auto* number = std::get_if<std::int64_t>(&chips);
  return number == nullptr ? 1 : static_cast<std::size_t>(*number);
}

std::optional<StoppingRules> StoppingRules::find(const std::vector<ResolvedSetting>& settings, const Shape& shape) {
  const auto at = [&](const char* key) { return find_value(settings, key, shape, 0); };
  const SettingValue half_width = at("trials.until.half_width"), confidence = at("trials.until.confidence"),
                     min = at("trials.until.min"), max = at("trials.until.max"), metric = at("trials.until.metric"),
                     interval = at("trials.until.interval");
  StoppingRules rules;
  if (value_of<double>(half_width) == nullptr) {
    const std::optional<RaceRules> races = RaceRules::find(settings, shape);
    if (!races) return std::nullopt;
    const Race& race = races->race();
    rules.until_ = {
        .confidence = race.confidence, .min = race.min, .max = race.max, .interval = IntervalKind::sequence};
    rules.is_of_race_ = true;
    rules.is_over_trainings_ = race.is_over_trainings();
    return rules;
  }
  const SettingValue choice = at("trials.images");
  const auto* images = value_of<std::string>(choice);
  const bool has_pilot = images != nullptr && *images == kTwoStage;
  rules.until_ = {.metric = kUntilMetrics.meaning_of(std::get<std::string>(metric)),
                  .half_width = std::get<double>(half_width),
                  .confidence = std::get<double>(confidence),
                  .min = static_cast<std::size_t>(std::get<std::int64_t>(min)),
                  .max = static_cast<std::size_t>(std::get<std::int64_t>(max)),
                  .interval = kIntervalKinds.meaning_of(std::get<std::string>(interval))};
  if (has_pilot) rules.until_.min = std::max(rules.until_.min, kPilotChips);  // no look before all of it is there
  for (std::size_t point = 0; point < shape.points(); ++point)
    rules.unit_chips_.push_back(unit_chips_of(settings, shape, point));
  return rules;
}

std::size_t StoppingRules::metric() const {
  return until_.metric == UntilMetric::accuracy ? kAccuracy : kLoss;
}

PointDecision StoppingRules::decide(const Table& table, std::size_t point) const {
  const PointGrid grid(table, point, metric());
  StoppingRule rule{.half_width = until_.half_width,
                    .confidence = until_.confidence,
                    .min = until_.min,
                    .max = until_.max,
                    .group = unit_chips_[point],
                    .kind = until_.interval};
  if (metric() == kAccuracy) rule.images = count_images(table, point);
  const std::vector<std::size_t> all_looks = looks(rule.min, rule.max, rule.group);
  const std::size_t complete = complete_prefix(*grid).size();
  const std::vector<double> values = values_of_living(*grid, complete, all_looks.front());
  PointDecision point_decision{apply_rule(rule, values)};
  StoppingDecision& decision = point_decision.decision;
  if (!decision.stopped() && complete >= all_looks.front() && finite_values(values).empty())
    decision.chips = all_looks.front();
  const auto next = std::ranges::upper_bound(all_looks, complete);
  point_decision.needed = decision.stopped() ? decision.chips : next == all_looks.end() ? rule.max : *next;
  point_decision.is_exact = decision.stopped() && count_run(*grid) == decision.chips;
  return point_decision;
}

}  // namespace ohmcarlo
