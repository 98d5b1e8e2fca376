#include "experiment/settings.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "experiment/setting_grid.hpp"
#include "experiment/table_points.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kClasses = "classes";
constexpr const char* kUnitChips = "chips_per_unit";

void sort_by_key(std::vector<ResolvedSetting>& settings) {
  std::ranges::sort(settings, {}, &ResolvedSetting::key);
}

const ResolvedSetting* find_setting(const std::vector<ResolvedSetting>& settings, const std::string& key) {
  const auto found = std::ranges::find(settings, key, &ResolvedSetting::key);
  return found == settings.end() ? nullptr : &*found;
}

/// What a point reads the key as.
SettingValue read_value(const PointParts::Pair& point, KeyId key) {
  for (const PartSource* source : {&point.chip->source, &point.model->source})
    if (const RecordedValue* read = source->find(key)) return setting_value(read->value);
  return {};
}

/// A derived quantity, which depends on the kind of a point alone.
ResolvedSetting derived_setting(const Experiment& experiment, const std::string& name,
                                const std::function<std::size_t(std::size_t)>& quantity) {
  const auto at = [&](std::size_t point) { return SettingValue(static_cast<std::int64_t>(quantity(point))); };
  const SettingValue first = at(0);
  if (std::ranges::all_of(experiment.kinds(), [&](std::size_t point) { return at(point) == first; }))
    return {name, {}, {first}};
  return reduce_setting(name, experiment.shape, at);
}

/// Settings that belong to points: without those of the experiment as a whole.
std::vector<ResolvedSetting> settings_of_points(const Experiment& experiment) {
  std::vector<ResolvedSetting> settings = experiment.survey->common;
  for (const KeyId key : experiment.survey->differing)
    settings.push_back(reduce_setting(std::string(all_keys()[key].path), experiment.shape, [&](std::size_t point) {
      return std::optional(read_value(experiment.parts(point), key));
    }));
  settings.push_back(derived_setting(experiment, kClasses, [&](std::size_t point) {
    return static_cast<std::size_t>(experiment.parts(point).model->data.classes());
  }));
  if (experiment.decides_chips())
    settings.push_back(derived_setting(experiment, kUnitChips,
                                       [&](std::size_t point) { return experiment.survey->unit_chips[point]; }));
  return settings;
}

SettingValue as_setting(const AxisValue& value) {
  return std::visit([](const auto& number) { return SettingValue(number); }, value);
}

/// A value as it was before a dataset of one type took it in: see storage/results_file.hpp.
SettingValue as_of_key(const std::string& path, const SettingValue& value) {
  const Key* key = find_key(path);
  const bool whole = key == nullptr || key->type == KeyType::integer;
  if (const auto* number = std::get_if<double>(&value); number != nullptr && whole)
    return static_cast<std::int64_t>(*number);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || key == nullptr) return value;
  if (key->type == KeyType::boolean) return *text == "true";
  if (key->type != KeyType::integer && key->type != KeyType::real) return value;
  double number = 0;
  const char* const end = text->data() + text->size();
  if (const auto [stop, error] = std::from_chars(text->data(), end, number); error != std::errc() || stop != end)
    return value;  // a word
  if (whole) return static_cast<std::int64_t>(number);
  return number;
}

/// The value of a key at a point; a swept key that is not listed has the value of its axis.
SettingValue listed_value(const ResolvedSetting* setting, const std::string& key, const Shape& shape,
                          std::size_t point) {
  if (setting != nullptr) return value_at(*setting, shape, point);
  for (std::size_t i = 0; i < shape.axes.size(); ++i)
    if (shape.axes[i].key == key) return as_setting(shape.axes[i].values[shape.indices(point)[i]]);
  return {};
}

}  // namespace

SettingValue setting_value(const Value& value) {
  return std::visit(
      [&]<class T>(const T& concrete) -> SettingValue {
        if constexpr (std::is_constructible_v<SettingValue, const T&>)
          return concrete;
        else
          return to_toml(value);
      },
      value);
}

std::vector<ResolvedSetting> settings_of(const Experiment& experiment) {
  std::vector<ResolvedSetting> settings = settings_of_points(experiment);
  settings.insert(settings.end(), experiment.shared_settings.begin(), experiment.shared_settings.end());
  sort_by_key(settings);
  return settings;
}

SettingValue find_value(const std::vector<ResolvedSetting>& settings, const std::string& key, const Shape& shape,
                        std::size_t point) {
  const ResolvedSetting* setting = find_setting(settings, key);
  return setting == nullptr ? SettingValue() : as_of_key(key, value_at(*setting, shape, point));
}

namespace {

/// Whether an entry belongs to a rule that decided the number of chips, but is none of the experiment's.
bool is_of_earlier_rule(const Experiment& experiment, std::string_view key) {
  return (key == kUnitChips && !experiment.decides_chips()) ||
         (key.starts_with("trials.until.") && !experiment.until) ||
         (key.starts_with("trials.race.") && !experiment.race);
}

/// Whether an entry is of an earlier race, of chips or of trainings, while the experiment's is of the others.
bool is_of_other_race(const Experiment& experiment, const std::string& key) {
  return experiment.race && key.starts_with("trials.race.") && find_setting(experiment.shared_settings, key) == nullptr;
}

/// An entry of a rule for a larger table. Points that the rule did not know have units of one chip.
ResolvedSetting kept_rule_setting(const ResolvedSetting& old, const Shape& shape, const Shape& old_shape) {
  if (old.axes.empty()) return old;
  const TablePoints old_points(shape, old_shape);
  return reduce_setting(old.key, shape, [&](std::size_t point) -> std::optional<SettingValue> {
    const auto found = old_points.find_inside(point);
    return found ? listed_value(&old, old.key, old_shape, *found) : SettingValue(std::int64_t{1});
  });
}

}  // namespace

std::vector<ResolvedSetting> settings_of(const Experiment& experiment, const Shape& shape,
                                         const std::vector<ResolvedSetting>& old, const Shape& old_shape) {
  const std::vector<ResolvedSetting> wanted = settings_of_points(experiment);
  std::vector<std::string> keys;
  for (const auto* settings : {&wanted, &old})
    for (const ResolvedSetting& setting : *settings)
      if (find_setting(experiment.shared_settings, setting.key) == nullptr &&
          !is_of_other_race(experiment, setting.key))
        keys.push_back(setting.key);
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());

  const TablePoints wanted_points(shape, experiment.shape), old_points(shape, old_shape);
  std::vector<ResolvedSetting> joined = experiment.shared_settings;
  for (const std::string& key : keys) {
    if (is_of_earlier_rule(experiment, key)) {
      joined.push_back(kept_rule_setting(*find_setting(old, key), shape, old_shape));
      continue;
    }
    const ResolvedSetting* here = find_setting(wanted, key);
    const ResolvedSetting* there = find_setting(old, key);
    const bool shared = here != nullptr && here->axes.empty() && (old.empty() || (there != nullptr && *there == *here));
    ResolvedSetting setting =
        shared ? *here : reduce_setting(key, shape, [&](std::size_t point) -> std::optional<SettingValue> {
          if (const auto found = wanted_points.find_inside(point))
            return listed_value(here, key, experiment.shape, *found);
          const auto found = old.empty() ? std::nullopt : old_points.find_inside(point);
          return found ? std::optional(as_of_key(key, listed_value(there, key, old_shape, *found))) : std::nullopt;
        });
    joined.push_back(std::move(setting));
  }
  sort_by_key(joined);
  return joined;
}

}  // namespace ohmcarlo
