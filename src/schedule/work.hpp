#pragma once
// What there is to do, as the scheduler sees it: models to train, and lots of units to evaluate with them. It knows
// nothing of networks or chips; results are opaque bytes.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/stop.hpp"

namespace ohmcarlo {

/// Stands for every unit of a lot.
inline constexpr std::uint32_t kAllUnits = 0xFFFFFFFF;

/// Units that need the same model: groups of chips of one point and replica.
struct Lot {
  std::uint32_t model = 0;
  std::vector<std::uint32_t> units;               ///< still to do, in ascending order
  std::optional<std::uint32_t> other_model = {};  ///< that they need besides
  /// Units with smaller numbers are needed for certain; the others are done by whoever would be idle otherwise.
  std::uint32_t needed = kAllUnits;
  bool offered = true;   ///< whether the others are to be done by anybody
  double unit_cost = 1;  ///< of a unit, in any measure that all lots and trainings share: what to expect of it
  /// More units may become known (LotNeed::more), as others are done. Such lots take turns, an item each, so that none
  /// of them is left when the others are over.
  bool grows = false;
  bool needs_equipment = false;  ///< only workers that Work::equipped names can do its units

  /// How many of `units` have smaller numbers than `unit`.
  [[nodiscard]] std::size_t units_below(std::uint32_t unit) const;
};

/// What is needed of a lot, once that is known better.
struct LotNeed {
  std::uint32_t lot = 0;
  std::uint32_t needed = kAllUnits;  ///< as Lot::needed, never less than it was
  bool settled = false;              ///< no unit beyond will ever be needed
  bool offered = true;               ///< as Lot::offered; what was offered stays so until it is settled
  std::uint32_t more = 0;            ///< of a lot that grows: so many units exist besides, numbered on
};

struct Work {
  std::vector<bool> trained;  ///< one a model: its file is there
  std::vector<Lot> lots;
  std::string brief = {};                   ///< what every worker has to learn first; empty: nothing
  std::vector<double> training_costs = {};  ///< one a model, in the measure of unit costs; none: of no account
  std::vector<bool> equipped = {};          ///< one a worker; none: all are. At least one is, if a lot needs it

  [[nodiscard]] std::size_t units() const;  ///< that are needed for certain
};

/// How work is done, in a worker. `train` and `evaluate` depend on their arguments and on what was learned last alone,
/// and call `poll` often.
struct Tasks {
  std::function<std::string(std::uint32_t model, const Poll& poll, const Say& say)> train;
  std::function<std::string(std::uint32_t lot, std::uint32_t unit, const Poll& poll)> evaluate;
  /// Takes Work::brief in, or that of the items that come next; none where there are none.
  std::function<void(const std::string& brief)> learn = {};
};

}  // namespace ohmcarlo
