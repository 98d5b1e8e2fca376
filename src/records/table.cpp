#include "records/table.hpp"

#include <algorithm>
#include <limits>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

bool ascending_numbers(const Axis& axis) {
  return std::none_of(axis.values.begin(), axis.values.end(),
                      [](const AxisValue& value) { return std::holds_alternative<std::string>(value); }) &&
         std::is_sorted(axis.values.begin(), axis.values.end());
}

std::string keys(const Shape& shape) {
  std::string text;
  for (const Axis& axis : shape.axes) text += (text.empty() ? "" : ", ") + axis.key;
  return text.empty() ? "none" : text;
}

}  // namespace

std::string to_text(const AxisValue& value) {
  if (const double* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const std::int64_t* number = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *number);
  return std::get<std::string>(value);
}

std::optional<std::size_t> find(const Axis& axis, const AxisValue& value) {
  const auto found = std::find(axis.values.begin(), axis.values.end(), value);
  if (found == axis.values.end()) return std::nullopt;
  return static_cast<std::size_t>(found - axis.values.begin());
}

std::size_t Shape::points() const {
  std::size_t count = 1;
  for (const Axis& axis : axes) count *= axis.values.size();
  return count;
}

std::size_t Shape::point(const std::vector<std::size_t>& indices) const {
  std::size_t number = 0;
  for (std::size_t i = 0; i < axes.size(); ++i) number = number * axes[i].values.size() + indices[i];
  return number;
}

std::vector<std::size_t> Shape::indices(std::size_t point) const {
  std::vector<std::size_t> found(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    found[i] = point % axes[i].values.size();
    point /= axes[i].values.size();
  }
  return found;
}

Table::Table(const Shape& new_shape, const std::vector<Metric>& new_metrics)
    : shape(new_shape),
      metrics(new_metrics),
      state(new_shape.cells(), CellState::not_run),
      seconds(new_shape.cells(), std::numeric_limits<double>::quiet_NaN()),
      clean_accuracy(new_shape.points() * new_shape.replicas, std::numeric_limits<double>::quiet_NaN()),
      clean_loss(clean_accuracy) {
  for (const Metric& metric : metrics)
    values.emplace_back(shape.cells() * metric.size(), std::numeric_limits<double>::quiet_NaN());
}

void Table::adopt(const Table& old) {
  std::vector<std::size_t> ours;                 // of each old metric: its number among ours
  std::vector<std::vector<std::size_t>> inside;  // and where its numbers lie there
  for (const Metric& metric : old.metrics) {
    const auto same =
        std::find_if(metrics.begin(), metrics.end(), [&](const auto& m) { return m.name == metric.name; });
    require(same != metrics.end(), "adopted metrics are among the new ones");
    ours.push_back(static_cast<std::size_t>(same - metrics.begin()));
    inside.push_back(places(metric, *same));
  }
  for (std::size_t from = 0; from < old.shape.points(); ++from) {
    const std::vector<std::size_t> old_indices = old.shape.indices(from);
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < old_indices.size(); ++i) {
      const auto index = find(shape.axes[i], old.shape.axes[i].values[old_indices[i]]);
      require(index.has_value(), "adopted results lie inside the new shape");
      indices.push_back(*index);
    }
    const std::size_t to = shape.point(indices);
    for (std::size_t replica = 0; replica < old.shape.replicas; ++replica) {
      clean_accuracy[to * shape.replicas + replica] = old.clean_accuracy[from * old.shape.replicas + replica];
      clean_loss[to * shape.replicas + replica] = old.clean_loss[from * old.shape.replicas + replica];
      for (std::size_t trial = 0; trial < old.shape.trials; ++trial) {
        const std::size_t source = old.shape.cell(from, replica, trial);
        const std::size_t target = shape.cell(to, replica, trial);
        for (std::size_t m = 0; m < ours.size(); ++m) {
          const double* from_values = &old.values[m][source * inside[m].size()];
          double* to_values = &values[ours[m]][target * metrics[ours[m]].size()];
          for (std::size_t i = 0; i < inside[m].size(); ++i) to_values[inside[m][i]] = from_values[i];
        }
        state[target] = old.state[source];
        seconds[target] = old.seconds[source];
      }
    }
  }
}

Shape merge_shapes(const Shape& wanted, const Shape& old) {
  Shape united = wanted;
  const bool same_keys = std::equal(wanted.axes.begin(), wanted.axes.end(), old.axes.begin(), old.axes.end(),
                                    [](const Axis& a, const Axis& b) { return a.key == b.key; });
  if (!same_keys)
    fail_results(
        "the results file sweeps other keys ({}) than the experiment ({}); a new or missing axis needs another file",
        keys(old), keys(wanted));
  for (std::size_t i = 0; i < united.axes.size(); ++i) {
    Axis& axis = united.axes[i];
    if (axis.values.front().index() != old.axes[i].values.front().index())
      fail_results("the results file has values of another type for '{}' ({}) than the experiment ({})", axis.key,
                   to_text(old.axes[i].values.front()), to_text(axis.values.front()));
    for (const AxisValue& value : old.axes[i].values)
      if (!find(axis, value)) axis.values.push_back(value);
    if (ascending_numbers(wanted.axes[i]) && ascending_numbers(old.axes[i]))
      std::sort(axis.values.begin(), axis.values.end());
  }
  united.replicas = std::max(wanted.replicas, old.replicas);
  united.trials = std::max(wanted.trials, old.trials);
  return united;
}

}  // namespace ohmcarlo
