#include "experiment/plan.hpp"

#include <algorithm>
#include <span>

#include "base/hash.hpp"

namespace ohmcarlo {
namespace {

/// Members of groups 0, 1, 2 ..., group by group.
class Groups {
 public:
  /// `group_of`: of every member in their order; kNone: of none.
  Groups(const std::vector<std::uint32_t>& group_of, std::size_t groups) : first_(groups + 1, 0) {
    for (const std::uint32_t group : group_of)
      if (group != Survey::kNone) ++first_[group + 1];
    for (std::size_t i = 0; i < groups; ++i) first_[i + 1] += first_[i];
    members_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t member = 0; member < group_of.size(); ++member)
      if (group_of[member] != Survey::kNone) members_[next[group_of[member]]++] = static_cast<std::uint32_t>(member);
  }
  Groups() = default;
  [[nodiscard]] std::size_t size() const { return first_.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> operator[](std::size_t group) const {
    return std::span(members_).subspan(first_[group], first_[group + 1] - first_[group]);
  }

 private:
  std::vector<std::uint32_t> first_ = {0}, members_;
};

/// Replicas of a model differ in their weights alone: evaluations are grouped once for all replicas.
struct Layout {
  Experiment experiment;
  std::map<std::string, std::string> data_hashes;
  std::size_t replicas = 1;

  struct Model {
    std::uint32_t training, replica;
  };
  std::vector<Model> models;
  std::vector<std::uint32_t> model_numbers;   ///< [trainings, replicas]; kNone: not needed
  Groups points;                              ///< of every group: what is computed once for all of them
  std::vector<std::uint32_t> training;        ///< [groups]
  std::vector<std::uint32_t> range_training;  ///< [groups]; kNone: the same as `training`
  Groups groups_of_training;
  std::uint32_t first_unit = 0, unit_step = 1;

  [[nodiscard]] std::uint32_t number_of(std::uint32_t of_training, std::size_t replica) const {
    return model_numbers[of_training * replicas + replica];
  }

  void need(std::uint32_t of_training, std::size_t replica) {
    std::uint32_t& number = model_numbers[of_training * replicas + replica];
    if (number != Survey::kNone) return;
    number = static_cast<std::uint32_t>(models.size());
    models.push_back({of_training, static_cast<std::uint32_t>(replica)});
  }

  [[nodiscard]] ModelTask model(std::size_t number) const {
    const auto [of_training, replica] = models[number];
    const std::size_t first = experiment.survey->training_points[of_training];
    const Point point = experiment.points[first];
    const Identity identity = model_identity(experiment, point, replica, data_hashes.at(point.data.name));
    return {first, replica, identity.text(), model_id(identity)};
  }

  [[nodiscard]] EvaluationTask evaluation(std::size_t number) const {
    const std::size_t group = number / replicas, replica = number % replicas;
    const std::span<const std::uint32_t> members = points[group];
    EvaluationTask task{{members.begin(), members.end()}, replica, number_of(training[group], replica)};
    task.unit_chips = experiment.survey->unit_chips[members.front()];
    task.equal_chips = experiment.survey->equal_chips[members.front()];
    task.unit_cost = double{experiment.survey->chip_cost[members.front()]} * task.unit_chips;
    task.first_unit = first_unit;
    task.unit_step = unit_step;
    if (range_training[group] != Survey::kNone) task.range_model = number_of(range_training[group], replica);
    return task;
  }

