#pragma once
// Resolved settings of an experiment, as a results file carries them: what all points share, and how points differ.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ohmcarlo {

/// A value of a setting; nothing where a point does not read it. Lists and tables are text, as TOML writes them.
using SettingValue = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

struct ResolvedSetting {
  std::string key;                   ///< of the configuration, or a derived quantity's name
  std::vector<std::size_t> axes;     ///< numbers of the axes it depends on, ascending; none: all points share it
  std::vector<SettingValue> values;  ///< over these axes, the last running fastest
  friend bool operator==(const ResolvedSetting&, const ResolvedSetting&) = default;
};

}  // namespace ohmcarlo
