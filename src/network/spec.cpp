#include "network/spec.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace ohmcarlo {

std::vector<LayerSpec> NetworkSpec::weight_layers() const {
  std::vector<LayerSpec> found;
  std::copy_if(layers.begin(), layers.end(), std::back_inserter(found),
               [](const LayerSpec& layer) { return layer.has_weights(); });
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
