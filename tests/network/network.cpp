#include "network/network.hpp"

#include "network/architecture.hpp"
#include "network/gradients.hpp"
#include "network/loss.hpp"

namespace ohmcarlo {
namespace {

using gradients::expect_derivatives;
using gradients::fill;

/// Three weight layers, with a different activation after each of the first two.
NetworkSpec three_layers() {
  NetworkSpec spec = mlp(5, {4, 6}, LayerKind::relu, 3);
  spec.layers[3].kind = LayerKind::abs;
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

TEST(InitialParameters, DependOnKeyReplicaAndLayerOnly) {
  const NetworkSpec spec = mlp(20, {30, 30}, LayerKind::relu, 10);
  const Parameters<float> first = initial_parameters(spec, 1, 0);
  EXPECT_EQ(first[1].weights, initial_parameters(spec, 1, 0)[1].weights);
  EXPECT_NE(first[1].weights, initial_parameters(spec, 2, 0)[1].weights);
  EXPECT_NE(first[1].weights, initial_parameters(spec, 1, 1)[1].weights);
  // Two layers of one shape differ; the activation and what comes later change nothing.
  const Parameters<float> other = initial_parameters(mlp(20, {30, 30, 50}, LayerKind::abs, 4), 1, 0);
  EXPECT_EQ(first[0].weights, other[0].weights);
  EXPECT_EQ(first[1].weights, other[1].weights);
  const Parameters<float> square = initial_parameters(mlp(30, {30}, LayerKind::relu, 30), 1, 0);
  EXPECT_NE(square[0].weights, square[1].weights);
}

// 10^5 and 2 10^4 normals: each check fails by chance once in 10^6 (4.9 standard errors).
TEST(InitialParameters, HaveVarianceTwoOverTheInputs) {
  const Parameters<float> parameters = initial_parameters(mlp(500, {200}, LayerKind::relu, 100), 3, 0);
  for (const LayerParameters<float>& layer : parameters) {
    const auto z = layer.weights.cast<double>().array() * std::sqrt(static_cast<double>(layer.weights.cols()) / 2);
    const auto n = static_cast<double>(z.size());
    EXPECT_LT(std::abs(z.sum()) / std::sqrt(n), 4.9);
    EXPECT_LT(std::abs((z * z - 1).sum()) / std::sqrt(2 * n), 4.9);
    EXPECT_EQ(layer.bias.cwiseAbs().maxCoeff(), 0.0F);
  }
}

TEST(Mlp, HasDenseLayersWithActivationsBetweenThem) {
  const NetworkSpec spec = mlp(784, {300, 100}, LayerKind::abs, 10);
  ASSERT_EQ(spec.layers.size(), 5U);
  const char* names[] = {"dense1", "abs1", "dense2", "abs2", "dense3"};
  const Index shapes[][2] = {{784, 300}, {300, 300}, {300, 100}, {100, 100}, {100, 10}};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(spec.layers[i].name, names[i]);
    EXPECT_EQ(spec.layers[i].inputs, shapes[i][0]);
    EXPECT_EQ(spec.layers[i].outputs, shapes[i][1]);
    EXPECT_EQ(spec.layers[i].kind, i % 2 == 0 ? LayerKind::dense : LayerKind::abs);
  }
  EXPECT_EQ(spec.inputs, 784);
  EXPECT_EQ(spec.classes, 10);
  EXPECT_EQ(spec.weight_layers().size(), 3U);
  EXPECT_EQ(spec.weight_layers()[1].name, "dense2");
  EXPECT_EQ(mlp(2, {3}, LayerKind::relu, 2).layers[1].name, "relu1");
}

TEST(Mlp, CountsParametersAndMultiplications) {
  const NetworkSpec spec = mlp(784, {100}, LayerKind::relu, 10);
  EXPECT_EQ(spec.layers[0].parameters(), 78500);
  EXPECT_EQ(spec.layers[0].macs(), 78400);
  EXPECT_EQ(spec.layers[1].parameters(), 0);
  EXPECT_EQ(spec.layers[1].macs(), 0);
  EXPECT_EQ(spec.layers[2].parameters(), 1010);
  EXPECT_EQ(spec.layers[2].macs(), 1000);
}

TEST(Mlp, WithoutHiddenLayersIsOneDenseLayer) {
  const NetworkSpec spec = mlp(7, {}, LayerKind::relu, 3);
  ASSERT_EQ(spec.layers.size(), 1U);
  EXPECT_EQ(spec.layers[0].inputs, 7);
  EXPECT_EQ(spec.layers[0].outputs, 3);
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

}  // namespace
}  // namespace ohmcarlo
