#include "storage/settings_group.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

namespace ohmcarlo::h5 {
namespace {

constexpr const char* kGroup = "settings";

template <class T>
bool all_are(const std::vector<SettingValue>& values) {
  return std::ranges::all_of(values, [](const SettingValue& value) { return std::holds_alternative<T>(value); });
}

bool is_number_or_absent(const SettingValue& value) {
  return !std::holds_alternative<bool>(value) && !std::holds_alternative<std::string>(value);
}

double as_number(const SettingValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::numeric_limits<double>::quiet_NaN();
}

std::string as_text(const SettingValue& value) {
  struct Writer {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(bool x) const { return x ? "true" : "false"; }
    std::string operator()(std::int64_t x) const { return fmt::format("{}", x); }
    std::string operator()(double x) const { return fmt::format("{}", x); }
    std::string operator()(const std::string& x) const { return x; }
  };
  return std::visit(Writer{}, value);
}

void write_shared(hid_t group, const ResolvedSetting& setting) {
  const char* name = setting.key.c_str();
  const SettingValue& value = setting.values.front();
  if (const auto* truth = std::get_if<bool>(&value))
    write_attribute(group, name, *truth);
  else if (const auto* whole = std::get_if<std::int64_t>(&value))
    write_attribute(group, name, *whole);
  else if (const auto* real = std::get_if<double>(&value))
    write_attribute(group, name, *real);
  else
    write_attribute(group, name, as_text(value));
}

Handle write_differing(hid_t group, const ResolvedSetting& setting, const std::vector<std::size_t>& sizes) {
  const std::vector<SettingValue>& values = setting.values;
  if (all_are<std::int64_t>(values)) {
    std::vector<std::int64_t> numbers;
    for (const SettingValue& value : values) numbers.push_back(std::get<std::int64_t>(value));
    return write_dataset(group, setting.key, H5T_NATIVE_INT64, sizes, numbers.data());
  }
  if (std::ranges::all_of(values, is_number_or_absent)) {
    std::vector<double> numbers;
    std::ranges::transform(values, std::back_inserter(numbers), as_number);
    return write_dataset(group, setting.key, H5T_NATIVE_DOUBLE, sizes, numbers.data());
  }
  std::vector<std::string> texts;
  std::ranges::transform(values, std::back_inserter(texts), as_text);
  return write_strings(group, setting.key, texts, sizes);
}

SettingValue read_shared(hid_t group, const std::string& name) {
  switch (attribute_class(group, name.c_str())) {
    case H5T_ENUM:
      return read_boolean(group, name.c_str());
    case H5T_INTEGER:
      return read_integer(group, name.c_str());
    case H5T_FLOAT:
      return read_number(group, name.c_str());
    default:
      return read_text(group, name.c_str());
  }
}

std::vector<SettingValue> read_values(hid_t dataset, std::size_t count) {
  std::vector<SettingValue> values;
  if (class_of(dataset) == H5T_STRING) {
    for (std::string& text : read_strings(dataset))
      values.push_back(text.empty() ? SettingValue() : SettingValue(std::move(text)));
  } else if (class_of(dataset) == H5T_INTEGER) {
    std::vector<std::int64_t> numbers(count);
    read_dataset(dataset, H5T_NATIVE_INT64, numbers);
    values.assign(numbers.begin(), numbers.end());
  } else {
    std::vector<double> numbers(count);
    read_dataset(dataset, H5T_NATIVE_DOUBLE, numbers);
    for (const double number : numbers) values.push_back(std::isnan(number) ? SettingValue() : SettingValue(number));
  }
  return values;
}

ResolvedSetting read_differing(hid_t group, const std::string& name, const Shape& shape) {
  const Handle dataset = open_dataset(group, name);
  const std::vector<std::size_t> sizes = shape_of(dataset);
  ResolvedSetting setting{name, {}, {}};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto axis = std::ranges::find(shape.axes, scale_of(dataset, i), &Axis::key);
    if (axis == shape.axes.end() || axis->values.size() != sizes[i])
      throw std::runtime_error("its dataset settings/" + name + " has other dimensions than its axes");
    setting.axes.push_back(static_cast<std::size_t>(axis - shape.axes.begin()));
  }
  setting.values = read_values(dataset, count_of(sizes));
  return setting;
}

}  // namespace

void write_settings(hid_t root, const Scales& scales, const std::vector<ResolvedSetting>& settings,
                    const Shape& shape) {
  const Handle group = create_group(root, kGroup);
  for (const ResolvedSetting& setting : settings) {
    if (setting.axes.empty()) {
      write_shared(group, setting);
      continue;
    }
    std::vector<std::size_t> sizes;
    for (const std::size_t axis : setting.axes) sizes.push_back(shape.axes[axis].values.size());
    const Handle dataset = write_differing(group, setting, sizes);
    scales.attach_axes(dataset, setting.axes);
  }
}

std::vector<ResolvedSetting> read_settings(hid_t root, const Shape& shape) {
  std::vector<ResolvedSetting> settings;
  if (!exists(root, kGroup)) return settings;
  const Handle group = open_group(root, kGroup);
  for (const std::string& name : attributes(group)) settings.push_back({name, {}, {read_shared(group, name)}});
  for (const std::string& name : children(group)) settings.push_back(read_differing(group, name, shape));
  std::ranges::sort(settings, {}, &ResolvedSetting::key);
  return settings;
}

}  // namespace ohmcarlo::h5
