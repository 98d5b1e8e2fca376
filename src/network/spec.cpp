#include "network/spec.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/error.hpp"

namespace ohmcarlo {

Index LayerSpec::weight_outputs() const {
  if (kind == LayerKind::lstm) return 4 * outputs;
  return kind == LayerKind::convolution ? out.channels : has_weights() ? outputs : 0;
}

Index LayerSpec::weight_inputs() const {
  if (kind == LayerKind::convolution) return in.channels / groups * window.size * window.size;
  if (kind == LayerKind::lstm) return inputs + outputs;
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

namespace {

void check_fit(const LayerSpec& layer, const LayerSpec& before) {
  if (layer.inputs != before.outputs)
    fail_usage("layer {}: it takes {} features, but {} gives {}", layer.name, layer.inputs, before.name,
               before.outputs);
  const Planes known = before.out, taken = layer.in;
  if (known.channels > 0 && taken.channels > 0 && !(known == taken))
    fail_usage("layer {}: it takes planes {} x {} x {}, but {} gives {} x {} x {}", layer.name, taken.channels,
               taken.height, taken.width, before.name, known.channels, known.height, known.width);
}

}  // namespace

void NetworkSpec::check_chain() const {
  const LayerSpec input{LayerKind::flatten, "the input", inputs, inputs};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerSpec& layer = layers[i];
    for (const auto& other : {layer.source, layer.addend})
      if (other && *other >= i) fail_usage("layer {}: it takes the outputs of a layer that comes later", layer.name);
    if ((layer.kind == LayerKind::addition) != layer.addend.has_value())
      fail_usage("layer {}: an addition, and nothing else, has a second input", layer.name);
    check_fit(layer, layer.source ? layers[*layer.source] : i == 0 ? input : layers[i - 1]);
    if (layer.addend) check_fit(layer, layers[*layer.addend]);
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

namespace {

const char* name_of(LayerKind activation) {
  return activation == LayerKind::abs       ? "abs"
         : activation == LayerKind::sigmoid ? "sigmoid"
         : activation == LayerKind::tanh    ? "tanh"
                                            : "relu";
}

}  // namespace

bool NetworkSpec::has(LayerKind kind) const {
  return std::ranges::any_of(layers, [&](const LayerSpec& layer) { return layer.kind == kind; });
}

NetworkSpec mlp(Index inputs, const std::vector<Index>& hidden, LayerKind activation, Index classes) {
  NetworkSpec network{{}, inputs, classes};
  Index width = inputs;
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    network.layers.push_back({LayerKind::dense, fmt::format("dense{}", i + 1), width, hidden[i]});
    network.layers.push_back({activation, fmt::format("{}{}", name_of(activation), i + 1), hidden[i], hidden[i]});
    width = hidden[i];
  }
  network.layers.push_back({LayerKind::dense, fmt::format("dense{}", hidden.size() + 1), width, classes});
  return network;
}

}  // namespace ohmcarlo
