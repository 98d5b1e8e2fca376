#include "network/spec.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ohmcarlo {

Index LayerSpec::weight_outputs() const {
  return kind == LayerKind::convolution ? out.channels : has_weights() ? outputs : 0;
}

Index LayerSpec::weight_inputs() const {
  if (kind == LayerKind::convolution) return in.channels / groups * window.size * window.size;
  return has_weights() ? inputs : 0;
}

Index LayerSpec::parameters() const {
  if (kind == LayerKind::batch_normalisation) return 2 * in.channels;
  return weight_outputs() * (weight_inputs() + (biased ? 1 : 0));
}

Index LayerSpec::macs() const {
  const Index uses = kind == LayerKind::convolution ? out.positions() : 1;
  return uses * weight_outputs() * weight_inputs();
}

void NetworkSpec::check_chain() const {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Index before = i == 0 ? inputs : layers[i - 1].outputs;
    if (layers[i].inputs != before)
      fail_usage("layer {}: it takes {} features, but {} gives {}", layers[i].name, layers[i].inputs,
                 i == 0 ? "the input" : layers[i - 1].name, before);
    const Planes known = i == 0 ? Planes{} : layers[i - 1].out;
    const Planes taken = layers[i].in;
    if (known.channels > 0 && taken.channels > 0 && !(known == taken))
      fail_usage("layer {}: it takes planes {} x {} x {}, but {} gives {} x {} x {}", layers[i].name, taken.channels,
                 taken.height, taken.width, layers[i - 1].name, known.channels, known.height, known.width);
  }
  const Index last = layers.empty() ? inputs : layers.back().outputs;
  if (last != classes) fail_usage("the network gives {} features, but has {} classes", last, classes);
}

std::vector<LayerSpec> NetworkSpec::weight_layers() const {
  std::vector<LayerSpec> found;
  std::copy_if(layers.begin(), layers.end(), std::back_inserter(found),
               [](const LayerSpec& layer) { return layer.has_weights(); });
  return found;
}

std::vector<LayerSpec> NetworkSpec::normalisation_layers() const {
  std::vector<LayerSpec> found;
  std::copy_if(layers.begin(), layers.end(), std::back_inserter(found),
               [](const LayerSpec& layer) { return layer.kind == LayerKind::batch_normalisation; });
  return found;
}

NetworkSpec mlp(Index inputs, const std::vector<Index>& hidden, LayerKind activation, Index classes) {
  NetworkSpec network{{}, inputs, classes};
  Index width = inputs;
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    const char* kind = activation == LayerKind::abs ? "abs" : "relu";
    network.layers.push_back({LayerKind::dense, fmt::format("dense{}", i + 1), width, hidden[i]});
    network.layers.push_back({activation, fmt::format("{}{}", kind, i + 1), hidden[i], hidden[i]});
    width = hidden[i];
  }
  network.layers.push_back({LayerKind::dense, fmt::format("dense{}", hidden.size() + 1), width, classes});
  return network;
}

}  // namespace ohmcarlo
