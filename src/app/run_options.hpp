#pragma once
// The command line of `ohmcarlo run`.

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/session.hpp"
#include "config/document.hpp"
#include "experiment/plan.hpp"

namespace ohmcarlo {

struct RunOptions {
  std::string experiment;  ///< its file
  std::string out;         ///< the results file
  std::vector<Override> overrides;
  IfExists if_exists = IfExists::refuse;
  double time_limit = 0;  ///< seconds; 0: none
  Shard shard;
};

/// Nothing if all that was wanted is help, which is printed. Throws BadUsage.
[[nodiscard]] std::optional<RunOptions> parse_run_options(const Arguments& arguments);

}  // namespace ohmcarlo
