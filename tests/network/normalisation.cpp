#include "network/normalisation.hpp"

#include "base/error.hpp"
#include "network/folding.hpp"
#include "network/gradients.hpp"
#include "network/loss.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace normalisation_test {

using gradients::expect_derivatives;
using gradients::fill;

/// One normalisation with numbers in it; the loss is the sum of its outputs, each times a fixed factor.
struct NormalisationTrial {
  Planes planes{3, 2, 2};
  Matrix<double> x = Matrix<double>::Zero(5, 12), factors = x;
  NormalisationParameters<double> parameters{Vector<double>::Zero(3), Vector<double>::Zero(3)};
  RunningStatistics<double> running{Vector<double>::Zero(3), Vector<double>::Zero(3)};

  NormalisationTrial() {
    fill(x, 1);
    fill(factors, 2);
    fill(parameters.gamma, 3);
    fill(parameters.beta, 4);
    fill(running.mean, 5);
    running.variance << 0.5, 2, 3;
  }
  [[nodiscard]] Matrix<double> forward(const NormalisationUse<double>& use) const {
    Matrix<double> y(x.rows(), 12);
    normalise<double>("bn1", planes, x, y, use);
    return y;
  }
  void expect_gradients(const NormalisationUse<double>& use) {
    NormalisationParameters<double> gradient{Vector<double>::Zero(3), Vector<double>::Zero(3)};
    Matrix<double> grad_x = Matrix<double>::Constant(5, 12, 99);
    normalise_backward<double>(planes, x, factors, grad_x, use, gradient);
    const auto loss = [&] { return forward(use).cwiseProduct(factors).sum(); };
    expect_derivatives(x.data(), x.size(), grad_x.data(), loss);
    expect_derivatives(parameters.gamma.data(), 3, gradient.gamma.data(), loss);
    expect_derivatives(parameters.beta.data(), 3, gradient.beta.data(), loss);
    // Gradients of parameters are added, and need no gradient of the input.
    Matrix<double> none(0, 12);
    normalise_backward<double>(planes, x, factors, none, use, gradient);
    NormalisationParameters<double> once{Vector<double>::Zero(3), Vector<double>::Zero(3)};
    normalise_backward<double>(planes, x, factors, none, use, once);
    EXPECT_TRUE(gradient.gamma.isApprox(2 * once.gamma, 1e-14));
    EXPECT_TRUE(gradient.beta.isApprox(2 * once.beta, 1e-14));
  }
};

TEST(BatchNormalisation, InTrainingGivesMeanBetaAndDeviationGamma) {
  const NormalisationTrial trial;
  const Matrix<double> y = trial.forward({&trial.parameters});
  for (Index c = 0; c < 3; ++c) {
    const Matrix<double> in = trial.x.middleCols(4 * c, 4), out = y.middleCols(4 * c, 4);
    const double variance = (in.array() - in.mean()).square().mean();
    EXPECT_NEAR(out.mean(), trial.parameters.beta(c), 1e-14);
    const double gamma = trial.parameters.gamma(c);
    EXPECT_NEAR((out.array() - out.mean()).square().mean(), gamma * gamma * variance / (variance + 1e-5), 1e-14);
    EXPECT_GT((out(0, 0) - out(1, 0)) * (in(0, 0) - in(1, 0)) * gamma, 0);
  }
}

TEST(BatchNormalisation, InEvaluationUsesTheRunningStatistics) {
  const NormalisationTrial trial;
  const Matrix<double> y = trial.forward({&trial.parameters, &trial.running});
  for (Index i = 0; i < 5; ++i)
    for (Index j = 0; j < 12; ++j) {
      const Index c = j / 4;
      const double sd = std::sqrt(trial.running.variance(c) + 1e-5);
      EXPECT_NEAR(y(i, j),
                  (trial.x(i, j) - trial.running.mean(c)) / sd * trial.parameters.gamma(c) + trial.parameters.beta(c),
                  1e-14);
    }
}

