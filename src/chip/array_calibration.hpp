#pragma once
// Calibration of a network whose weights are to sit on arrays: the scales of all layers, one after the other.

#include <optional>
#include <vector>

#include "base/stop.hpp"
#include "chip/calibration_walk.hpp"
#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// The scales of every weight layer of a network on arrays without any noise: inputs are taken from `walk`, each layer
/// seeing what the calibrated ones before it make. An lstm is calibrated with the states that its clean weights make.
/// Padding is never read. Biases and normalisations are digital. Layers have the converters of options_of_layer();
/// trained ranges have the scales of `trained`, widened ones go on from them; otherwise they are not looked at.
/// With `range_from`, the scales of another network of these shapes, converters have the ranges of that one; throws
/// std::runtime_error if its inputs are coded in another way, or if the ideal chain does not compute what it should
/// (check_chain).
[[nodiscard]] std::vector<LayerScales> calibrate_layers(const NetworkSpec& spec, const Parameters<float>& clean,
                                                        const ArrayOptions& arrays, CalibrationWalk walk,
                                                        const std::optional<std::vector<LayerScales>>& range_from,
                                                        const ConverterScales<float>& trained, const Poll& poll);

}  // namespace ohmcarlo
