#pragma once
// Optimisers: one step from gradient to parameters.

#include <cstdint>
#include <vector>

#include "network/network.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// What an optimiser remembers between steps.
struct OptimizerState {
  std::int64_t steps = 0;                       ///< made so far
  std::vector<NetworkGradient<float>> moments;  ///< adam: of the gradient and of its square; sgd: the speed
};

/// A gradient of all that a training with `options` learns of the network `spec`, all zero.
[[nodiscard]] NetworkGradient<float> zero_gradient(const TrainingOptions& options, const NetworkSpec& spec);

[[nodiscard]] OptimizerState initial_optimizer(const TrainingOptions& options, const NetworkSpec& spec);

/// Moves the learnt values of `state` by one step against `gradient`, which has the same shapes: Adam (Kingma, Ba, ICLR
/// 2015, algorithm 1: beta 0.9 and 0.999, epsilon 1e-8, both moments corrected for bias) or gradient descent with
/// momentum (v = m v + g; w -= rate v). Weight decay adds decay * w to the gradient of weights, not of biases,
/// normalisations or scales of converters, whose logarithms move.
void optimizer_step(const TrainingOptions& options, double learning_rate, const NetworkGradient<float>& gradient,
                    OptimizerState& optimizer, NetworkState<float>& state);

}  // namespace ohmcarlo
