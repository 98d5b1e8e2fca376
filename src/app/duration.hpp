#pragma once
// Durations as batch jobs write them.

#include <string>

namespace ohmcarlo {

/// Seconds of "3h55m", "90m", "45s", "2d", "1h30m10s", or a plain number of seconds. Throws BadUsage for anything
/// else, and for 0, naming the option.
[[nodiscard]] double parse_duration(const std::string& option, const std::string& text);

/// "4 s", "3 min 20 s", "2 h 05 min".
[[nodiscard]] std::string format_duration(double seconds);

}  // namespace ohmcarlo
