#include "network/graph.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"

namespace ohmcarlo {

Index Node::parameters() const {
  const WeightShape weights = operation->weights();
  return 2 * operation->normalised_channels() + weights.outputs * (weights.inputs + (weights.biased ? 1 : 0));
}

Index Node::macs() const {
  const WeightShape weights = operation->weights();
  return weights.uses * weights.outputs * weights.inputs;
}

namespace {

void check_fit(const std::string& name, const FeatureShape& taken, const std::string& giver,
               const FeatureShape& given) {
  if (taken.features != given.features)
    fail_usage("layer {}: it takes {} features, but {} gives {}", name, taken.features, giver, given.features);
  const Planes& in = taken.planes;
  const Planes& out = given.planes;
  if (out.channels > 0 && in.channels > 0 && !(out == in))
    fail_usage("layer {}: it takes planes {} x {} x {}, but {} gives {} x {} x {}", name, in.channels, in.height,
               in.width, giver, out.channels, out.height, out.width);
}

}  // namespace

void NetworkSpec::check_graph() const {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Node& layer = layers[i];
    const std::vector<FeatureShape>& taken = layer.operation->inputs();
    if (layer.inputs.size() != taken.size())
      fail_usage("layer {}: it has {} inputs (allowed: {})", layer.name, layer.inputs.size(), taken.size());
    for (const std::size_t input : layer.inputs)
      if (input != kNetworkInput && input >= i)
        fail_usage("layer {}: it takes the outputs of a layer that comes later", layer.name);
    for (std::size_t n = 0; n < taken.size(); ++n) {
      const std::size_t input = layer.inputs[n];
      if (input == kNetworkInput)
        check_fit(layer.name, taken[n], "the input", FeatureShape::of_features(inputs));
      else
        check_fit(layer.name, taken[n], layers[input].name, layers[input].out());
    }
  }
  const Index last = layers.empty() ? inputs : layers.back().out().features;
  if (last != classes) fail_usage("the network gives {} features, but has {} classes", last, classes);
}

std::size_t NetworkSpec::add(Node layer) {
  if (layer.inputs.empty()) layer.inputs = {layers.empty() ? kNetworkInput : layers.size() - 1};
  layers.push_back(std::move(layer));
  return layers.size() - 1;
}

std::vector<Node> NetworkSpec::weight_layers() const {
  std::vector<Node> found;
  std::ranges::copy_if(layers, std::back_inserter(found), &Node::has_weights);
  return found;
}

std::vector<Node> NetworkSpec::normalisation_layers() const {
  std::vector<Node> found;
  std::ranges::copy_if(layers, std::back_inserter(found), &Node::normalises);
  return found;
}

std::vector<std::size_t> NetworkSpec::last_uses() const {
  std::vector<std::size_t> last(layers.size());
  for (std::size_t i = 0; i < layers.size(); ++i)
    for (const std::size_t input : layers[i].inputs)
      if (input != kNetworkInput) last[input] = i;
  return last;
}

bool NetworkSpec::takes_sequences() const {
  return std::ranges::any_of(layers, [](const Node& layer) { return layer.operation->takes_sequences(); });
}

bool NetworkSpec::is_recurrent() const {
  return std::ranges::any_of(layers, [](const Node& layer) { return layer.operation->is_recurrent(); });
}

bool NetworkSpec::has_groups() const {
  return std::ranges::any_of(layers, [](const Node& layer) { return layer.weight_groups() > 1; });
}

bool NetworkSpec::gives_one_row_a_sequence() const {
  return std::ranges::any_of(layers, [](const Node& layer) { return layer.operation->gives_one_row_a_sequence(); });
}

NetworkSpec chain_of(std::vector<Node> layers, Index inputs, Index classes) {
  NetworkSpec chain{{}, inputs, classes};
  for (Node& layer : layers) chain.add(std::move(layer));
  return chain;
}

}  // namespace ohmcarlo
