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

/// The network with a layer before every weight layer that rounds what it takes to `bits` bits; parameters stay where
/// they were. Full scale is the largest value of a batch: for training only.
[[nodiscard]] NetworkSpec with_quantised_inputs(const NetworkSpec& spec, int bits);

}  // namespace ohmcarlo