TEST(BatchNormalisation, RunningStatisticsMoveATenthTowardsTheBatchWithUnbiasedVariance) {
  NormalisationTrial trial;
  const RunningStatistics<double> before = trial.running;
  const Matrix<double> quiet = trial.forward({&trial.parameters});
  EXPECT_EQ(trial.running.mean, before.mean);
  EXPECT_EQ(trial.forward({&trial.parameters, nullptr, &trial.running}), quiet);
  for (Index c = 0; c < 3; ++c) {
    const Matrix<double> in = trial.x.middleCols(4 * c, 4);
    EXPECT_NEAR(trial.running.mean(c), 0.9 * before.mean(c) + 0.1 * in.mean(), 1e-14);
    const double unbiased = (in.array() - in.mean()).square().sum() / 19;
    EXPECT_NEAR(trial.running.variance(c), 0.9 * before.variance(c) + 0.1 * unbiased, 1e-14);
  }
}

TEST(BatchNormalisation, GradientsMatchFiniteDifferences) {
  NormalisationTrial trial;
  trial.expect_gradients({&trial.parameters});
  trial.expect_gradients({&trial.parameters, &trial.running});
}

TEST(BatchNormalisation, InEvaluationAnImageDoesNotSeeItsBatch) {
  const Node spec = batch_normalisation("bn1", {3, 3, 5});
  Normalisations<float> all = initial_normalisations<float>(chain_of({spec}, 45, 45));
  all.parameters[0].gamma << 0.7F, -1.3F, 2.1F;
  all.parameters[0].beta << 0.1F, 0.2F, -0.3F;
  all.running[0].mean << 0.3F, -0.2F, 0.9F;
  all.running[0].variance << 0.33F, 1.7F, 0.01F;
  Matrix<double> numbers(9, 45);
  fill(numbers, 8);
  const Matrix<float> x = numbers.cast<float>();
  Matrix<float> together(9, 45), alone(1, 45), chips(9, 90);
  normalise<float>("bn1", spec.in().planes, x, together, all.evaluated()[0]);
  for (Index i = 0; i < 9; ++i) {
    normalise<float>("bn1", spec.in().planes, View<const float>(x).middle_rows(i, 1), alone, all.evaluated()[0]);
    EXPECT_EQ(alone.row(0), together.row(i)) << i;
  }
  // Nor a chip the one beside it.
  Matrix<float> twice(9, 90);
  twice << Matrix<float>::Constant(9, 45, 5), x;
  normalise<float>("bn1", spec.in().planes, twice, chips, all.evaluated()[0]);
  EXPECT_EQ(chips.rightCols(45), together);
}

TEST(BatchNormalisation, TrainingRefusesAChannelOfOneValue) {
  const Node spec = batch_normalisation("bn1", {3, 1, 1});
  Normalisations<double> all = initial_normalisations<double>(chain_of({spec}, 3, 3));
  Matrix<double> x = Matrix<double>::Ones(1, 3), y(1, 3);
  EXPECT_THROW(normalise<double>("bn1", spec.in().planes, x, y, all.trained()[0]), Error);
  EXPECT_NO_THROW(normalise<double>("bn1", spec.in().planes, x, y, all.evaluated()[0]));
}

/// Normalisations after a convolution without biases and after a dense layer.
NetworkSpec normalised_network() {
  NetworkSpec spec{{}, 2 * 4 * 4, 3};
  spec.add(convolution("conv1", {2, 4, 4}, 4, {3, 1, 1}, 2, false));
  spec.add(batch_normalisation("bn1", spec.layers.back().out().planes));
  spec.add(activation("tanh", "tanh1", spec.layers.back().out().planes));
  spec.add(average_pooling("pool1", spec.layers.back().out().planes, {2, 2, 0}));
  spec.add(flatten("flatten1", spec.layers.back().out().planes));
  spec.add(dense("dense1", spec.layers.back().out().features, 5));
  spec.add(batch_normalisation("bn2", {5, 1, 1}));
  spec.add(activation("sigmoid", "sigmoid1", {5, 1, 1}));
  spec.add(dense("dense2", 5, 3));
  return spec;
}

struct NormalisedNetwork {
  NetworkSpec spec = normalised_network();
  Network<double> network{spec};
  Parameters<double> parameters = zero_parameters<double>(spec);
  Normalisations<double> normalisations = initial_normalisations<double>(spec);
  Matrix<double> x = Matrix<double>::Zero(6, 32);
  Activations<double> activations;

