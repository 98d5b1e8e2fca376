#include "experiment/common_units.hpp"

#include <algorithm>
#include <cmath>

#include "statistics/sample.hpp"

namespace ohmcarlo {
namespace {

bool was_run(const Table& table, std::size_t point, std::size_t replica, std::size_t chip) {
  return table.state[table.shape.cell(point, replica, chip)] != CellState::not_run;
}

/// NaN for a chip that has none.
double chip_value(const Table& table, std::size_t metric, std::size_t point, std::size_t replica, std::size_t chip) {
  const std::size_t cell = table.shape.cell(point, replica, chip);
  const double value = table.values[metric][cell];
  return table.state[cell] == CellState::done && std::isfinite(value) ? value : kNaN;
}

/// The chips before the first that any of the points has yet to run.
std::size_t count_common(const Table& table, std::span<const std::size_t> points, std::size_t replica) {
  std::size_t chip = 0;
  while (chip < table.shape.trials &&
         std::ranges::all_of(points, [&](std::size_t point) { return was_run(table, point, replica, chip); }))
    ++chip;
  return chip;
}

}  // namespace

std::vector<std::vector<double>> common_units(const Table& table, std::size_t metric,
                                              std::span<const std::size_t> points) {
  std::vector<std::vector<double>> units(points.size());
  for (std::size_t replica = 0; replica < table.shape.replicas; ++replica) {
    std::vector<std::vector<double>> chips(points.size());
    const std::size_t count = count_common(table, points, replica);
    for (std::size_t chip = 0; chip < count; ++chip) {
      const auto value = [&](std::size_t point) { return chip_value(table, metric, point, replica, chip); };
      const bool complete = std::ranges::none_of(points, [&](std::size_t p) { return std::isnan(value(p)); });
      if (table.shape.replicas > 1 && !complete) continue;
      for (std::size_t i = 0; i < points.size(); ++i) chips[i].push_back(value(points[i]));
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (table.shape.replicas > 1)
        units[i].push_back(summarise(chips[i]).mean);
      else
        units[i] = chips[i];
    }
  }
  return units;
}

}  // namespace ohmcarlo
