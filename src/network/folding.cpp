#include "network/folding.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {

template <class T>
LayerParameters<T> fold(const LayerParameters<T>& layer, const NormalisationParameters<T>& parameters,
                        const RunningStatistics<T>& running) {
  require(layer.weights.rows() == parameters.gamma.size(), "a normalisation has a channel a weight output");
  const Vector<double> scale = parameters.gamma.template cast<double>().array() /
                               (running.variance.template cast<double>().array() + kNormalisationEpsilon).sqrt();
  const Vector<double> bias =
      scale.cwiseProduct((layer.bias - running.mean).template cast<double>()) + parameters.beta.template cast<double>();
  return {(scale.asDiagonal() * layer.weights.template cast<double>()).template cast<T>(), bias.cast<T>()};
}

void check_foldable(const NetworkSpec& spec) {
  for (const Node& layer : spec.layers) {
    if (!layer.normalises()) continue;
    const Index channels = layer.operation->normalised_channels();
    const std::size_t before = layer.inputs.front();
    const auto takers = std::ranges::count_if(
        spec.layers, [&](const Node& other) { return std::ranges::count(other.inputs, before) > 0; });
    if (before == kNetworkInput || takers != 1 || spec.layers[before].weight_outputs() != channels)
      fail_usage(
          "layer {}: it does not follow a weight layer of {} channels for itself alone, which could take it over",
          layer.name, channels);
  }
}

template <class T>
Folded<T> fold(const NetworkSpec& spec, const NetworkState<T>& state) {
  check_foldable(spec);
  Folded<T> folded{{{}, spec.inputs, spec.classes}, state.parameters};
  std::vector<std::size_t> place;    // of every layer of `spec` in the folded network
  std::vector<std::size_t> weights;  // of every layer of the folded network: its entry among the parameters
  std::size_t next_weights = 0, next_normalisation = 0;
  for (Node layer : spec.layers) {
    for (std::size_t& input : layer.inputs)
      if (input != kNetworkInput) input = place[input];
    if (!layer.normalises()) {
      weights.push_back(next_weights);
      if (layer.has_weights()) ++next_weights;
      place.push_back(folded.spec.add(std::move(layer)));
      continue;
    }
    const std::size_t before = layer.inputs.front();
    folded.spec.layers[before].operation = folded.spec.layers[before].operation->with_biases();
    LayerParameters<T>& taking = folded.parameters[weights[before]];
    taking = fold(taking, state.normalisations.parameters[next_normalisation],
                  state.normalisations.running[next_normalisation]);
    ++next_normalisation;
    place.push_back(before);
  }
  return folded;
}

template LayerParameters<float> fold<float>(const LayerParameters<float>&, const NormalisationParameters<float>&,
                                            const RunningStatistics<float>&);
template LayerParameters<double> fold<double>(const LayerParameters<double>&, const NormalisationParameters<double>&,
                                              const RunningStatistics<double>&);
template Folded<float> fold<float>(const NetworkSpec&, const NetworkState<float>&);
template Folded<double> fold<double>(const NetworkSpec&, const NetworkState<double>&);

}  // namespace ohmcarlo
