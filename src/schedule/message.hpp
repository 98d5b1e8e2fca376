#pragma once
// What manager and workers say to each other: orders go to a worker, reports come from one.

#include <cstdint>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "base/signals.hpp"
#include "schedule/failure.hpp"

namespace ohmcarlo {

// Orders.

/// Learn this before what follows, after what came before.
struct Brief {
  std::string payload;  ///< for Tasks::learn

  static auto members(auto& self) { return std::tie(self.payload); }
};

/// Train this model.
struct TrainModel {
  std::uint32_t model = 0;
};

/// Evaluate these units of a lot.
struct EvaluateUnits {
  std::uint32_t lot = 0;
  std::vector<std::uint32_t> units;

  static auto members(auto& self) { return std::tie(self.lot, self.units); }
};

/// Finish the unit or the training at hand, drop the rest.
struct Drain {};

/// Give up what is at hand at once, drop the rest.
struct Abandon {};

/// Leave: nothing more will come.
struct Leave {
  int status = 0;  ///< what the worker returns
};

/// Work that the queue hands out.
using Item = std::variant<TrainModel, EvaluateUnits>;
using Order = std::variant<Brief, TrainModel, EvaluateUnits, Drain, Abandon, Leave>;

// Reports.

/// A model is trained.
struct ModelTrained {
  std::uint32_t model = 0;
  std::string payload;  ///< what Tasks::train returned

  static auto members(auto& self) { return std::tie(self.model, self.payload); }
};

/// A line to be said.
struct Note {
  std::string line;

  static auto members(auto& self) { return std::tie(self.line); }
};

struct UnitResult {
  std::uint32_t unit = 0;
  double seconds = 0;   ///< that the unit took
  std::string payload;  ///< what Tasks::evaluate returned

  static auto members(auto& self) { return std::tie(self.unit, self.seconds, self.payload); }
};

/// Units of a lot are evaluated.
struct UnitsEvaluated {
  std::uint32_t lot = 0;
  std::vector<UnitResult> results;

  static auto members(auto& self) { return std::tie(self.lot, self.results); }
};

/// An item is done, or dropped.
struct ItemFinished {};

/// A signal has reached the worker's process.
struct Signalled {
  StopRequest request = StopRequest::none;
};

/// A Failure is the exception that a task threw.
using Report = std::variant<ModelTrained, Note, UnitsEvaluated, ItemFinished, Failure, Signalled>;

[[nodiscard]] std::string pack(const Order& order);
[[nodiscard]] std::string pack(const Report& report);
/// Throws std::logic_error unless `bytes` are those of one order.
[[nodiscard]] Order unpack_order(const std::string& bytes);
/// Throws std::logic_error unless `bytes` are those of one report.
[[nodiscard]] Report unpack_report(const std::string& bytes);

}  // namespace ohmcarlo
