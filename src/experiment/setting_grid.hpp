#pragma once
// One setting over all points of an experiment, and over just the axes it depends on.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "records/setting.hpp"
#include "records/table.hpp"

namespace ohmcarlo {

/// The value at a point, or nothing if it is not known.
using ValueAt = std::function<std::optional<SettingValue>(std::size_t point)>;

/// The setting over the axes of `shape` on which it depends. Points whose value is not known take any; where none of
/// those that share the place is known, it is as if the key were not read.
[[nodiscard]] ResolvedSetting reduce_setting(std::string key, const Shape& shape, const ValueAt& value_at);

/// The value of a setting over the axes of `shape` at one of its points.
[[nodiscard]] const SettingValue& value_at(const ResolvedSetting& setting, const Shape& shape, std::size_t point);

}  // namespace ohmcarlo
