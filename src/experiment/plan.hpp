#pragma once
// What an experiment has to compute: its distinct models and its distinct evaluations, numbered the same on every rank.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiment/experiment.hpp"

namespace ohmcarlo {

/// The part of the points that this job computes: those with number % count == index - 1.
struct Shard {
  std::size_t index = 1;
  std::size_t count = 1;
};

struct ModelTask {
  std::size_t point = 0;  ///< one that needs it
  std::size_t replica = 0;
  std::string identity;
  std::string id;
};

/// All groups of chips of points whose models and hardware are the same: computed once, written to each.
struct EvaluationTask {
  std::vector<std::size_t> points;  ///< the first one stands for all
  std::size_t replica = 0;
  std::uint32_t model = 0;
  std::uint32_t unit_chips = 1;  ///< chips of a unit of work: a group that is evaluated together, or 1 on arrays
  std::optional<std::uint32_t> range_model = {};  ///< whose calibration fixes the ranges of converters; none: its own
};

struct Plan {
  std::vector<ModelTask> models;
  std::vector<EvaluationTask> evaluations;
};

/// `data_hashes`: sha256 of each data set by name.
[[nodiscard]] Plan make_plan(const Experiment& experiment, const std::map<std::string, std::string>& data_hashes,
                             const Shard& shard);

/// The number in `table` of an experiment's point: the table may hold more values than the experiment asks for.
[[nodiscard]] std::size_t table_point(const Shape& table, const Point& point);

/// The units of an evaluation, chips unit * unit_chips and those that follow, that still have cells to fill in the
/// table.
[[nodiscard]] std::vector<std::uint32_t> missing_units(const Experiment& experiment, const EvaluationTask& task,
                                                       const Table& table);

}  // namespace ohmcarlo
