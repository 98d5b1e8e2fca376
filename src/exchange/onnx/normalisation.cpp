// BatchNormalization.

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "exchange/onnx_graph.hpp"
#include "exchange/onnx_operators.hpp"

namespace ohmcarlo::onnx_operators {

void convert_normalisation(OnnxGraph& graph, OnnxNode& node) {
  graph.require_images(node, graph.activations(node, 0));
  const OnnxValue from = graph.straightened(node, graph.activations(node, 0));
  const Index channels = from.shape[0];
  (void)node.real("momentum", 0.9);  // of the running statistics: only training moves them
  if (node.integer("training_mode", 0) != 0) node.refuse("it normalises by the batch, as in training");
  if (node.integer("spatial", 1) != 1) node.refuse("its statistics are not those of channels");
  const double epsilon = node.real("epsilon", 1e-5);
  NormalisationParameters<float> learnt{graph.vector(node, 1, channels), graph.vector(node, 2, channels)};
  RunningStatistics<float> running{graph.vector(node, 3, channels), graph.vector(node, 4, channels)};
  for (Index c = 0; c < channels; ++c) {
    // What the file divides by, as a variance of our own epsilon; where that is too large, gamma takes the rest.
    const double divisor = static_cast<double>(running.variance(c)) + epsilon;
    if (running.variance(c) < 0 || !(divisor > 0))
      node.refuse("the variance of channel {} is {}, epsilon {}", c, running.variance(c), epsilon);
    const double variance = std::max(0.0, divisor - kNormalisationEpsilon);
    running.variance(c) = static_cast<float>(variance);
    learnt.gamma(c) *= static_cast<float>(std::sqrt((variance + kNormalisationEpsilon) / divisor));
  }
  if (!learnt.gamma.allFinite()) node.refuse("its scale is infinite");
  (void)graph.push_and_keep(node, from,
                            [&] { return batch_normalisation(graph.next_name("norm"), planes_of(from.shape)); });
  graph.keep_normalisation(std::move(learnt), std::move(running));
}

}  // namespace ohmcarlo::onnx_operators
