#pragma once
// A small trained-looking network and a few sparse images for the tests of chips.

#include <random>

#include "chip/evaluation_set.hpp"
#include "network/architecture.hpp"
#include "network/network.hpp"

namespace ohmcarlo::small {

inline const NetworkSpec kSpec = mlp(36, {20, 15}, "relu", 5);

/// Weights as initialised, and biases that are not zero.
inline Parameters<float> parameters() {
  Parameters<float> parameters = initial_parameters(kSpec, 4, 0);
  for (LayerParameters<float>& layer : parameters)
    layer.bias = Vector<float>::LinSpaced(layer.bias.size(), -0.25F, 0.5F);
  return parameters;
}

/// Images of 6 x 6 pixels, half of them black, with labels of five classes.
inline SampleSet images(std::size_t count) {
  std::vector<std::uint8_t> pixels;
  std::vector<Label> labels;
  std::mt19937 bits(7);
  for (std::size_t i = 0; i < count * 36; ++i)
    pixels.push_back(bits() % 2 == 0 ? std::uint8_t{0} : static_cast<std::uint8_t>(bits() % 256));
  for (std::size_t i = 0; i < count; ++i) labels.push_back(static_cast<Label>(bits() % 5));
  return SampleSet::of_images({1, 6, 6}, std::move(pixels), std::move(labels), 5);
}

}  // namespace ohmcarlo::small
