#pragma once
// What there is to do, as the scheduler sees it: models to train, and lots of units to evaluate with them. It knows
// nothing of networks or chips; results are opaque bytes.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/stop.hpp"

namespace ohmcarlo {

/// Units that need the same model: groups of chips of one point and replica.
struct Lot {
  std::uint32_t model = 0;
  std::vector<std::uint32_t> units;               ///< still to do
  std::optional<std::uint32_t> other_model = {};  ///< that they need besides
};

struct Work {
  std::vector<bool> trained;  ///< one a model: its file is there
  std::vector<Lot> lots;

  [[nodiscard]] std::size_t units() const;
};

/// How work is done, in a worker. Both are pure functions of their arguments and call `poll` often.
struct Tasks {
  std::function<std::string(std::uint32_t model, const Poll& poll, const Say& say)> train;
  std::function<std::string(std::uint32_t lot, std::uint32_t unit, const Poll& poll)> evaluate;
};

enum class MessageKind : std::uint8_t {
  // to a worker
  train,     ///< number: model
  evaluate,  ///< number: lot; units
  drain,     ///< finish the unit or training at hand, drop the rest
  abandon,   ///< give up at once
  finish,    ///< nothing more will come; number: what the worker returns
  // from a worker
  model,      ///< number: model; payload
  note,       ///< payload: a line to be said
  units,      ///< number: lot; units with payloads and seconds
  idle,       ///< the item is done or dropped
  failed,     ///< number: Failure::type; payload: its message
  signalled,  ///< number: StopRequest
};

struct UnitResult {
  std::uint32_t unit = 0;
  double seconds = 0;
  std::string payload;
};

struct Message {
  MessageKind kind = MessageKind::idle;
  std::uint32_t number = 0;
  std::string payload;
  std::vector<std::uint32_t> units;  ///< of `evaluate`
  std::vector<UnitResult> results;   ///< of `units`
};

[[nodiscard]] std::string pack(const Message& message);
[[nodiscard]] Message unpack_message(const std::string& bytes);

}  // namespace ohmcarlo
