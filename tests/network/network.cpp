#include "network/network.hpp"

#include "network/architecture.hpp"
#include "network/gradients.hpp"
#include "network/loss.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace network_test {

using gradients::expect_derivatives;
using gradients::fill;

/// Three weight layers, with a different activation after each of the first two.
NetworkSpec three_layers() {
  NetworkSpec spec = mlp(5, {4, 6}, "relu", 3);
  spec.layers[3] = activation("abs", "abs2", {6, 1, 1});
  spec.layers[3].inputs = {2};
  return spec;
}

Parameters<double> some_parameters(const NetworkSpec& spec) {
  Parameters<double> parameters = zero_parameters<double>(spec);
  std::uint32_t seed = 10;
  for (LayerParameters<double>& layer : parameters) {
    fill(layer.weights, ++seed);
    fill(layer.bias, ++seed);
  }
  return parameters;
}

TEST(Network, EveryParametersGradientMatchesFiniteDifferences) {
  const NetworkSpec spec = three_layers();
  const Network<double> network(spec);
  Parameters<double> parameters = some_parameters(spec);
  Matrix<double> x(7, 5);
  fill(x, 1);
  const std::vector<Label> labels = {0, 1, 2, 0, 1, 2, 1};
  Activations<double> activations;
  Matrix<double> grad_logits(7, 3);
  const auto loss = [&] {
    const MatrixPass<double> pass(parameters);
    return softmax_cross_entropy<double>(network.forward(x, pass.weights(), activations), labels, grad_logits);
  };
  (void)loss();
  // No activation lies near its kink, and neither side of it is empty.
  for (const std::size_t before : {0U, 2U}) {
    EXPECT_GT(activations[before].cwiseAbs().minCoeff(), 1e-3);
    EXPECT_LT(activations[before].minCoeff(), 0);
    EXPECT_GT(activations[before].maxCoeff(), 0);
  }
  NetworkGradient<double> gradients = zero_gradient<double>(spec);
  const Parameters<double>& gradient = gradients.parameters;
  network.backward(x, MatrixPass<double>(parameters).weights(), activations, grad_logits, gradients);
  ASSERT_EQ(gradient.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    SCOPED_TRACE("weight layer " + std::to_string(i + 1));
    expect_derivatives(parameters[i].weights.data(), parameters[i].weights.size(), gradient[i].weights.data(), loss);
    expect_derivatives(parameters[i].bias.data(), parameters[i].bias.size(), gradient[i].bias.data(), loss);
  }
}

TEST(Network, CanStartAtALaterLayer) {
  const NetworkSpec spec = three_layers();
  const Network<double> network(spec);
  const Parameters<double> parameters = some_parameters(spec);
  const MatrixPass<double> pass(parameters);
  Matrix<double> x(7, 5);
  fill(x, 1);
  Activations<double> whole;
  const Matrix<double> logits = network.forward(x, pass.weights(), whole).map();
  Activations<double> rest;
  EXPECT_EQ(Matrix<double>(network.forward(whole[1], pass.weights(), rest, 2).map()), logits);
}

/// Every kind of layer that passes keep or work out again.
NetworkSpec branching() {
  return build_network(
      {2, 8, 8}, 3,
      std::vector<std::string>{"conv 4 padding 1", "norm", "relu", "residual 4", "residual 6 stride 2", "dropout 0.3",
                               "average-pool 2", "flatten", "dense 7", "tanh", "dense classes"});
}

TEST(Network, ASparingPassGivesTheSameBitsAndKeepsLess) {
  const NetworkSpec spec = branching();
  const Network<float> network(spec);
  const Parameters<float> parameters = initial_parameters(spec, 1, 0);
  Matrix<double> inputs(9, spec.inputs), slopes(9, 3);
  fill(inputs, 1);
  fill(slopes, 2);
  const Matrix<float> x = inputs.cast<float>(), slope = slopes.cast<float>();
  const DropoutUse dropout{1, {.purpose = Purpose::dropout}};

  Normalisations<float> normalisations = initial_normalisations<float>(spec), sparing = normalisations;
  Activations<float> all, some;
  NetworkGradient<float> gradient = zero_gradient<float>(spec), again = gradient;
  const MatrixPass<float> pass(parameters, normalisations.trained(), dropout);
  const Matrix<float> logits = network.forward(x, pass.weights(), all).map();
  network.backward(x, pass.weights(), all, slope, gradient);

  const MatrixPass<float> forward(parameters, sparing.trained(), dropout);
  EXPECT_EQ(logits, network.forward_sparing(x, forward.weights(), some).map());
  const auto values = [](const Activations<float>& activations) {
    Index count = 0;
    for (const Matrix<float>& layer : activations) count += layer.size();
    return count;
  };
  EXPECT_LT(2 * values(some), values(all));
  const MatrixPass<float> backward(parameters, sparing.trained(false), dropout);
  network.backward_sparing(x, backward.weights(), some, slope, again);
  EXPECT_EQ(values(some), 0);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_EQ(gradient.parameters[i].weights, again.parameters[i].weights);
    EXPECT_EQ(gradient.parameters[i].bias, again.parameters[i].bias);
  }
  for (std::size_t i = 0; i < normalisations.running.size(); ++i) {
    EXPECT_EQ(gradient.normalisations[i].gamma, again.normalisations[i].gamma);
    EXPECT_EQ(gradient.normalisations[i].beta, again.normalisations[i].beta);
    EXPECT_EQ(normalisations.running[i].mean, sparing.running[i].mean);
    EXPECT_EQ(normalisations.running[i].variance, sparing.running[i].variance);
  }
}

}  // namespace network_test
}  // namespace ohmcarlo
