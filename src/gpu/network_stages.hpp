#pragma once
// A trained network as stages that a device carries out one after the other.

#include <optional>
#include <string>
#include <vector>

#include "chip/trained_network.hpp"
#include "gpu/layer_tasks.hpp"

namespace ohmcarlo::gpu {

/// values = curve(values * factor + offset), after the product with a weight layer, if there is one.
struct Stage {
  std::optional<std::size_t> weights;  ///< number of the weight layer; none: the stage takes the values as they are
  Index inputs = 0, outputs = 0;
  std::vector<float> factor;  ///< [outputs]
  std::vector<float> offset;  ///< [outputs]: the bias, and what a normalisation adds
  LayerCurve curve = LayerCurve::none;
};

/// Why a device cannot carry out the network, in words that end a sentence; empty if it can: a chain of dense layers,
/// normalisations, relu, abs, sigmoid, tanh and dropout that begins with a dense layer.
[[nodiscard]] std::string network_problem(const NetworkSpec& spec);

/// Biases, normalisations in evaluation and activations join the stage before them where they can; dropout does
/// nothing. Throws std::logic_error where there is a network_problem.
[[nodiscard]] std::vector<Stage> stages_of(const TrainedNetwork& network);

}  // namespace ohmcarlo::gpu
