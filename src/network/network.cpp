#include "network/network.hpp"

namespace ohmcarlo {

template <class T>
Network<T>::Network(const NetworkSpec& spec) : spec_(spec) {
  spec_.check_graph();
  std::size_t weights = 0, normalisations = 0;
  for (const Node& layer : spec_.layers) {
    kernels_.push_back(make_kernel<T>(*layer.operation));
    weights_.push_back(weights);
    normalisations_.push_back(normalisations);
    if (layer.has_weights()) ++weights;
    if (layer.normalises()) ++normalisations;
  }
}

template <class T>
void Network<T>::collect_inputs(std::size_t i, std::size_t first_layer, View<const T> x,
                                const Activations<T>& activations, std::vector<View<const T>>& inputs) const {
  inputs.clear();
  for (const std::size_t input : spec_.layers[i].inputs) {
    const bool is_given = input == kNetworkInput || (i == first_layer && inputs.empty());
    inputs.push_back(is_given ? x : View<const T>(activations[input]));
  }
}

template <class T>
NodePass<T> Network<T>::node_pass(std::size_t i, const PassWeights<T>& weights,
                                  const std::vector<View<const T>>& inputs) const {
  const Node& layer = spec_.layers[i];
  NodePass<T> pass{.inputs = inputs, .name = layer.name, .number = static_cast<std::uint32_t>(i)};
  if (layer.has_weights()) {
    pass.product = weights.products[weights_[i]];
    pass.bias = weights.biases[weights_[i]];
  }
  if (layer.normalises()) pass.normalisation = &weights.normalisations[normalisations_[i]];
  if (weights.dropout) pass.dropout = &*weights.dropout;
  pass.sequences = weights.sequences.sequences;
  if (weights.sequences.tapes != nullptr) {
    weights.sequences.tapes->resize(spec_.layers.size());
    pass.tape = &(*weights.sequences.tapes)[i];
  }
  return pass;
}

template <class T>
void Network<T>::require_complete(const PassWeights<T>& weights) const {
  require(weights.normalisations.size() == spec_.normalisation_layers().size(), "a pass has a use a normalisation");
  require(weights.sequences.sequences != nullptr || !spec_.takes_sequences(), "a network of sequences is told which");
}

template <class T>
View<const T> Network<T>::forward(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                                  std::size_t first_layer, Index copies) const {
  require_complete(weights);
  activations.resize(kernels_.size());
  for (std::size_t i = first_layer; i < kernels_.size(); ++i)
    forward_layer(i, first_layer, x, weights, activations, copies);
  return View<const T>(activations.back());
}

template <class T>
void Network<T>::forward_part(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                              std::size_t first, std::size_t last) const {
  activations.resize(kernels_.size());
  for (std::size_t i = first; i < last; ++i) forward_layer(i, 0, x, weights, activations, 1);
}

template <class T>
void Network<T>::forward_layer(std::size_t i, std::size_t first_layer, View<const T> x, const PassWeights<T>& weights,
                               Activations<T>& activations, Index copies) const {
  std::vector<View<const T>> inputs;
  collect_inputs(i, first_layer, x, activations, inputs);
  const NodePass<T> pass = node_pass(i, weights, inputs);
  activations[i].resize(kernels_[i]->rows(pass), copies * spec_.layers[i].out().features);
  kernels_[i]->forward(pass, activations[i]);
}

template <class T>
bool Network<T>::is_kept(std::size_t i) const {
  return spec_.layers[i].operation->is_dear() || i + 1 == kernels_.size();
}

template <class T>
View<const T> Network<T>::forward_sparing(View<const T> x, const PassWeights<T>& weights,
                                          Activations<T>& activations) const {
  require_complete(weights);
  const std::vector<std::size_t> last = spec_.last_uses();
  activations.resize(kernels_.size());
  for (std::size_t i = 0; i < kernels_.size(); ++i) {
    forward_layer(i, 0, x, weights, activations, 1);
    for (const std::size_t taken : spec_.layers[i].inputs)
      if (taken != kNetworkInput && last[taken] == i && !is_kept(taken)) activations[taken] = {};
  }
  return View<const T>(activations.back());
}

template <class T>
void Network<T>::restore(std::size_t i, View<const T> x, const PassWeights<T>& weights,
                         Activations<T>& activations) const {
  if (activations[i].size() > 0) return;
  for (const std::size_t input : spec_.layers[i].inputs)
    if (input != kNetworkInput) restore(input, x, weights, activations);
  forward_layer(i, 0, x, weights, activations, 1);
}

template <class T>
void Network<T>::backward_sparing(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                                  View<const T> grad_logits, NetworkGradient<T>& gradient) const {
  const auto need = [&](std::size_t i) {
    for (const std::size_t input : spec_.layers[i].inputs)
      if (input != kNetworkInput) restore(input, x, weights, activations);
    restore(i, x, weights, activations);
  };
  const auto drop = [&](std::size_t i) { activations[i] = {}; };
  backward_through(x, weights, activations, grad_logits, gradient, need, drop);
}

template <class T>
void Network<T>::backward(View<const T> x, const PassWeights<T>& weights, const Activations<T>& activations,
                          View<const T> grad_logits, NetworkGradient<T>& gradient) const {
  const auto nothing = [](std::size_t) {};
  backward_through(x, weights, activations, grad_logits, gradient, nothing, nothing);
}

template <class T>
template <class Before, class After>
void Network<T>::backward_through(View<const T> x, const PassWeights<T>& weights, const Activations<T>& activations,
                                  View<const T> grad_logits, NetworkGradient<T>& gradient, Before before,
                                  After after) const {
  // dL/d(outputs) of the layers still to come; a layer whose outputs several take collects from all of them. Storage is
  // passed on from layers that are done.
  std::vector<Matrix<T>> grads(kernels_.size());
  std::vector<Matrix<T>> spare;
  const auto obtain = [&](Index rows, Index columns) {
    Matrix<T> matrix;
    if (!spare.empty()) {
      matrix = std::move(spare.back());
      spare.pop_back();
    }
    matrix.resize(rows, columns);
    return matrix;
  };
  const auto give = [&](std::size_t layer, Matrix<T>&& part) {
    if (grads[layer].size() == 0) {
      grads[layer] = std::move(part);
    } else {
      grads[layer] += part;
      spare.push_back(std::move(part));
    }
  };
  grads.back() = grad_logits.map();
  std::vector<View<const T>> inputs;
  std::vector<Matrix<T>> of_inputs;
  std::vector<View<T>> views;
  for (std::size_t i = kernels_.size(); i-- > 0;) {
    const Node& layer = spec_.layers[i];
    Matrix<T> grad_y = std::move(grads[i]);
    before(i);
    collect_inputs(i, 0, x, activations, inputs);
    of_inputs.clear();
    for (std::size_t n = 0; n < inputs.size(); ++n)
      of_inputs.push_back(layer.inputs[n] == kNetworkInput ? Matrix<T>() : obtain(inputs[n].rows, inputs[n].cols));
    views.assign(of_inputs.begin(), of_inputs.end());
    const NodePass<T> pass = node_pass(i, weights, inputs);
    const NodeGradient<T> to{layer.has_weights() ? &gradient.parameters[weights_[i]] : nullptr,
                             layer.normalises() ? &gradient.normalisations[normalisations_[i]] : nullptr};
    kernels_[i]->backward(pass, activations[i], grad_y, views, to);
    after(i);
    for (std::size_t n = 0; n < inputs.size(); ++n)
      if (layer.inputs[n] != kNetworkInput) give(layer.inputs[n], std::move(of_inputs[n]));
    spare.push_back(std::move(grad_y));
  }
}

template class Network<float>;
template class Network<double>;

}  // namespace ohmcarlo
