#pragma once
// Results of every kind, for tests of results files.

#include <cmath>
#include <utility>
#include <vector>

#include "records/results.hpp"

namespace ohmcarlo::test {

inline Results some_results(std::vector<Axis> axes, const std::vector<Metric>& metrics = standard_metrics()) {
  Results results;
  results.name = "a \"name\" with \xc3\xa4";
  results.toml = "[data]\nset = \"mnist\"\n";
  results.identity = "data.set = \"mnist\"\n";
  results.hash = "cafe";
  results.seed = 0xFFFFFFFFFFFFFFFFULL;
  results.classes = 10;
  results.status = RunStatus::interrupted;
  Shape shape;
  shape.axes = std::move(axes);
  shape.replicas = 2;
  shape.trials = 3;
  results.table = Table(shape, metrics);
  Table& table = results.table;
  for (std::size_t cell = 0; cell < shape.cells(); ++cell) {
    if (cell % 5 == 4) continue;  // not run
    table.state[cell] = cell % 5 == 3 ? CellState::failed : CellState::done;
    table.seconds[cell] = 0.5 + static_cast<double>(cell);
    if (table.state[cell] == CellState::done)
      for (std::size_t m = 0; m < metrics.size(); ++m)
        for (std::size_t place = 0; place < metrics[m].size(); ++place)
          table.values[m][cell * metrics[m].size() + place] =
              0.1 * static_cast<double>(m + 1) + cell / 7.0 + 100.0 * static_cast<double>(place);
  }
  for (std::size_t i = 1; i < table.clean_accuracy.size(); ++i) {
    table.clean_accuracy[i] = 1.0 / static_cast<double>(i);
    table.clean_loss[i] = 3.0 / static_cast<double>(i);
  }
  results.models = {{"0a", "replica = 0\n", "plain", "0a.model.h5", 0, 7, 0.5, 0.25, 0.125, 1.5, false},
                    {"1b", "replica = 1\n", "noise-injection", "1b.model.h5", 1, 0, NAN, NAN, NAN, NAN, true}};
  results.runs = {{{"hosts", "one two"}, {"started", "then"}}, {{"started", "now"}}};
  return results;
}

inline const Axis kSigma{"hardware.variation.sigma", {0.0, 0.15, 0.3}};
inline const Axis kMethod{"training.method", {"plain", "noise-injection"}};
inline const Axis kEpochs{"training.epochs", {std::int64_t{1}, std::int64_t{9007199254740993}}};

/// Standard, then by name, as they are read back.
inline const std::vector<Metric> kLayered = [] {
  std::vector<Metric> metrics = standard_metrics();
  metrics.push_back({"confusion", "images", "of a class by the answer", {{"class", 10}, {"answer", 3}}});
  metrics.push_back({"energy", "J", "of all reads", {}, "reads"});
  metrics.push_back({"faults", "1", "fraction of stuck cells", {{"layer", 4}}});
  metrics.push_back({"kurtosis", "1", "of a layer's weights", {{"layer", 4}}, "", true});
  metrics.push_back({"recall", "1", "fraction of a class recognised", {{"class", 10}}});
  metrics.push_back({"sigma", "1", "sd of the weights' errors", {{"layer", 4}}});
  return metrics;
}();

}  // namespace ohmcarlo::test
