#pragma once
// The keys of method crossbar-aware: training through the arrays of the point.

#include <vector>

#include "config/methods.hpp"

namespace ohmcarlo {

/// The keys of [training.adc] that method crossbar-aware alone reads.
[[nodiscard]] std::vector<Key> crossbar_training_keys();

/// Reads what method crossbar-aware needs into `training`, whose epochs are read. Throws BadUsage where the point's
/// hardware has no converters that can be trained, and where keys do not fit together.
void read_crossbar_training(const MethodReading& from, TrainingOptions& training);

}  // namespace ohmcarlo
