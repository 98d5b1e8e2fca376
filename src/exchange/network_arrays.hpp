#pragma once
// The arrays of a network under the names by which files hold them.

#include <string>
#include <vector>

#include "network/network.hpp"

namespace ohmcarlo {

/// Calls visit(name, array, shape) for every array of a network, in one order for storing and loading. `state` is a
/// NetworkState of the shapes of `spec`, constant or not.
template <class State, class Visit>
void visit_arrays(const NetworkSpec& spec, State& state, const Visit& visit) {
  using Extents = std::vector<std::size_t>;
  const auto size = [](Index count) { return static_cast<std::size_t>(count); };
  const std::vector<Node> weights = spec.weight_layers();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Node& layer = weights[i];
    visit(layer.name + ".weights", state.parameters[i].weights,
          Extents{size(layer.weight_outputs()), size(layer.weight_inputs())});
    visit(layer.name + ".bias", state.parameters[i].bias, Extents{size(layer.weight_outputs())});
  }
  const std::vector<Node> normalisations = spec.normalisation_layers();
  for (std::size_t i = 0; i < normalisations.size(); ++i) {
    const Node& layer = normalisations[i];
    const Extents channels{size(layer.operation->normalised_channels())};
    visit(layer.name + ".gamma", state.normalisations.parameters[i].gamma, channels);
    visit(layer.name + ".beta", state.normalisations.parameters[i].beta, channels);
    visit(layer.name + ".mean", state.normalisations.running[i].mean, channels);
    visit(layer.name + ".variance", state.normalisations.running[i].variance, channels);
  }
}

}  // namespace ohmcarlo
