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
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const LayerSpec& layer = spec.layers[i];
    if (layer.kind != LayerKind::batch_normalisation) continue;
    const bool alone = i > 0 && !layer.source && std::ranges::none_of(spec.layers, [&](const LayerSpec& other) {
                         return other.source == i - 1 || other.addend == i - 1;
                       });
    if (!alone || !spec.layers[i - 1].has_weights() || spec.layers[i - 1].weight_outputs() != layer.in.channels)
      fail_usage(
          "layer {}: it does not follow a weight layer of {} channels for itself alone, which could take it over",
          layer.name, layer.in.channels);
  }
}

template <class T>
Folded<T> fold(const NetworkSpec& spec, const NetworkState<T>& state) {
  check_foldable(spec);
  Folded<T> folded{{{}, spec.inputs, spec.classes}, state.parameters};
  std::vector<LayerSpec>& layers = folded.spec.layers;
  std::vector<std::size_t> place;  // of every layer of `spec` in the folded network
  std::size_t weights = 0, next = 0;
  for (const LayerSpec& layer : spec.layers) {
    if (layer.kind != LayerKind::batch_normalisation) {
      layers.push_back(layer);
      for (std::optional<std::size_t>* other : {&layers.back().source, &layers.back().addend})
        if (*other) *other = place[**other];
      if (layer.has_weights()) ++weights;
    } else {
      layers.back().biased = true;
      LayerParameters<T>& before = folded.parameters[weights - 1];
      before = fold(before, state.normalisations.parameters[next], state.normalisations.running[next]);
      ++next;
    }
    place.push_back(layers.size() - 1);
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
