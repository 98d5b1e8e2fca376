#include "experiment/plan.hpp"

#include "base/error.hpp"

namespace ohmcarlo {

Plan make_plan(const Experiment& experiment, const std::map<std::string, std::string>& data_hashes,
               const Shard& shard) {
  Plan plan;
  std::map<std::string, std::uint32_t> models;
  std::map<std::string, std::size_t> evaluations;
  for (std::size_t number = shard.index - 1; number < experiment.points.size(); number += shard.count) {
    const Point& point = experiment.points[number];
    for (std::size_t replica = 0; replica < experiment.shape.replicas; ++replica) {
      const auto model_of = [&](std::size_t of) {
        const Point& needs = experiment.points[of];
        const std::string identity = model_identity(experiment, needs, replica, data_hashes.at(needs.data.name));
        const auto [model, is_new] = models.try_emplace(identity, static_cast<std::uint32_t>(plan.models.size()));
        if (is_new) plan.models.push_back({of, replica, identity, model_id(identity)});
        return model->second;
      };
      const std::uint32_t model = model_of(number);
      std::optional<std::uint32_t> range_model;
      if (point.range_point) range_model = model_of(*point.range_point);
      if (range_model == model) range_model.reset();
      const std::string ranges = range_model ? "ranges of " + plan.models[*range_model].identity : "";
      const auto [evaluation, new_evaluation] =
          evaluations.try_emplace(plan.models[model].identity + point.hardware_text + ranges, plan.evaluations.size());
      if (new_evaluation) {
        // Arrays share no products, and a chip may take minutes: each is reported, and can be stopped, on its own.
        plan.evaluations.push_back({{}, replica, model, point.unit_chips, range_model});
      }
      plan.evaluations[evaluation->second].points.push_back(number);
    }
  }
  return plan;
}

std::size_t table_point(const Shape& table, const Point& point) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < table.axes.size(); ++i) {
    const auto index = find(table.axes[i], point.values[i]);
    require(index.has_value(), "the table holds every point of the experiment");
    indices.push_back(*index);
  }
  return table.point(indices);
}

std::vector<std::uint32_t> missing_units(const Experiment& experiment, const EvaluationTask& task, const Table& table) {
  std::vector<std::uint32_t> units;
  const std::size_t chips = experiment.shape.trials;
  for (std::size_t first = 0; first < chips; first += task.unit_chips) {
    bool missing = false;
    for (const std::size_t number : task.points) {
      const std::size_t point = table_point(table.shape, experiment.points[number]);
      for (std::size_t chip = first; chip < std::min<std::size_t>(first + task.unit_chips, chips); ++chip)
        missing = missing || table.state[table.shape.cell(point, task.replica, chip)] == CellState::not_run;
    }
    if (missing) units.push_back(static_cast<std::uint32_t>(first / task.unit_chips));
  }
  return units;
}

}  // namespace ohmcarlo
