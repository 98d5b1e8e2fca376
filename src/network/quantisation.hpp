#pragma once
// Values as a coarse converter would hand them on, for quantisation-aware training (Jacob et al., CVPR 2018): the
// forward pass rounds, the backward pass lets gradients through unchanged (straight-through estimator).

#include "linalg/matrix.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

/// Rounds the values of `x` to `bits` bits (1 to 16), the code with all bits set standing for the largest |value|:
/// codes 0..2^bits - 1 where nothing is negative, else -m..m with m = max(1, 2^(bits-1) - 1). x and y may be the same.
template <class T>
void quantise(int bits, View<const T> x, View<T> y);

/// Rounds weights to codes -(2^bits - 1)..2^bits - 1, since the sign is stored apart.
void quantise_weights(int bits, View<float> weights);

/// Weights of three values (Li, Zhang, Liu, "Ternary weight networks", 2016): 0 where |w| is at most 0.7 times its mean
/// over the layer, else +-s, s being the mean of the |w| above that.
void ternarise_weights(View<float> weights);

/// The way back through ternarise_weights(): the derivative passes where |w| is at most 1.4 times its mean, and is 0
/// beyond, so that weights do not run away. `weights`: before rounding.
void stop_gradient_of_large_weights(View<const float> weights, View<float> gradient);

/// The network with a layer before every weight layer that rounds what it takes to `bits` bits; parameters stay where
/// they were. Full scale is the largest value of a batch: for training only.
[[nodiscard]] NetworkSpec with_quantised_inputs(const NetworkSpec& spec, int bits);

}  // namespace ohmcarlo