  [[nodiscard]] std::vector<std::uint32_t> evaluations_of(std::uint32_t model) const {
    std::vector<std::uint32_t> numbers;
    for (const std::uint32_t group : groups_of_training[models[model].training])
      numbers.push_back(static_cast<std::uint32_t>(group * replicas + models[model].replica));
    return numbers;
  }
};

std::uint32_t range_training_of(const Survey& survey, std::size_t point) {
  if (survey.range_point.empty() || survey.range_point[point] == Survey::kNone) return Survey::kNone;
  const std::uint32_t other = survey.training[survey.range_point[point]];
  return other == survey.training[point] ? Survey::kNone : other;
}

Layout lay_out(const Experiment& experiment, const std::map<std::string, std::string>& data_hashes,
               const Shard& shard) {
  const Survey& survey = *experiment.survey;
  const std::size_t replicas = experiment.shape.replicas;
  Layout layout{experiment, data_hashes, replicas, {}, {}, {}, {}, {}, {}};
  std::size_t first_point = 0, point_step = 1;
  if (shard.of_trials) {
    layout.first_unit = static_cast<std::uint32_t>(shard.index - 1);
    layout.unit_step = static_cast<std::uint32_t>(shard.count);
  } else {
    first_point = shard.index - 1;
    point_step = shard.count;
  }
  layout.model_numbers.assign(survey.training_points.size() * replicas, Survey::kNone);
  std::vector<std::uint32_t> group_of(survey.training.size(), Survey::kNone);
  DigestNumbers groups;
  for (std::size_t point = first_point; point < survey.training.size(); point += point_step) {
    const std::uint32_t training = survey.training[point], range_training = range_training_of(survey, point);
    for (std::size_t replica = 0; replica < replicas; ++replica) {
      layout.need(training, replica);
      if (range_training != Survey::kNone) layout.need(range_training, replica);
    }
    const std::uint64_t computed = std::uint64_t{training} << 32 | survey.evaluation[point];
    const auto [group, is_new] = groups.find_or_add({range_training, mix64(computed)});  // a bijection
    if (is_new) {
      layout.training.push_back(training);
      layout.range_training.push_back(range_training);
    }
    group_of[point] = group;
  }
  layout.points = Groups(group_of, groups.size());
  layout.groups_of_training = Groups(layout.training, survey.training_points.size());
  return layout;
}

}  // namespace

Plan make_plan(const Experiment& experiment, const std::map<std::string, std::string>& data_hashes,
               const Shard& shard) {
  const auto layout = std::make_shared<const Layout>(lay_out(experiment, data_hashes, shard));
  std::vector<double> training_costs;
  for (const Layout::Model& model : layout->models)
    training_costs.push_back(double{experiment.survey->training_cost[model.training]});
  return {
      {layout->models.size(), [layout](std::size_t number) { return layout->model(number); }},
      {layout->points.size() * layout->replicas, [layout](std::size_t number) { return layout->evaluation(number); }},
      [layout](std::uint32_t model) { return layout->evaluations_of(model); },
      std::move(training_costs)};
}

namespace {

/// Whether a point of the evaluation lacks this chip.
bool is_missing(const EvaluationTask& task, const Table& table, const TablePoints& places, std::size_t chip) {
  return std::ranges::any_of(task.points, [&](std::size_t point) {
    return chip >= table.shape.trials ||
           table.state[table.shape.cell(places.find_in_table(point), task.replica, chip)] == CellState::not_run;
  });
}

}  // namespace

std::vector<std::uint32_t> missing_units(const EvaluationTask& task, const Table& table, const TablePoints& places,
                                         std::size_t chips) {
  std::vector<std::uint32_t> units;
  const std::size_t step = std::size_t{task.unit_step} * task.unit_chips;
  for (std::size_t first = std::size_t{task.first_unit} * task.unit_chips; first < chips; first += step) {
    bool missing = false;
    for (std::size_t chip = first; chip < std::min<std::size_t>(first + task.unit_chips, chips); ++chip)
      missing = missing || is_missing(task, table, places, chip);
    if (!missing) continue;
    if (task.equal_chips) return {0};
    units.push_back(static_cast<std::uint32_t>(first / task.unit_chips));
  }
  return units;
}

std::size_t count_missing_chips(const EvaluationTask& task, std::uint32_t unit, const Table& table,
                                const TablePoints& places, std::size_t chips) {
  if (task.equal_chips) return 1;
  const std::size_t first = std::size_t{unit} * task.unit_chips;
  std::size_t missing = 0;
  for (std::size_t chip = first; chip < std::min<std::size_t>(first + task.unit_chips, chips); ++chip)
    missing += is_missing(task, table, places, chip) ? 1 : 0;
  return missing;
}

std::vector<UnitPart> partial_units(const Experiment& experiment, std::uint32_t evaluation, const EvaluationTask& task,
                                    const std::vector<std::uint32_t>& units, const Table& table,
                                    const TablePoints& places) {
  std::vector<UnitPart> parts;
  if (task.unit_chips == 1) return parts;
  // Where chips are asked for as results come, all of a unit are.
  const std::size_t wanted = experiment.decides_chips() ? std::size_t(-1) : experiment.shape.trials;
  for (const std::uint32_t unit : units) {
    const std::size_t start = std::size_t{unit} * task.unit_chips;
    UnitPart part{evaluation, unit, 0, task.equal_chips ? 1 : task.unit_chips};
    part.end = static_cast<std::uint32_t>(std::min<std::size_t>(part.end, wanted - start));
    while (part.first + 1 < part.end && !is_missing(task, table, places, start + part.first)) ++part.first;
    if (part.first > 0 || part.end < task.unit_chips) parts.push_back(part);
  }
  return parts;
}

ChipNeed needed_chips(const Experiment& experiment, const EvaluationTask& task, const Table& table,
                      const TablePoints& places, const std::optional<StoppingRules>& rules, RaceDecisions* races) {
  ChipNeed need;
  if (races != nullptr) {
    need.trainings = 0;
    for (const std::size_t number : task.points) {
      const RaceNeed found = races->of_point(places.find_in_table(number));
      need.chips = std::max(need.chips, found.chips);
      need.trainings = std::max(need.trainings, found.trainings);
      need.settled = need.settled && found.settled;
    }
    return need;
  }
  if (!rules) return {experiment.shape.trials, true};
  for (const std::size_t number : task.points) {
    const PointDecision found = rules->decide(table, places.find_in_table(number));
    need.chips = std::max(need.chips, found.needed);
    need.settled = need.settled && found.decision.stopped();
  }
  return need;
}

bool is_complete(const Experiment& experiment, const Plan& plan, const Table& table,
                 const std::optional<StoppingRules>& rules, const std::optional<RaceRules>& races) {
  const TablePoints places(table.shape, experiment.shape);
  std::optional<RaceDecisions> decisions;
  if (races) decisions.emplace(*races, table);
  for (const EvaluationTask& task : plan.evaluations) {
    const ChipNeed need = needed_chips(experiment, task, table, places, rules, decisions ? &*decisions : nullptr);
    const std::size_t chips = need.chips_of(task.replica);
    if (!need.settled || !missing_units(task, table, places, chips).empty()) return false;
  }
  return true;
}

}  // namespace ohmcarlo
