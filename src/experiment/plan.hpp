#pragma once
// What an experiment has to compute: its distinct models and its distinct evaluations, numbered the same on every rank.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/made_on_demand.hpp"
#include "experiment/experiment.hpp"
#include "experiment/race.hpp"
#include "experiment/stopping.hpp"
#include "experiment/table_points.hpp"

namespace ohmcarlo {

/// The part that this job computes: the points with number % count == index - 1, or of every point the units of chips
/// with such numbers.
struct Shard {
  std::size_t index = 1;
  std::size_t count = 1;
  bool of_trials = false;
};

/// The training of one network.
struct ModelTask {
  std::size_t point = 0;  ///< the first one that needs it
  std::size_t replica = 0;
  std::string identity;  ///< its text
  std::string id;        ///< the name of its file
};

/// All groups of chips of points whose models and hardware are the same: computed once, written to each.
struct EvaluationTask {
  std::vector<std::size_t> points;  ///< the first one stands for all
  std::size_t replica = 0;
  std::uint32_t model = 0;
  std::uint32_t unit_chips = 1;  ///< chips of a unit of work: a group that is evaluated together, or 1 on arrays
  bool equal_chips = false;      ///< chip 0 stands for all
  std::uint32_t first_unit = 0;  ///< units first_unit, first_unit + unit_step ... are this job's
  std::uint32_t unit_step = 1;
  std::optional<std::uint32_t> range_model = {};  ///< whose calibration fixes the ranges of converters; none: its own
  double unit_cost = 1;                           ///< of a unit, to be compared: Survey::chip_cost of all its chips
};

/// Tasks are made when they are asked for: a plan of a million points takes some tens of bytes for each.
struct Plan {
  MadeOnDemand<ModelTask> models;
  MadeOnDemand<EvaluationTask> evaluations;
  /// Numbers of the evaluations of a model.
  std::function<std::vector<std::uint32_t>(std::uint32_t model)> evaluations_of;
  std::vector<double> training_costs = {};  ///< of every model, to be compared with unit costs
};

/// `data_hashes`: sha256 of each data set by name.
[[nodiscard]] Plan make_plan(const Experiment& experiment, const std::map<std::string, std::string>& data_hashes,
                             const Shard& shard);

/// The job's units of an evaluation, chips unit * unit_chips and those that follow, of which a chip below number
/// `chips` is not in the table yet; unit 0 for all, where chips are equal. `places`: of the experiment's points in the
/// table.
[[nodiscard]] std::vector<std::uint32_t> missing_units(const EvaluationTask& task, const Table& table,
                                                       const TablePoints& places, std::size_t chips);

/// Chips of a unit with numbers below `chips` that the table lacks; of equal chips, one.
[[nodiscard]] std::size_t count_missing_chips(const EvaluationTask& task, std::uint32_t unit, const Table& table,
                                              const TablePoints& places, std::size_t chips);

/// A unit of which only the chips first .. end - 1 are to be computed, counted from its first one.
struct UnitPart {
  std::uint32_t evaluation = 0;
  std::uint32_t unit = 0;
  std::uint32_t first = 0;  ///< the table has those before
  std::uint32_t end = 0;    ///< nobody asks for those from here on

  static auto members(auto& self) { return std::tie(self.evaluation, self.unit, self.first, self.end); }
};

/// Those of an evaluation's `units`, ascending, that need not be computed as a whole.
[[nodiscard]] std::vector<UnitPart> partial_units(const Experiment& experiment, std::uint32_t evaluation,
                                                  const EvaluationTask& task, const std::vector<std::uint32_t>& units,
                                                  const Table& table, const TablePoints& places);

/// What the evaluations of the same points need, one a replica.
struct ChipNeed {
  std::size_t chips = 0;                  ///< those with smaller numbers, for certain, of each training that is needed
  bool settled = true;                    ///< whether no others will ever be needed
  std::size_t trainings = kAllTrainings;  ///< those with smaller replica numbers, for certain

  /// Chips of one replica with smaller numbers than this are needed.
  [[nodiscard]] std::size_t chips_of(std::size_t replica) const { return replica < trainings ? chips : 0; }
};

/// What an evaluation and those of its other replicas need as far as the table tells: as many chips as the experiment
/// asks for, or as its points need by their rules. `rules`: of the table's points, if the experiment has trials.until.
/// `races`: of the table as it is now, if it has trials.race; else null.
[[nodiscard]] ChipNeed needed_chips(const Experiment& experiment, const EvaluationTask& task, const Table& table,
                                    const TablePoints& places, const std::optional<StoppingRules>& rules,
                                    RaceDecisions* races = nullptr);

/// True if the table has all cells of the plan: those that the experiment asks for, or a shard's part of them. With
/// `rules` shards are of points, with `races` there are none.
[[nodiscard]] bool is_complete(const Experiment& experiment, const Plan& plan, const Table& table,
                               const std::optional<StoppingRules>& rules = {},
                               const std::optional<RaceRules>& races = {});

}  // namespace ohmcarlo
