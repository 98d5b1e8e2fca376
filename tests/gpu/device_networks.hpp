#pragma once
// Chips on a device and on the processor, of the same small networks.

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "chip/group.hpp"
#include "chip/small_network.hpp"
#include "chip/whole_set.hpp"
#include "gpu/device_chips.hpp"
#include "network/operations.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::gpu::small_device {

inline const Variation kVariation{.sigma = 0.15, .weight_bits = 8, .cell_bits = 2};

/// Small batches: several of them, and a part of one, for few images.
inline constexpr GroupShape kShape{.chips = kChipsAtOnce, .rows = 64};
/// Batches of three steps, so that most recordings go on in the next one.
inline constexpr GroupShape kInLanes{.chips = kChipsAtOnce, .rows = 12, .lanes = 4};

/// A network with weights as initialised, and biases and normalisations as no training would leave them.
inline std::shared_ptr<const TrainedNetwork> network(const NetworkSpec& spec) {
  NetworkState<float> state{initial_parameters(spec, 4, 0), initial_normalisations<float>(spec)};
  for (LayerParameters<float>& layer : state.parameters)
    layer.bias = Vector<float>::LinSpaced(layer.bias.size(), -0.25F, 0.5F);
  for (std::size_t i = 0; i < state.normalisations.parameters.size(); ++i) {
    const Index n = state.normalisations.parameters[i].gamma.size();
    state.normalisations.parameters[i] = {Vector<float>::LinSpaced(n, 0.5F, 1.5F),
                                          Vector<float>::LinSpaced(n, 0.3F, -0.4F)};
    state.normalisations.running[i] = {Vector<float>::LinSpaced(n, -0.2F, 0.6F),
                                       Vector<float>::LinSpaced(n, 0.7F, 2.0F)};
  }
  return small::trained_network(spec, std::move(state));
}

/// One of these layers for images or rows of these planes.
inline std::shared_ptr<const TrainedNetwork> network(const Planes& planes, Index classes,
                                                     const std::vector<std::string>& layers) {
  return network(build_network(planes, classes, layers));
}

/// Sums whose inputs are needed again, images that two layers take, and an activation that must leave what it takes as
/// it is: for 36 inputs and 5 classes.
inline NetworkSpec branched() {
  constexpr Planes kHidden{7, 1, 1};
  NetworkSpec spec{{}, 36, 5};
  const std::size_t first = spec.add(dense("first", 36, 7));
  const std::size_t squashed = spec.add(activation("tanh", "squashed", kHidden));
  const std::size_t rectified = spec.add(activation("relu", "rectified", kHidden));  // of what is taken again below
  Node again = dense("again", 36, 7);
  again.inputs = {kNetworkInput};
  const std::size_t second = spec.add(std::move(again));
  const std::size_t sum = spec.add(addition("sum", kHidden, squashed, second, -0.5));
  Node norm = batch_normalisation("norm", kHidden);  // joins the sum
  norm.inputs = {sum};
  const std::size_t normalised = spec.add(std::move(norm));
  const std::size_t both = spec.add(addition("both", kHidden, normalised, rectified));
  const std::size_t all = spec.add(addition("all", kHidden, both, first));
  Node last = dense("last", 7, 5);
  last.inputs = {all};
  spec.add(std::move(last));
  spec.check_graph();
  return spec;
}

/// Relu networks of two hidden layers for the images of small::images().
inline std::shared_ptr<const TrainedNetwork> plain_network() {
  return small::trained_network(small::kSpec, {small::parameters(), {}});
}

inline void expect_same_bits(const Tally& found, const Tally& expected) {
  EXPECT_EQ(found.images, expected.images);
  EXPECT_EQ(found.correct, expected.correct);
  EXPECT_EQ(found.loss_sum, expected.loss_sum);
  EXPECT_EQ(found.margin_sum, expected.margin_sum);
  EXPECT_EQ(found.correct_ekl, expected.correct_ekl);
  EXPECT_EQ(found.confusion, expected.confusion);
  EXPECT_EQ(found.class_images, expected.class_images);
}

}  // namespace ohmcarlo::gpu::small_device
