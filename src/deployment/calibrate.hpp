#pragma once
// Calibration of a chip, and how far its outputs are from those of the clean weights.

#include <vector>

#include "chip/array_network.hpp"
#include "deployment/standards.hpp"

namespace ohmcarlo {

/// Reads the standard inputs of every layer on its arrays and corrects what is read from now on: e_k = s_k W~ - s_k W,
/// a mean of `reads`. `round` tells apart the calibrations of one chip.
void calibrate(ArrayNetwork& chip, const LayerStandards& standards, int reads, std::uint64_t round, const Poll& poll);

/// For every weight layer the mean of |y - x W| over images and outputs, relative to the largest |x W|: y is what the
/// chip makes of the inputs x that it has made itself, W the clean weights. `inputs` [images, features] of the network.
[[nodiscard]] std::vector<double> output_errors(const ArrayNetwork& chip, View<const float> inputs, std::uint64_t round,
                                                const Poll& poll);

}  // namespace ohmcarlo
