#include "experiment/race.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "base/error.hpp"
#include "config/trials.hpp"
#include "experiment/experiment.hpp"
#include "experiment/metric_range.hpp"
#include "experiment/point_grid.hpp"
#include "experiment/settings.hpp"
#include "experiment/stopping.hpp"
#include "statistics/looks.hpp"
#include "statistics/stopping.hpp"

namespace ohmcarlo {
namespace {

/// The values of the chips before the first that is yet to run.
std::vector<double> complete_values(const Table& table, std::size_t point, std::size_t metric) {
  return complete_prefix(*PointGrid(table, point, metric));
}

/// The values of the trainings before the first that has yet to run one of its first `chips`: of each their mean, NaN
/// if none of them has a value.
std::vector<double> complete_trainings(const Table& table, std::size_t point, std::size_t metric, std::size_t chips) {
  std::vector<double> values;
  if (chips > table.shape.trials) return values;
  for (std::size_t replica = 0; replica < table.shape.replicas; ++replica) {
    const std::size_t first = table.shape.cell(point, replica, 0);
    std::vector<double> of_chips;
    for (std::size_t cell = first; cell < first + chips; ++cell) {
      if (table.state[cell] == CellState::not_run) return values;
      if (table.state[cell] == CellState::done) of_chips.push_back(table.values[metric][cell]);
    }
    values.push_back(summarise(finite_values(of_chips)).mean);
  }
  return values;
}

/// The fewest images that an accuracy of these points is counted over: of samples those of chip 0, so that chips that
/// come later, with other samples, change no decision. Infinite if no chip says.
double images_of_race(const Table& table, const std::vector<std::size_t>& points) {
  double fewest = std::numeric_limits<double>::infinity();
  if (table.shape.trials == 0) return fewest;
  const std::optional<std::size_t> sampled = find_metric(table.metrics, kSampledImages);
  for (const std::size_t point : points) {
    const double images = sampled ? table.values[*sampled][table.shape.cell(point, 0, 0)] : count_images(table, point);
    if (images > 1) fewest = std::min(fewest, images);
  }
  return fewest;
}

}  // namespace

void check_race(const Experiment& experiment, const std::string& where) {
  const Race& race = *experiment.race;
  const Shape& shape = experiment.shape;
  std::string swept;
  for (const Axis& axis : shape.axes) swept += (swept.empty() ? "" : ", ") + axis.key;
  const auto axis = std::ranges::find(shape.axes, race.axis, &Axis::key);
  if (axis == shape.axes.end())
    fail_usage("{}: 'trials.race.axis' is \"{}\", which is not swept (allowed: {})", where, race.axis,
               swept.empty() ? "a key of [sweep]; there is none" : swept);
  if (axis->values.size() < 2)
    fail_usage("{}: 'trials.race.axis' is \"{}\", which has one value (allowed: two values at least)", where,
               race.axis);
  if (const std::size_t fewest = fewest_trainings(experiment); shape.replicas < fewest)
    fail_usage(
        "{}: 'training.replicas' is {}, but a race of {} values over trainings can tell nothing before {} (allowed: at "
        "least {}; or 1, for a race over the chips of one training)",
        where, shape.replicas, axis->values.size(), fewest, fewest);
}

std::size_t fewest_trainings(const Experiment& experiment) {
  if (!experiment.decides_trainings()) return 1;
  const Race& race = *experiment.race;
  const auto axis = std::ranges::find(experiment.shape.axes, race.axis, &Axis::key);
  return first_telling_look(axis->values.size(), race.confidence, kRaceTunedForTrainings);
}

std::optional<RaceRules> RaceRules::find(const std::vector<ResolvedSetting>& settings, const Shape& shape) {
  const auto at = [&](const char* key) { return find_value(settings, key, shape, 0); };
  const SettingValue axis = at("trials.race.axis");
  const auto* key = std::get_if<std::string>(&axis);
  const SettingValue of_training = at("trials.race.chips");
  const auto* chips = std::get_if<std::int64_t>(&of_training);
  if (key == nullptr || (shape.replicas > 1 && chips == nullptr)) return std::nullopt;
  const auto found = std::ranges::find(shape.axes, *key, &Axis::key);
  if (found == shape.axes.end() || found->values.size() < 2) return std::nullopt;
  RaceRules rules;
  rules.race_ = {.axis = *key,
                 .metric = kRaceMetrics.meaning_of(std::get<std::string>(at("trials.race.metric"))),
                 .tolerance = std::get<double>(at("trials.race.tolerance")),
                 .confidence = std::get<double>(at("trials.race.confidence"))};
  rules.axis_ = static_cast<std::size_t>(found - shape.axes.begin());
  rules.shape_ = shape;
  rules.races_ = shape.points() / found->values.size();
  if (chips != nullptr) {
    rules.race_.chips = rules.race_.min = rules.race_.max = static_cast<std::size_t>(*chips);
    const std::size_t first = first_telling_look(found->values.size(), rules.race_.confidence, kRaceTunedForTrainings);
    rules.looks_.push_back(std::min(first, shape.replicas));
    while (rules.looks_.back() < shape.replicas) rules.looks_.push_back(rules.looks_.back() + 1);
    return rules;
  }
  rules.race_.min = static_cast<std::size_t>(std::get<std::int64_t>(at("trials.race.min")));
  rules.race_.max = static_cast<std::size_t>(std::get<std::int64_t>(at("trials.race.max")));
  const SettingValue choice = at("trials.images");
  const auto* images = std::get_if<std::string>(&choice);
  if (images != nullptr && *images == kTwoStage) rules.race_.min = std::max(rules.race_.min, kPilotChips);
  std::size_t together = 1;
  for (std::size_t point = 0; point < shape.points(); ++point)
    together = std::max(together, unit_chips_of(settings, shape, point));
  rules.looks_ = looks(rules.race_.min, rules.race_.max, together);
  return rules;
}

// Races are numbered as points are, with the raced axis left out.

std::size_t RaceRules::race_of(std::size_t point) const {
  std::size_t number = 0;
  const std::vector<std::size_t> indices = shape_.indices(point);
  for (std::size_t i = 0; i < indices.size(); ++i)
    if (i != axis_) number = number * shape_.axes[i].values.size() + indices[i];
  return number;
}

std::vector<std::size_t> RaceRules::points_of(std::size_t race) const {
  std::vector<std::size_t> indices(shape_.axes.size(), 0);
  for (std::size_t i = shape_.axes.size(); i-- > 0;) {
    if (i == axis_) continue;
    indices[i] = race % shape_.axes[i].values.size();
    race /= shape_.axes[i].values.size();
  }
  std::vector<std::size_t> points;
  for (std::size_t value = 0; value < shape_.axes[axis_].values.size(); ++value) {
    indices[axis_] = value;
    points.push_back(shape_.point(indices));
  }
  return points;
}

std::optional<std::size_t> RaceRules::metric(const Table& table) const {
  return find_metric(table.metrics, kRaceMetrics.word_of(race_.metric));
}

RaceDecision RaceRules::decide(const Table& table, std::size_t race) const {
  RaceRule rule{.tolerance = race_.tolerance, .confidence = race_.confidence, .looks = looks_};
  const std::vector<std::size_t> points = points_of(race);
  std::vector<std::vector<double>> values(points.size());
  if (const std::optional<std::size_t> number = metric(table)) {
    rule.lower_is_better = is_better_when_lower(table.metrics[*number]);
    for (std::size_t i = 0; i < points.size(); ++i)
      values[i] = race_.chips ? complete_trainings(table, points[i], *number, *race_.chips)
                              : complete_values(table, points[i], *number);
    if (*number == kAccuracy)
      rule.images = images_of_race(table, points) * static_cast<double>(race_.chips.value_or(1));
  }
  if (race_.chips) rule.tuned_for = kRaceTunedForTrainings;
  return run_race(rule, values);
}

const RaceDecision& RaceDecisions::of_race(std::size_t race) {
  const auto known = found_.find(race);
  return known != found_.end() ? known->second : found_.emplace(race, rules_.decide(table_, race)).first->second;
}

RaceNeed RaceDecisions::of_point(std::size_t point) {
  const std::size_t race = rules_.race_of(point);
  const RaceDecision& decision = of_race(race);
  const std::vector<std::size_t> points = rules_.points_of(race);
  const auto value = static_cast<std::size_t>(std::ranges::find(points, point) - points.begin());
  const bool settled = decision.is_over() || !decision.survives(value);
  if (const auto& chips = rules_.race().chips) return {*chips, settled, decision.chips_needed[value]};
  return {decision.chips_needed[value], settled};
}

std::string_view to_text(RaceEnd end) {
  switch (end) {
    case RaceEnd::none:
      return "goes on";
    case RaceEnd::one_left:
      return "one left";
    case RaceEnd::within_tolerance:
      return "within tolerance";
    case RaceEnd::at_last_look:
      return "last look";
    case RaceEnd::no_results:
      return "no results";
  }
  throw std::logic_error("internal error: a race ends without a word");
}

RaceCost cost_of(const RaceDecision& decision) {
  RaceCost cost;
  for (const std::size_t chips : decision.chips_needed) cost.spent += chips;
  cost.without_dropping = decision.chips_needed.size() * std::ranges::max(decision.chips_needed);
  return cost;
}

std::optional<RaceRecord> record_races(const std::vector<ResolvedSetting>& settings, const Table& table) {
  const std::optional<RaceRules> rules = RaceRules::find(settings, table.shape);
  if (!rules) return std::nullopt;
  const Race& race = rules->race();
  RaceRecord record{.axis = race.axis,
                    .metric = std::string(kRaceMetrics.word_of(race.metric)),
                    .tolerance = race.tolerance,
                    .confidence = race.confidence,
                    .pair_confidence = pair_confidence(race.confidence, table.shape.axes[rules->axis()].values.size()),
                    .chips_of_training = race.chips};
  for (std::size_t number = 0; number < rules->count(); ++number) {
    const std::vector<std::size_t> points = rules->points_of(number);
    const RaceDecision decision = rules->decide(table, number);
    const RaceCost cost = cost_of(decision);
    RaceSummary& summary = record.races.emplace_back(RaceSummary{.leader = points[decision.leader],
                                                                 .end = std::string(to_text(decision.end)),
                                                                 .spent = cost.spent,
                                                                 .without_dropping = cost.without_dropping});
    for (const RaceLook& look : decision.looks)
      for (const RaceStanding& standing : look.standings)
        summary.standings.push_back({look.chips, points[standing.value], standing.mean, standing.behind,
                                     standing.interval.low, standing.interval.high, standing.leads, standing.dropped});
  }
  return record;
}

}  // namespace ohmcarlo
