#include "app/planned_work.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/array_text.hpp"
#include "base/error.hpp"
#include "base/signals.hpp"
#include "trial/pilot.hpp"

namespace ohmcarlo {
namespace {

constexpr double kPilotSeconds = 30;
constexpr double kShortestPilot = 0.3;  ///< for one kind of work

std::string digest_text(const Digest& digest) {
  return fmt::format("{:x}.{:x}", digest.high, digest.low);
}

/// What tells trainings apart that take different times.
std::string training_key(const ModelPart& model, double cost) {
  return fmt::format("{} {} {} {}", digest_text(model.source.kind()), cost, model.training.batch,
                     model.training.validation_chips);
}

/// What tells chips apart that take different times, besides their networks.
std::string chip_key(const ChipPart& chip, double cost) {
  const ArrayOptions& array = chip.hardware.array;
  return fmt::format("{} {} {} {} {}", digest_text(chip.source.kind()), cost, array.tile_rows, array.tile_columns,
                     array.wires.ideal());
}

}  // namespace

PlannedKind& PlannedKinds::find_or_add(const std::string& key, std::uint32_t first) {
  const auto [place, is_new] = numbers_.try_emplace(key, all.size());
  if (is_new) all.emplace_back().first = first;
  return all[place->second];
}

std::vector<WorkKind> PlannedKinds::work() const {
  std::vector<WorkKind> kinds;
  for (const PlannedKind& kind : all) kinds.push_back(kind.work);
  return kinds;
}

PlannedWork sort_work(const Experiment& experiment, const Plan& plan, int ranks) {
  PlannedWork work;
  std::vector<std::uint32_t> kind_of_model;
  const std::size_t fewest_of_race = fewest_trainings(experiment);
  const auto is_sure = [&](std::size_t replica) { return !experiment.decides_trainings() || replica < fewest_of_race; };
  for (std::uint32_t i = 0; i < plan.models.size(); ++i) {
    const std::size_t point = plan.models[i].point;
    const double cost = plan.training_costs[i];
    PlannedKind& kind = work.trainings.find_or_add(training_key(*experiment.parts(point).model, cost), i);
    if (kind.work.most_times++ == 0) kind.work.label = experiment.points[point].label(experiment.shape);
    if (is_sure(plan.models[i].replica)) ++kind.work.times;
    kind.work.cost = cost;
    kind_of_model.push_back(kind.first);
  }
  const std::size_t fewest = experiment.until ? experiment.until->min : experiment.shape.trials;
  for (std::uint32_t i = 0; i < plan.evaluations.size(); ++i) {
    const EvaluationTask task = plan.evaluations[i];
    const PointParts::Pair parts = experiment.parts(task.points.front());
    const double cost = task.unit_cost / task.unit_chips;
    PlannedKind& kind = work.chips.find_or_add(
        fmt::format("{} {} {}", kind_of_model[task.model], chip_key(*parts.chip, cost), task.equal_chips), i);
    if (kind.work.most_times == 0) kind.work.label = experiment.points[task.points.front()].label(experiment.shape);
    kind.like = kind_of_model[task.model];
    if (is_sure(task.replica)) kind.work.times += task.equal_chips ? 1 : fewest;
    kind.work.most_times += task.equal_chips ? 1 : experiment.most_chips();
    kind.work.cost = cost;
    const std::size_t units = task.equal_chips ? 1 : (experiment.most_chips() + task.unit_chips - 1) / task.unit_chips;
    (is_sure(task.replica) ? kind.work.preparations : kind.work.later_preparations) +=
        std::min<std::size_t>(units, static_cast<std::size_t>(ranks));
  }
  return work;
}

void time_work(const Experiment& experiment, const Plan& plan, DataSource& data, PlannedWork& work) {
  const Clock clock = steady_clock();
  const double start = clock();
  std::size_t left = work.trainings.all.size() + work.chips.all.size();
  const Clock processor = processor_clock();  // whoever else is on the machine
  WorkPilot pilot(experiment, plan, data, processor, clock, [] {
    if (stop_requested() != StopRequest::none) throw Resumable("plan: stopped by a signal");
  });
  const auto share = [&] { return (kPilotSeconds - (clock() - start)) / static_cast<double>(left--); };
  const auto is_late = [&] { return clock() - start > kPilotSeconds - kShortestPilot; };
  for (PlannedKind& kind : work.trainings.all) {
    const double seconds = std::max(share(), kShortestPilot);
    if (!is_late()) kind.work.seconds = pilot.time_training(kind.first, seconds);
  }
  for (PlannedKind& kind : work.chips.all) {
    const double seconds = std::max(share(), kShortestPilot);
    if (is_late()) continue;
    const EvaluationTask task = plan.evaluations[kind.first];
    const Point point = experiment.points[task.points.front()];
    const auto images = static_cast<std::size_t>(data.test(point.data, point.data.scaling)->images());
    const bool may_sample = experiment.images.kind == ImageChoice::Kind::all && !point.deployment.any();
    kind.work.images = may_sample && !task.equal_chips ? images : 0;
    const double chips = task.equal_chips ? 1 : task.unit_chips;
    if (const auto time = pilot.time_unit(kind.first, kind.like, seconds)) {
      kind.work.seconds = time->whole / chips;
      kind.work.preparation = time->preparation;
      kind.work.image = time->image / chips;
      kind.work.programming = time->programming / chips;
    } else if (point.hardware.arrays) {
      kind.work.seconds = measure_chip(point.hardware.array, point.network.build(point.data),
                                       images + 3 * images_seen(point.deployment));
    }
  }
}

}  // namespace ohmcarlo
