#include "network/pass.hpp"

#include "random/stream.hpp"

namespace ohmcarlo {

template <class T>
Parameters<T> zero_parameters(const NetworkSpec& spec) {
  Parameters<T> parameters;
  for (const Node& layer : spec.weight_layers())
    parameters.push_back(
        {Matrix<T>::Zero(layer.weight_outputs(), layer.weight_inputs()), Vector<T>::Zero(layer.weight_outputs())});
  return parameters;
}

Parameters<float> initial_parameters(const NetworkSpec& spec, std::uint64_t key, std::uint32_t replica) {
  Parameters<float> parameters = zero_parameters<float>(spec);
  const std::vector<Node> layers = spec.weight_layers();
  for (std::uint32_t layer = 0; layer < parameters.size(); ++layer) {
    const Stream stream(key, {.purpose = Purpose::initialisation, .layer = layer, .replica = replica});
    layers[layer].operation->initialise(stream, parameters[layer]);
  }
  return parameters;
}

template <class T>
MatrixPass<T>::MatrixPass(const Parameters<T>& parameters, std::vector<NormalisationUse<T>> normalisations,
                          std::optional<DropoutUse> dropout, SequenceUse sequences) {
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

template NetworkGradient<float> zero_gradient<float>(const NetworkSpec&);
template NetworkGradient<double> zero_gradient<double>(const NetworkSpec&);
template Parameters<float> zero_parameters<float>(const NetworkSpec&);
template Parameters<double> zero_parameters<double>(const NetworkSpec&);
template class MatrixPass<float>;
template class MatrixPass<double>;

}  // namespace ohmcarlo