  NormalisedNetwork() {
    fill(x, 1);
    std::uint32_t seed = 10;
    for (std::size_t i = 0; i < 3; ++i) {
      fill(parameters[i].weights, ++seed);
      if (i > 0) fill(parameters[i].bias, ++seed);
    }
    for (std::size_t i = 0; i < 2; ++i) {
      fill(normalisations.parameters[i].gamma, ++seed);
      fill(normalisations.parameters[i].beta, ++seed);
      fill(normalisations.running[i].mean, ++seed);
      fill(normalisations.running[i].variance, ++seed);
      normalisations.running[i].variance = normalisations.running[i].variance.cwiseAbs();
    }
  }
};

TEST(Network, WithNormalisationsGradientsMatchFiniteDifferences) {
  NormalisedNetwork net;
  const std::vector<Label> labels = {0, 1, 2, 0, 1, 2};
  Matrix<double> grad_logits(6, 3);
  for (const bool training : {true, false}) {
    SCOPED_TRACE(training);
    const std::vector<NormalisationUse<double>> uses =
        training ? net.normalisations.trained(false) : net.normalisations.evaluated();
    const auto loss = [&] {
      const MatrixPass<double> pass(net.parameters, uses);
      return softmax_cross_entropy<double>(net.network.forward(net.x, pass.weights(), net.activations), labels,
                                           grad_logits);
    };
    (void)loss();
    NetworkGradient<double> gradients = zero_gradient<double>(net.spec);
    const Parameters<double>& gradient = gradients.parameters;
    const std::vector<NormalisationParameters<double>>& of_normalisations = gradients.normalisations;
    const MatrixPass<double> pass(net.parameters, uses);
    net.network.backward(net.x, pass.weights(), net.activations, grad_logits, gradients);
    for (std::size_t i = 0; i < 3; ++i) {
      expect_derivatives(net.parameters[i].weights.data(), net.parameters[i].weights.size(), gradient[i].weights.data(),
                         loss);
      if (i > 0)
        expect_derivatives(net.parameters[i].bias.data(), net.parameters[i].bias.size(), gradient[i].bias.data(), loss);
    }
    for (std::size_t i = 0; i < 2; ++i) {
      NormalisationParameters<double>& at = net.normalisations.parameters[i];
      expect_derivatives(at.gamma.data(), at.gamma.size(), of_normalisations[i].gamma.data(), loss);
      expect_derivatives(at.beta.data(), at.beta.size(), of_normalisations[i].beta.data(), loss);
    }
  }
}

TEST(Network, WithNormalisationsRefusesAPassWithoutThem) {
  NormalisedNetwork net;
  const MatrixPass<double> pass(net.parameters);
  EXPECT_THROW((void)net.network.forward(net.x, pass.weights(), net.activations), std::logic_error);
}

TEST(Folding, GivesTheSameLogitsWithoutNormalisations) {
  NormalisedNetwork net;
  const MatrixPass<double> pass(net.parameters, net.normalisations.evaluated());
  const Matrix<double> expected = net.network.forward(net.x, pass.weights(), net.activations).map();
  const Folded<double> folded = fold<double>(net.spec, {net.parameters, net.normalisations});
  EXPECT_TRUE(folded.spec.normalisation_layers().empty());
  EXPECT_EQ(folded.spec.layers.size(), 7U);
  EXPECT_TRUE(folded.spec.layers[0].biased());
  const MatrixPass<double> plain(folded.parameters);
  const Network<double> network(folded.spec);
  const Matrix<double> logits = network.forward(net.x, plain.weights(), net.activations).map();
  EXPECT_LT((logits - expected).cwiseAbs().maxCoeff(), 1e-13);
}

TEST(Folding, RefusesANormalisationThatFollowsNoWeights) {
  NormalisedNetwork net;
  std::swap(net.spec.layers[1].operation, net.spec.layers[2].operation);
  EXPECT_THROW((void)fold<double>(net.spec, {net.parameters, net.normalisations}), Error);
}

}  // namespace normalisation_test
}  // namespace ohmcarlo
