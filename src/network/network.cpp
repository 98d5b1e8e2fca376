#include "network/network.hpp"

#include <cmath>

#include "random/stream.hpp"

namespace ohmcarlo {

template <class T>
Parameters<T> zero_parameters(const NetworkSpec& spec) {
  Parameters<T> parameters;
  for (const LayerSpec& layer : spec.weight_layers())
    parameters.push_back(
        {Matrix<T>::Zero(layer.weight_outputs(), layer.weight_inputs()), Vector<T>::Zero(layer.weight_outputs())});
  return parameters;
}

Parameters<float> initial_parameters(const NetworkSpec& spec, std::uint64_t key, std::uint32_t replica) {
  Parameters<float> parameters = zero_parameters<float>(spec);
  const std::vector<LayerSpec> layers = spec.weight_layers();
  for (std::uint32_t layer = 0; layer < parameters.size(); ++layer) {
    Matrix<float>& weights = parameters[layer].weights;
    const Stream stream(key, {.purpose = Purpose::initialisation, .layer = layer, .replica = replica});
    stream.normals(0, {weights.data(), static_cast<std::size_t>(weights.size())});
    const bool cells = layers[layer].kind == LayerKind::lstm;
    weights *= std::sqrt((cells ? 1.0F : 2.0F) / static_cast<float>(weights.cols()));
    if (cells) parameters[layer].bias = initial_lstm_bias<float>(layers[layer].outputs);
  }
  return parameters;
}

template <class T>
MatrixPass<T>::MatrixPass(const Parameters<T>& parameters, std::vector<NormalisationUse<T>> normalisations,
                          std::optional<DropoutUse> dropout, SequenceUse<T> sequences) {
  weights_.sequences = sequences;
  weights_.normalisations = std::move(normalisations);
  weights_.dropout = dropout;
  products_.reserve(parameters.size());
  for (const LayerParameters<T>& layer : parameters) {
    products_.emplace_back(View<const T>(layer.weights));
    weights_.products.push_back(&products_.back());
    weights_.biases.push_back(&layer.bias);
  }
}

template <class T>
NetworkGradient<T> zero_gradient(const NetworkSpec& spec) {
  return {zero_parameters<T>(spec), zero_normalisation_gradients<T>(spec)};
}

template <class T>
Network<T>::Network(const NetworkSpec& spec) : spec_(spec) {
  spec_.check_chain();
  std::size_t weights = 0, normalisations = 0;
  for (const LayerSpec& layer : spec_.layers) {
    const bool normalises = layer.kind == LayerKind::batch_normalisation;
    const bool own = normalises || layer.kind == LayerKind::dropout || layer.kind == LayerKind::addition ||
                     layer.kind == LayerKind::lstm || layer.kind == LayerKind::last;
    lstms_.push_back(layer.kind == LayerKind::lstm
                         ? std::make_unique<Lstm<T>>(LstmSpec{
                               .inputs = layer.inputs, .cells = layer.outputs, .table_entries = layer.table_entries})
                         : nullptr);
    layers_.push_back(own ? nullptr : make_layer<T>(layer));
    index_.push_back(normalises ? normalisations++ : weights);
    if (layer.has_weights()) ++weights;
  }
}

template <class T>
std::optional<std::size_t> Network<T>::source(std::size_t i) const {
  if (spec_.layers[i].source) return spec_.layers[i].source;
  return i > 0 ? std::optional(i - 1) : std::nullopt;
}

template <class T>
View<const T> Network<T>::input(std::size_t i, std::size_t first_layer, View<const T> x,
                                const Activations<T>& activations) const {
  return i == first_layer ? x : View<const T>(activations[*source(i)]);
}

template <class T>
View<const T> Network<T>::forward(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                                  std::size_t first_layer, Index copies) const {
  require(weights.normalisations.size() == spec_.normalisation_layers().size(), "a pass has a use a normalisation");
  require(weights.sequences.sequences != nullptr || !(spec_.has(LayerKind::lstm) || spec_.has(LayerKind::last)),
          "a network of sequences is told which");
  activations.resize(layers_.size());
  for (std::size_t i = first_layer; i < layers_.size(); ++i)
    forward_layer(i, input(i, first_layer, x, activations), weights, activations, copies);
  return View<const T>(activations.back());
}

template <class T>
void Network<T>::forward_part(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                              std::size_t first, std::size_t last) const {
  activations.resize(layers_.size());
  for (std::size_t i = first; i < last; ++i) forward_layer(i, input(i, 0, x, activations), weights, activations, 1);
}

template <class T>
void Network<T>::forward_layer(std::size_t i, View<const T> from, const PassWeights<T>& weights,
                               Activations<T>& activations, Index copies) const {
  const LayerSpec& layer = spec_.layers[i];
  const SequenceUse<T>& sequences = weights.sequences;
  if (sequences.tapes != nullptr) sequences.tapes->resize(layers_.size());
  Matrix<T>& to = activations[i];
  to.resize(layer.kind == LayerKind::last ? sequences.sequences->count() : from.rows, copies * layer.outputs);
  const std::size_t index = index_[i];
  if (layer.kind == LayerKind::batch_normalisation)
    normalise<T>(layer, from, to, weights.normalisations[index]);
  else if (layer.kind == LayerKind::lstm)
    lstms_[i]->forward(from, *sequences.sequences, *weights.products[index], *weights.biases[index], to,
                       sequences.tapes != nullptr ? &(*sequences.tapes)[i] : nullptr);
  else if (layer.kind == LayerKind::last)
    take_last<T>(from, *sequences.sequences, to);
  else if (layer.kind == LayerKind::addition)
    to = static_cast<T>(layer.factor) * from.map() + activations[*layer.addend];
  else if (layer.kind == LayerKind::dropout && weights.dropout)
    drop<T>(layer, static_cast<std::uint32_t>(i), *weights.dropout, from, to);
  else if (layer.kind == LayerKind::dropout)
    to = from.map();
  else
    layers_[i]->forward(from, to, layer.has_weights() ? weights.products[index] : nullptr,
                        layer.has_weights() ? weights.biases[index] : nullptr);
}

template <class T>
bool Network<T>::spared(std::size_t i) const {
  const LayerSpec& layer = spec_.layers[i];
  return layer.has_weights() || layer.kind == LayerKind::addition || i + 1 == layers_.size();
}

template <class T>
View<const T> Network<T>::forward_sparing(View<const T> x, const PassWeights<T>& weights,
                                          Activations<T>& activations) const {
  require(weights.normalisations.size() == spec_.normalisation_layers().size(), "a pass has a use a normalisation");
  std::vector<std::size_t> last(layers_.size());  // to take the outputs of each layer
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (const auto from = source(i)) last[*from] = i;
    if (const auto addend = spec_.layers[i].addend) last[*addend] = i;
  }
  activations.resize(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    forward_layer(i, input(i, 0, x, activations), weights, activations, 1);
    for (const std::optional<std::size_t> taken : {source(i), spec_.layers[i].addend})
      if (taken && last[*taken] == i && !spared(*taken)) activations[*taken] = {};
  }
  return View<const T>(activations.back());
}

