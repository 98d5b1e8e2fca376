#pragma once
// The table [training.adc] of one point: training through the converters of its arrays.

#include <vector>

#include "config/methods.hpp"

namespace ohmcarlo {

/// The keys of [training.adc].
[[nodiscard]] std::vector<Key> converter_training_keys();

/// Reads what methods ste-adc and concrete-adc need into training.converters. Throws BadUsage where the point's
/// hardware has no converters that can be trained.
void read_converter_training(const MethodReading& from, TrainingOptions& training);

}  // namespace ohmcarlo
