#include "experiment/setting_grid.hpp"

#include <algorithm>
#include <map>

namespace ohmcarlo {
namespace {

constexpr std::uint32_t kUnknown = 0xFFFFFFFF;

/// Numbers of values over a grid, of which axes are taken out one by one.
struct Grid {
  std::vector<std::size_t> sizes;
  std::vector<std::uint32_t> values;

  /// Takes an axis out, if no known values differ along it.
  bool collapse(std::size_t axis) {
    std::size_t inner = 1;
    for (std::size_t i = axis + 1; i < sizes.size(); ++i) inner *= sizes[i];
    std::vector<std::uint32_t> without(values.size() / sizes[axis], kUnknown);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] == kUnknown) continue;
      std::uint32_t& kept = without[i / (inner * sizes[axis]) * inner + i % inner];
      if (kept != kUnknown && kept != values[i]) return false;
      kept = values[i];
    }
    values = std::move(without);
    sizes.erase(sizes.begin() + static_cast<std::ptrdiff_t>(axis));
    return true;
  }
};

}  // namespace

ResolvedSetting reduce_setting(std::string key, const Shape& shape, const ValueAt& value_at) {
  Grid grid;
  for (const Axis& axis : shape.axes) grid.sizes.push_back(axis.values.size());
  std::vector<SettingValue> values;
  std::map<SettingValue, std::uint32_t> numbers;
  for (std::size_t point = 0; point < shape.points(); ++point) {
    const std::optional<SettingValue> value = value_at(point);
    if (!value) {
      grid.values.push_back(kUnknown);
      continue;
    }
    const auto [number, is_new] = numbers.try_emplace(*value, static_cast<std::uint32_t>(values.size()));
    if (is_new) values.push_back(*value);
    grid.values.push_back(number->second);
  }
  ResolvedSetting setting{std::move(key), {}, {}};
  for (std::size_t i = 0, axis = 0; i < shape.axes.size(); ++i)
    if (!grid.collapse(axis)) {
      setting.axes.push_back(i);
      ++axis;
    }
  for (const std::uint32_t number : grid.values)
    setting.values.push_back(number == kUnknown ? SettingValue() : values[number]);
  return setting;
}

const SettingValue& value_at(const ResolvedSetting& setting, const Shape& shape, std::size_t point) {
  const std::vector<std::size_t> indices = shape.indices(point);
  std::size_t place = 0;
  for (const std::size_t axis : setting.axes) place = place * shape.axes[axis].values.size() + indices[axis];
  return setting.values[place];
}

}  // namespace ohmcarlo
