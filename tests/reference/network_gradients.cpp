// network_gradients TYPE NAME WIDTH IMAGES FILE: logits, gradients and running statistics of one training pass of a
// network with a name, on planes 3 x 32 x 32 in 10 classes, computed in TYPE (float or double); label of image i is
// i % 10. FILE gets number after number of that type:
// x [images, 3072]; of every weight layer weights and bias; of every normalisation gamma and beta; logits
// [images, 10]; the derivatives of the loss (mean cross-entropy) by all of these parameters in the same order; of every
// normalisation the running mean and variance after the pass.

#include <cstdlib>
#include <fstream>
#include <iostream>

#include "network/architecture.hpp"
#include "network/loss.hpp"
#include "network/network.hpp"
#include "random/stream.hpp"

namespace {

using namespace ohmcarlo;

template <class Values>
void put(std::ostream& out, const Values& values) {
  out.write(reinterpret_cast<const char*>(values.data()),
            static_cast<std::streamsize>(static_cast<std::size_t>(values.size()) * sizeof(typename Values::Scalar)));
}

template <class Layers, class Normalisations>
void put_all(std::ostream& out, const Layers& layers, const Normalisations& normalisations) {
  for (const auto& layer : layers) {
    put(out, layer.weights);
    put(out, layer.bias);
  }
  for (const auto& layer : normalisations) {
    put(out, layer.gamma);
    put(out, layer.beta);
  }
}

/// Numbers from low to high.
template <class Values>
void fill(Values& values, float low, float high, std::uint32_t which) {
  Vector<float> drawn(values.size());
  Stream(5, {.purpose = Purpose::shuffle, .trial = which})
      .uniforms(0, {drawn.data(), static_cast<std::size_t>(drawn.size())});
  for (Index i = 0; i < drawn.size(); ++i)
    values.data()[i] = static_cast<typename Values::Scalar>(low + (high - low) * drawn(i));
}

template <class T>
void pass_once(const NetworkSpec& spec, Index images, std::ostream& out) {
  const Network<T> network(spec);
  NetworkState<T> state{zero_parameters<T>(spec), initial_normalisations<T>(spec)};
  const Parameters<float> initial = initial_parameters(spec, 1, 0);
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < initial.size(); ++i) {
    state.parameters[i].weights = initial[i].weights.cast<T>();
    if (initial[i].weights.rows() == 10) fill(state.parameters[i].bias, -0.5F, 0.5F, ++number);
  }
  for (NormalisationParameters<T>& layer : state.normalisations.parameters) {
    fill(layer.gamma, 0.5F, 1.5F, ++number);
    fill(layer.beta, -0.5F, 0.5F, ++number);
  }
  Matrix<T> x(images, spec.inputs);
  fill(x, -2, 2, ++number);
  std::vector<Label> labels;
  for (Index i = 0; i < images; ++i) labels.push_back(static_cast<Label>(i % 10));

  put(out, x);
  put_all(out, state.parameters, state.normalisations.parameters);
  const MatrixPass<T> pass(state.parameters, state.normalisations.trained());
  Activations<T> activations;
  const Matrix<T> logits = network.forward(x, pass.weights(), activations).map();
  put(out, logits);
  Matrix<T> grad_logits(images, 10);
  (void)softmax_cross_entropy<T>(View<const T>(logits), labels, grad_logits);
  NetworkGradient<T> gradient = zero_gradient<T>(spec);
  network.backward(x, pass.weights(), activations, grad_logits, gradient);
  put_all(out, gradient.parameters, gradient.normalisations);
  for (const RunningStatistics<T>& running : state.normalisations.running) {
    put(out, running.mean);
    put(out, running.variance);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: network_gradients TYPE NAME WIDTH IMAGES FILE\n";
    return 2;
  }
  const NetworkSpec spec = build_network({3, 32, 32}, 10, named_layers(argv[2]), std::atof(argv[3]));
  std::ofstream file(argv[5], std::ios::binary);
  if (std::string(argv[1]) == "double")
    pass_once<double>(spec, std::atol(argv[4]), file);
  else
    pass_once<float>(spec, std::atol(argv[4]), file);
  file.flush();
  if (!file) {
    std::cerr << "network_gradients: cannot write " << argv[5] << "\n";
    return 4;
  }
}
