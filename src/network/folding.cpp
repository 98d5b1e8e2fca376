#include "network/folding.hpp"

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

template <class T>
Folded<T> fold(const NetworkSpec& spec, const Parameters<T>& parameters, const Normalisations<T>& normalisations) {
  Folded<T> folded{{{}, spec.inputs, spec.classes}, parameters};
  std::size_t weights = 0, next = 0;
  for (const LayerSpec& layer : spec.layers) {
    if (layer.kind != LayerKind::batch_normalisation) {
      folded.spec.layers.push_back(layer);
      if (layer.has_weights()) ++weights;
      continue;
    }
    if (folded.spec.layers.empty() || !folded.spec.layers.back().has_weights() ||
        folded.spec.layers.back().weight_outputs() != layer.in.channels)
      fail_usage("layer {}: it does not follow a weight layer of {} channels, which could take it over", layer.name,
                 layer.in.channels);
    folded.spec.layers.back().biased = true;
    LayerParameters<T>& before = folded.parameters[weights - 1];
    before = fold(before, normalisations.parameters[next], normalisations.running[next]);
    ++next;
  }
  return folded;
}

template LayerParameters<float> fold<float>(const LayerParameters<float>&, const NormalisationParameters<float>&,
                                            const RunningStatistics<float>&);
template LayerParameters<double> fold<double>(const LayerParameters<double>&, const NormalisationParameters<double>&,
                                              const RunningStatistics<double>&);
template Folded<float> fold<float>(const NetworkSpec&, const Parameters<float>&, const Normalisations<float>&);
template Folded<double> fold<double>(const NetworkSpec&, const Parameters<double>&, const Normalisations<double>&);

}  // namespace ohmcarlo
