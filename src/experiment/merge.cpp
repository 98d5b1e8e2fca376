#include "experiment/merge.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "experiment/identity.hpp"
#include "experiment/race.hpp"
#include "experiment/stopping.hpp"

namespace ohmcarlo {
namespace {

bool are_equal(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

std::string name_point(const Shape& shape, std::size_t point) {
  std::string text;
  const std::vector<std::size_t> indices = shape.indices(point);
  for (std::size_t i = 0; i < indices.size(); ++i)
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", shape.axes[i].key,
                        to_text(shape.axes[i].values[indices[i]]));
  return text.empty() ? "the only point" : text;
}

bool have_same_values(const Shape& a, const Shape& b) {
  return std::ranges::equal(a.axes, b.axes,
                            [](const Axis& ours, const Axis& theirs) { return ours.values == theirs.values; });
}

}  // namespace

void MergedParts::check_same_experiment(const std::string& file, const Results& part) const {
  if (part.sampling)
    fail_results(
        "{}: its chips see samples of the test images, whose design belongs to one job (allowed: parts of experiments "
        "without trials.images)",
        file);
  if (!merged_) return;
  if (part.hash != merged_->hash) {
    std::string keys;
    for (const IdentityEntry& entry :
         differing_entries(parse_identity(merged_->identity), parse_identity(part.identity)))
      keys += (keys.empty() ? "" : ", ") + entry.subject();
    fail_results("{} and {}: parts of different experiments; these differ: {}", files_.front(), file, keys);
  }
  const auto name = [](const Metric& metric) { return metric.name; };
  if (!std::ranges::equal(part.table.metrics, merged_->table.metrics, {}, name, name) ||
      part.classes != merged_->classes)
    fail_results("{} and {}: have other metrics (allowed: parts written by one version of the program)", files_.front(),
                 file);
}

void MergedParts::make_room(const std::string& file, const Results& part) {
  Shape shape;
  try {
    shape = merge_shapes(merged_->table.shape, part.table.shape);
  } catch (const Error& error) {
    fail_results("{} and {}: {}", files_.front(), file, error.what());
  }
  if (!have_same_values(shape, merged_->table.shape) || !have_same_values(shape, part.table.shape) ||
      part.settings != merged_->settings)
    fail_results("{} and {}: sweep other values (allowed: parts of one sweep)", files_.front(), file);
  if (shape.trials == merged_->table.shape.trials && shape.replicas == merged_->table.shape.replicas) return;
  Table larger(shape, merged_->table.metrics);
  larger.adopt(merged_->table);
  std::vector<std::uint32_t> source(shape.cells());
  const Shape& old = merged_->table.shape;
  for (std::size_t cell = 0; cell < source_.size(); ++cell) {
    const std::size_t trial = cell % old.trials, run = cell / old.trials;
    source[shape.cell(run / old.replicas, run % old.replicas, trial)] = source_[cell];
  }
  merged_->table = std::move(larger);
  source_ = std::move(source);
}

void MergedParts::take_cell(const std::string& file, const Table& part, std::size_t cell) {
  Table& table = merged_->table;
  const bool is_new = table.state[cell] == CellState::not_run;
  bool is_same = is_new || table.state[cell] == part.state[cell];
  for (std::size_t m = 0; m < table.metrics.size(); ++m) {
    const std::size_t size = table.metrics[m].size();
    for (std::size_t place = cell * size; place < (cell + 1) * size; ++place) {
      if (is_new)
        table.values[m][place] = part.values[m][place];
      else
        is_same = is_same && are_equal(table.values[m][place], part.values[m][place]);
    }
  }
  const Shape& shape = table.shape;
  if (!is_same)
    fail_results("{} and {}: chip {} of training {} at {} differs", files_[source_[cell]], file, cell % shape.trials,
                 cell / shape.trials % shape.replicas, name_point(shape, cell / shape.trials / shape.replicas));
  if (!is_new) return;
  table.state[cell] = part.state[cell];
  table.seconds[cell] = part.seconds[cell];
  source_[cell] = static_cast<std::uint32_t>(files_.size());
}

void MergedParts::take_clean(const std::string& file, const Table& part) {
  Table& table = merged_->table;
  for (std::size_t place = 0; place < table.clean_accuracy.size(); ++place) {
    if (std::isnan(part.clean_accuracy[place])) continue;
    if (!std::isnan(table.clean_accuracy[place]) && (table.clean_accuracy[place] != part.clean_accuracy[place] ||
                                                     !are_equal(table.clean_loss[place], part.clean_loss[place])))
      fail_results("{}: training {} at {} has other clean numbers than in a file before it", file,
                   place % table.shape.replicas, name_point(table.shape, place / table.shape.replicas));
    table.clean_accuracy[place] = part.clean_accuracy[place];
    table.clean_loss[place] = part.clean_loss[place];
  }
}

void MergedParts::take_models(const std::string& file, const std::vector<ModelRecord>& models) {
  for (const ModelRecord& model : models) {
    const auto known = std::ranges::find(merged_->models, model.id, &ModelRecord::id);
    if (known == merged_->models.end())
      merged_->models.push_back(model);
    else if (known->epoch != model.epoch || known->clean_accuracy != model.clean_accuracy)
      fail_results("{}: network {} is another one than in a file before it", file, model.id);
  }
  std::ranges::sort(merged_->models, {}, &ModelRecord::id);
}

void MergedParts::add(const std::string& file, Results part) {
  check_same_experiment(file, part);
  if (!merged_) {
    source_.assign(part.table.state.size(), 0);
    merged_ = std::move(part);
  } else {
    make_room(file, part);
    const Shape& shape = merged_->table.shape;
    if (part.table.shape.trials != shape.trials || part.table.shape.replicas != shape.replicas) {
      Table larger(shape, part.table.metrics);
      larger.adopt(part.table);
      part.table = std::move(larger);
    }
    for (std::size_t cell = 0; cell < part.table.state.size(); ++cell)
      if (part.table.state[cell] != CellState::not_run) take_cell(file, part.table, cell);
    take_clean(file, part.table);
    take_models(file, part.models);
    merged_->runs.insert(merged_->runs.end(), part.runs.begin(), part.runs.end());
  }
  files_.push_back(file);
}

Results MergedParts::take() {
  require(merged_.has_value(), "there is a part");
  Results results = std::move(*merged_);
  merged_.reset();
  results.summaries.clear();
  results.status = missing_chips(results).empty() ? RunStatus::complete : RunStatus::part;
  return results;
}

std::string missing_chips(const Results& results) {
  const Table& table = results.table;
  const Shape& shape = table.shape;
  const std::optional<StoppingRules> rules = StoppingRules::find(results.settings, shape);
  const std::optional<RaceRules> races = RaceRules::find(results.settings, shape);
  std::optional<RaceDecisions> decisions;
  if (races) decisions.emplace(*races, table);
  std::size_t lacking = 0, first = 0, first_has = 0;
  for (std::size_t point = 0; point < shape.points(); ++point) {
    std::size_t needed = shape.trials, trainings = shape.replicas;
    bool is_settled = true;
    if (races) {
      const RaceNeed found = decisions->of_point(point);
      needed = found.chips;
      trainings = std::min(found.trainings, shape.replicas);
      is_settled = found.settled;
    } else if (rules) {
      const PointDecision found = rules->decide(table, point);
      needed = found.needed;
      is_settled = found.decision.stopped();
    }
    std::size_t has = 0;
    for (std::size_t replica = 0; replica < trainings; ++replica)
      for (std::size_t trial = 0; trial < std::min(needed, shape.trials); ++trial)
        if (table.state[shape.cell(point, replica, trial)] != CellState::not_run) ++has;
    if (is_settled && has == needed * trainings) continue;
    if (lacking++ > 0) continue;
    first = point;
    first_has = has;
  }
  if (lacking == 0) return "";
  return fmt::format("{} of {} points lack chips, the first {} ({} there)", lacking, shape.points(),
                     name_point(shape, first), first_has);
}

}  // namespace ohmcarlo
