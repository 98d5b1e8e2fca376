#pragma once
// The command line of `ohmcarlo tail`.

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/device_choice.hpp"
#include "app/session.hpp"
#include "config/document.hpp"

namespace ohmcarlo {

struct TailRequest {
  std::string experiment;  ///< its file
  std::string out;
  std::vector<Override> overrides;
  std::vector<std::string> selectors;  ///< of the point
  IfExists if_exists = IfExists::refuse;
  std::optional<double> below;     ///< exactly one of these two
  std::optional<double> quantile;  ///< in (0, 0.1]
  std::size_t chips = 300;         ///< of a level, 100 or more
  std::size_t runs = 8;            ///< 8 to 255
  std::vector<double> bounds;      ///< in sigma, in growing order: the worst chip within each is searched for
  double time_limit = 0;           ///< seconds; 0: none
  DeviceWish device;               ///< what evaluates chips
};

/// Nothing if all that was wanted is help, which is printed. Throws BadUsage.
[[nodiscard]] std::optional<TailRequest> parse_tail_options(const Arguments& arguments);

}  // namespace ohmcarlo
