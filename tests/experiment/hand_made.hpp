#pragma once
// Results made by hand.

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "records/results.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo::test {

using Values = std::vector<std::vector<double>>;  ///< of every point and replica, its chips; fewer than others: not run

/// Results over the axes whose accuracies are these, losses ten times what is missing to 1, over 1000 images. Rows run
/// over points, then replicas. NaN is a chip that failed.
inline Results results_of(std::vector<Axis> axes, const Values& rows, std::size_t replicas = 1) {
  Shape shape{std::move(axes), replicas, 0};
  for (const auto& row : rows) shape.trials = std::max(shape.trials, row.size());
  Results results;
  results.name = "made";
  results.classes = 10;
  results.status = RunStatus::complete;
  results.table = Table(shape);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t chip = 0; chip < rows[row].size(); ++chip) {
      const std::size_t cell = row * shape.trials + chip;
      const double value = rows[row][chip];
      results.table.state[cell] = std::isnan(value) ? CellState::failed : CellState::done;
      results.table.values[kAccuracy][cell] = value;
      results.table.values[kLoss][cell] = 10 * (1 - value);
      results.table.values[kCorrect][cell] = 1000 * value;
    }
  }
  return results;
}

inline Axis methods(std::vector<std::string> names) {
  Axis axis{"training.method", {}};
  for (std::string& name : names) axis.values.emplace_back(std::move(name));
  return axis;
}

inline Axis sigmas(const std::vector<double>& values) {
  Axis axis{"hardware.variation.sigma", {}};
  for (const double value : values) axis.values.emplace_back(value);
  return axis;
}

/// What a file says that trials.until decided the number of its chips.
inline void decide_chips_while_they_come(Results& results) {
  results.settings.push_back({"trials.until.half_width", {}, {0.001}});
  results.settings.push_back({"trials.until.confidence", {}, {0.95}});
  results.settings.push_back({"trials.until.min", {}, {std::int64_t{30}}});
  results.settings.push_back({"trials.until.max", {}, {std::int64_t{5000}}});
  results.settings.push_back({"trials.until.metric", {}, {std::string("accuracy")}});
  results.settings.push_back({"trials.until.interval", {}, {std::string("fixed-width")}});
}

}  // namespace ohmcarlo::test
