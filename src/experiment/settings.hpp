#pragma once
// The settings that the points of an experiment have once defaults and references are resolved, for the results file.

#include <string>
#include <vector>

#include "config/value.hpp"
#include "experiment/experiment.hpp"
#include "records/setting.hpp"

namespace ohmcarlo {

/// A value of a key as results files carry it: lists and tables are text, as TOML writes them.
[[nodiscard]] SettingValue setting_value(const Value& value);

/// All settings of all points, in alphabetical order: what they share, and how they differ. Left out are axes whose
/// values every point reads as they are. Besides keys: `classes`, the number of classes of the data set, and, with
/// trials.until or trials.race, `chips_per_unit`, the number of chips that are computed together.
[[nodiscard]] std::vector<ResolvedSetting> settings_of(const Experiment& experiment);

/// What the settings of a table of this shape say of a key (or another entry) at a point; nothing if it has no entry.
[[nodiscard]] SettingValue find_value(const std::vector<ResolvedSetting>& settings, const std::string& key,
                                      const Shape& shape, std::size_t point);

/// Those of a results table of `shape`, which holds all points of `experiment` and all of an earlier one, whose
/// settings were `old` over `old_shape`. Without any `old`, nothing is known of its points. An experiment without
/// trials.until or trials.race keeps the rule of the earlier one: the number of its chips was not fixed beforehand.
[[nodiscard]] std::vector<ResolvedSetting> settings_of(const Experiment& experiment, const Shape& shape,
                                                       const std::vector<ResolvedSetting>& old, const Shape& old_shape);

}  // namespace ohmcarlo
