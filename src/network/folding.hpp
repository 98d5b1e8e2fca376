#pragma once
// Folding: a trained normalisation is a fixed scale and shift, which the weights before it can take over for
// deployment.

#include "network/network.hpp"

namespace ohmcarlo {

/// The weights and biases of a layer that does at once what `layer` and then this normalisation, in evaluation, do:
/// W' = s W and b' = s (b - mean) + beta, one s = gamma / sqrt(variance + epsilon) an output channel (Jacob et al.,
/// CVPR 2018, eq. 14, with the bias). Throws std::logic_error unless the normalisation has a channel a weight output.
template <class T>
[[nodiscard]] LayerParameters<T> fold(const LayerParameters<T>& layer, const NormalisationParameters<T>& parameters,
                                      const RunningStatistics<T>& running);

/// A network without normalisations, and what its weight layers hold.
template <class T>
struct Folded {
  NetworkSpec spec;
  Parameters<T> parameters;
};

/// Throws an Error (exit status 2) that names a normalisation that does not follow a weight layer of as many channels,
/// whose outputs nothing else takes.
void check_foldable(const NetworkSpec& spec);

/// Folds every normalisation into the weight layer before it, which has biases from then on. Throws as
/// check_foldable().
template <class T>
[[nodiscard]] Folded<T> fold(const NetworkSpec& spec, const NetworkState<T>& state);

}  // namespace ohmcarlo
