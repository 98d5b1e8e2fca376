#pragma once
// The command line of `ohmcarlo run`.

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/device_choice.hpp"
#include "app/session.hpp"
#include "config/document.hpp"
#include "experiment/plan.hpp"

namespace ohmcarlo {

struct RunOptions {
  std::string experiment;  ///< its file
  std::string out;         ///< the results file
  std::vector<Override> overrides;
  IfExists if_exists = IfExists::refuse;
  double time_limit = 0;        ///< seconds; 0: none
  double wait_for_lock = 0;     ///< seconds, after which the job can be resumed; 0: 10 s, after which it fails
  bool accept_changes = false;  ///< of a results file whose checksum is wrong
  Shard shard;
  DeviceWish device;  ///< what evaluates chips
};

/// Nothing if all that was wanted is help, which is printed. Throws BadUsage.
[[nodiscard]] std::optional<RunOptions> parse_run_options(const Arguments& arguments);

}  // namespace ohmcarlo
