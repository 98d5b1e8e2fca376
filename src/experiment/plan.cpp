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
      const std::string identity = model_identity(experiment, point, replica, data_hashes.at(point.data.name));
      const auto [model, new_model] = models.try_emplace(identity, static_cast<std::uint32_t>(plan.models.size()));
      if (new_model) plan.models.push_back({number, replica, identity, model_id(identity)});
      const auto [evaluation, new_evaluation] =
          evaluations.try_emplace(identity + point.hardware_text, plan.evaluations.size());
      if (new_evaluation) {
        // Arrays share no products, and a chip may take minutes: each is reported, and can be stopped, on its own.
        plan.evaluations.push_back({{}, replica, model->second, point.unit_chips});
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
