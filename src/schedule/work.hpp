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

/// How work is done, in a worker. Both functions depend on their arguments alone and call `poll` often.
struct Tasks {
  std::function<std::string(std::uint32_t model, const Poll& poll, const Say& say)> train;
  std::function<std::string(std::uint32_t lot, std::uint32_t unit, const Poll& poll)> evaluate;
};

}  // namespace ohmcarlo