template <class T>
void Network<T>::restore(std::size_t i, View<const T> x, const PassWeights<T>& weights,
                         Activations<T>& activations) const {
  if (activations[i].size() > 0) return;
  if (const auto from = source(i)) restore(*from, x, weights, activations);
  forward_layer(i, input(i, 0, x, activations), weights, activations, 1);
}

template <class T>
void Network<T>::backward_sparing(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                                  View<const T> grad_logits, NetworkGradient<T>& gradient) const {
  const auto need = [&](std::size_t i) {
    if (const auto from = source(i)) restore(*from, x, weights, activations);
    restore(i, x, weights, activations);
  };
  const auto drop = [&](std::size_t i) { activations[i] = {}; };
  backward_through(x, weights, activations, grad_logits, gradient, need, drop);
}

template <class T>
void Network<T>::backward_layer(std::size_t i, View<const T> x, const PassWeights<T>& weights,
                                const Activations<T>& activations, View<const T> grad_y, View<T> grad_x,
                                NetworkGradient<T>& gradient) const {
  const LayerSpec& layer = spec_.layers[i];
  const View<const T> from = input(i, 0, x, activations);
  const std::size_t index = index_[i];
  if (layer.kind == LayerKind::batch_normalisation)
    normalise_backward<T>(layer, from, grad_y, grad_x, weights.normalisations[index], gradient.normalisations[index]);
  else if (layer.kind == LayerKind::lstm)
    lstms_[i]->backward(*weights.sequences.sequences, *weights.products[index], weights.sequences.tapes->at(i), grad_y,
                        grad_x, gradient.parameters[index]);
  else if (layers_[i] != nullptr)
    layers_[i]->backward(from, activations[i], grad_y, grad_x, layer.has_weights() ? weights.products[index] : nullptr,
                         layer.has_weights() ? &gradient.parameters[index] : nullptr);
  else if (grad_x.rows == 0)
    return;
  else if (layer.kind == LayerKind::last)
    take_last_backward<T>(grad_y, *weights.sequences.sequences, grad_x);
  else if (layer.kind == LayerKind::dropout && weights.dropout)
    drop<T>(layer, static_cast<std::uint32_t>(i), *weights.dropout, grad_y, grad_x);
  else if (layer.kind == LayerKind::addition)
    grad_x.map() = static_cast<T>(layer.factor) * grad_y.map();
  else
    grad_x.map() = grad_y.map();
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
  std::vector<Matrix<T>> grads(layers_.size());
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
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const LayerSpec& layer = spec_.layers[i];
    Matrix<T> grad_y = std::move(grads[i]);
    const std::optional<std::size_t> from = source(i);
    const Index rows = layer.kind == LayerKind::last ? x.rows : grad_y.rows();
    Matrix<T> grad_x = from ? obtain(rows, layer.inputs) : Matrix<T>();
    before(i);
    backward_layer(i, x, weights, activations, grad_y, grad_x, gradient);
    after(i);
    if (from) give(*from, std::move(grad_x));
    if (layer.addend)
      give(*layer.addend, std::move(grad_y));
    else
      spare.push_back(std::move(grad_y));
  }
}

template NetworkGradient<float> zero_gradient<float>(const NetworkSpec&);
template NetworkGradient<double> zero_gradient<double>(const NetworkSpec&);
template Parameters<float> zero_parameters<float>(const NetworkSpec&);
template Parameters<double> zero_parameters<double>(const NetworkSpec&);
template class MatrixPass<float>;
template class MatrixPass<double>;
template class Network<float>;
template class Network<double>;

}  // namespace ohmcarlo
