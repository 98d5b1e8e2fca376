#pragma once
// What every chip of an experiment yields.

#include <vector>

#include "experiment/experiment.hpp"

namespace ohmcarlo {

/// The most layers with weights that any of the points has: the length of the dimension `layer`.
[[nodiscard]] std::size_t most_layers(const Experiment& experiment);

/// The standard metrics, then those that the hardware of any point adds, then the kept answers.
[[nodiscard]] std::vector<Metric> metrics_of(const Experiment& experiment);

}  // namespace ohmcarlo
