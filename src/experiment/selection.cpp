#include "experiment/selection.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include <fmt/ranges.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostListed = 30;

std::string listed(std::vector<std::string> names) {
  const bool cut = names.size() > kMostListed;
  if (cut) names.resize(kMostListed);
  return fmt::format("{}{}", fmt::join(names, ", "), cut ? ", ..." : "");
}

std::optional<double> number_in(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

bool stands_for(const std::string& text, const AxisValue& value) {
  if (to_text(value) == text) return true;
  const std::optional<double> number = number_in(text);
  if (!number) return false;
  if (const auto* real = std::get_if<double>(&value)) return *real == *number;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole) == *number;
  return false;
}

}  // namespace

std::size_t find_axis(const Shape& shape, const std::string& key, const std::string& option) {
  std::vector<std::string> all, matching;
  std::size_t found = 0;
  for (std::size_t axis = 0; axis < shape.axes.size(); ++axis) {
    const std::string& known = shape.axes[axis].key;
    if (known == key) return axis;
    all.push_back(known);
    if (!known.ends_with("." + key)) continue;
    matching.push_back(known);
    found = axis;
  }
  if (all.empty()) fail_usage("{} {}: the results have one point and no axis", option, key);
  if (matching.empty()) fail_usage("{} {}: no axis of these results (allowed: {})", option, key, listed(all));
  if (matching.size() > 1) fail_usage("{} {}: names several axes (allowed: {})", option, key, listed(matching));
  return found;
}

std::size_t find_axis_value(const Axis& axis, const std::string& text, const std::string& option) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < axis.values.size(); ++i) {
    if (stands_for(text, axis.values[i])) return i;
    all.push_back(to_text(axis.values[i]));
  }
  fail_usage("{} {}: no value of {} in these results (allowed: {})", option, text, axis.key, listed(all));
}

std::vector<std::size_t> select_points(const Shape& shape, const std::vector<std::string>& selectors) {
  std::map<std::size_t, std::set<std::size_t>> wanted;  // values of an axis
  for (const std::string& selector : selectors) {
    const std::size_t sign = selector.find('=');
    if (sign == std::string::npos) fail_usage("--select {}: is no selector (allowed: KEY=VALUE)", selector);
    const std::size_t axis = find_axis(shape, selector.substr(0, sign), "--select");
    wanted[axis].insert(find_axis_value(shape.axes[axis], selector.substr(sign + 1), "--select"));
  }
  std::vector<std::size_t> points;
  for (std::size_t point = 0; point < shape.points(); ++point) {
    const std::vector<std::size_t> indices = shape.indices(point);
    if (std::ranges::all_of(wanted, [&](const auto& entry) { return entry.second.contains(indices[entry.first]); }))
      points.push_back(point);
  }
  return points;
}

std::size_t find_metric(const Table& table, const std::string& name) {
  std::vector<std::string> allowed;
  for (const Metric& metric : table.metrics)
    if (metric.dimensions.empty()) allowed.push_back(metric.name);
  for (std::size_t metric = 0; metric < table.metrics.size(); ++metric) {
    if (table.metrics[metric].name != name) continue;
    if (table.metrics[metric].dimensions.empty()) return metric;
    fail_usage("--metric {}: has a value for every {}, not one a chip (allowed: {})", name,
               table.metrics[metric].dimensions.front().name, listed(allowed));
  }
  fail_usage("--metric {}: no metric of these results (allowed: {})", name, listed(allowed));
}

}  // namespace ohmcarlo
