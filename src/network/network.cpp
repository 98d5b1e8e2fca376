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
  for (std::uint32_t layer = 0; layer < parameters.size(); ++layer) {
    Matrix<float>& weights = parameters[layer].weights;
    const Stream stream(key, {.purpose = Purpose::initialisation, .layer = layer, .replica = replica});
    stream.normals(0, {weights.data(), static_cast<std::size_t>(weights.size())});
    weights *= std::sqrt(2.0F / static_cast<float>(weights.cols()));
  }
  return parameters;
}

template <class T>
MatrixPass<T>::MatrixPass(const Parameters<T>& parameters, std::vector<NormalisationUse<T>> normalisations) {
  weights_.normalisations = std::move(normalisations);
  products_.reserve(parameters.size());
  for (const LayerParameters<T>& layer : parameters) {
    products_.emplace_back(View<const T>(layer.weights));
    weights_.products.push_back(&products_.back());
    weights_.biases.push_back(&layer.bias);
  }
}

template <class T>
Network<T>::Network(const NetworkSpec& spec) : spec_(spec) {
  spec_.check_chain();
  std::size_t weights = 0, normalisations = 0;
  for (const LayerSpec& layer : spec_.layers) {
    const bool normalises = layer.kind == LayerKind::batch_normalisation;
    layers_.push_back(normalises ? nullptr : make_layer<T>(layer));
    index_.push_back(normalises ? normalisations++ : weights);
    if (layer.has_weights()) ++weights;
  }
}

template <class T>
View<const T> Network<T>::forward(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                                  std::size_t first_layer, Index copies) const {
  require(weights.normalisations.size() == spec_.normalisation_layers().size(), "a pass has a use a normalisation");
  activations.resize(layers_.size());
  for (std::size_t i = first_layer; i < layers_.size(); ++i) {
    activations[i].resize(x.rows, copies * spec_.layers[i].outputs);
    const bool weighted = spec_.layers[i].has_weights();
    const std::size_t index = index_[i];
    if (layers_[i] == nullptr)
      normalise<T>(spec_.layers[i], x, activations[i], weights.normalisations[index]);
    else
      layers_[i]->forward(x, activations[i], weighted ? weights.products[index] : nullptr,
                          weighted ? weights.biases[index] : nullptr);
    x = View<const T>(activations[i]);
  }
  return x;
}

template <class T>
void Network<T>::backward(View<const T> x, const PassWeights<T>& weights, const Activations<T>& activations,
                          View<const T> grad_logits, Parameters<T>& gradient,
                          std::vector<NormalisationParameters<T>>* normalisation_gradient) const {
  require(normalisation_gradient != nullptr || weights.normalisations.empty(), "normalisations have a gradient");
  Matrix<T> grad_out = grad_logits.map();
  Matrix<T> grad_in;
  for (std::size_t i = layers_.size(); i-- > 0;) {
    const bool weighted = spec_.layers[i].has_weights();
    const std::size_t index = index_[i];
    const View<const T> input = i > 0 ? View<const T>(activations[i - 1]) : x;
    grad_in.resize(i > 0 ? x.rows : 0, spec_.layers[i].inputs);
    if (layers_[i] == nullptr)
      normalise_backward<T>(spec_.layers[i], input, grad_out, grad_in, weights.normalisations[index],
                            (*normalisation_gradient)[index]);
    else
      layers_[i]->backward(input, activations[i], grad_out, grad_in, weighted ? weights.products[index] : nullptr,
                           weighted ? &gradient[index] : nullptr);
    std::swap(grad_out, grad_in);
  }
}

template Parameters<float> zero_parameters<float>(const NetworkSpec&);
template Parameters<double> zero_parameters<double>(const NetworkSpec&);
template class MatrixPass<float>;
template class MatrixPass<double>;
template class Network<float>;
template class Network<double>;

}  // namespace ohmcarlo
