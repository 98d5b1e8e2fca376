#include "training/methods/ovf.hpp"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "chip/programming.hpp"
#include "network/architecture.hpp"
#include "network/loss.hpp"
#include "training/synthetic.hpp"

namespace ohmcarlo {
namespace ovf_test {

using synthetic::kSpec;
using synthetic::same_bits;

constexpr double kSigma = 0.15;

TrainingOptions options_of(MethodKind method, const OvfOptions& ovf = {}) {
  TrainingOptions options = synthetic::options();
  options.method = method;
  options.noise = {.sigma = kSigma, .weight_bits = 8, .cell_bits = 2};
  options.epochs = 1;
  options.ovf = ovf;
  return options;
}

/// Three weight layers, with whatever a training pass moves or draws: normalisations, dropped values.
NetworkSpec rich() {
  return build_network({1, 6, 6}, 3,
                       std::vector<std::string>{"conv 4 padding 1 no-bias", "norm", "relu", "max-pool 2", "flatten",
                                                "dense 10", "norm", "relu", "dropout 0.25", "dense classes"});
}

bool same_state(const NetworkState<float>& a, const NetworkState<float>& b) {
  bool same = same_bits(a.parameters, b.parameters);
  for (std::size_t i = 0; i < a.normalisations.running.size(); ++i)
    same = same && a.normalisations.running[i].mean == b.normalisations.running[i].mean &&
           a.normalisations.running[i].variance == b.normalisations.running[i].variance &&
           a.normalisations.parameters[i].gamma == b.normalisations.parameters[i].gamma &&
           a.normalisations.parameters[i].beta == b.normalisations.parameters[i].beta;
  return same;
}

TrainedModel train(const NetworkSpec& spec, const TrainingOptions& options) {
  return train_model(spec, options, synthetic::data(), {1, 0}, [] {});
}

TEST(OvfSigma, GrowsByStepsAsCodedOrOverTheRangeAsWritten) {
  const OvfOptions steps;
  for (const int n : {1, 2, 3}) EXPECT_DOUBLE_EQ(ovf_sigma(steps, 0.2, n), 0.2 + 0.05 * n);
  const OvfOptions range{.schedule = OvfSchedule::range};
  for (const int n : {1, 2, 3}) EXPECT_DOUBLE_EQ(ovf_sigma(range, 0.2, n), 0.4 * n / 3);
  const OvfOptions part{.passes = 2, .schedule = OvfSchedule::range, .start = 1, .end = 1.5};
  EXPECT_DOUBLE_EQ(ovf_sigma(part, 0.2, 1), 0.25);
  EXPECT_DOUBLE_EQ(ovf_sigma(part, 0.2, 2), 0.3);
  // At sigma 0.15 the two end at the same noise.
  EXPECT_DOUBLE_EQ(ovf_sigma(steps, 0.15, 3), ovf_sigma(range, 0.15, 3));
}

TEST(OvfFactor, IsThatOfEquationOne) {
  const OvfOptions options;  // beta 1e-3, three passes
  EXPECT_DOUBLE_EQ(ovf_factor(options, 0), 0.25);
  EXPECT_DOUBLE_EQ(ovf_factor(options, 1), -0.25 * 1e-3 * 0.01);
  EXPECT_DOUBLE_EQ(ovf_factor(options, 2), -0.25 * 1e-3 * 0.1);
  EXPECT_DOUBLE_EQ(ovf_factor(options, 3), -0.25 * 1e-3);
  EXPECT_EQ(ovf_factor({.beta = 0, .passes = 0}, 0), 1);
}

TEST(Ovf, WithoutFeedbackIsNoiseInjectionToTheBit) {
  for (const NetworkSpec& spec : {kSpec, rich()}) {
    const TrainedModel injected = train(spec, options_of(MethodKind::noise_injection));
    const TrainedModel without = train(spec, options_of(MethodKind::ovf, {.beta = 0, .passes = 0}));
    EXPECT_TRUE(same_state(injected.state, without.state));
    EXPECT_EQ(injected.epochs[0].loss, without.epochs[0].loss);
    EXPECT_EQ(injected.epochs[0].validation_accuracy, without.epochs[0].validation_accuracy);
    EXPECT_FALSE(same_state(injected.state, train(spec, options_of(MethodKind::ovf)).state));
  }
}

// What is left of the method at beta 0 is the division of the logits by four.
TEST(Ovf, OfBetaZeroIsNoiseInjectionAtATemperature) {
  TrainingOptions cool = options_of(MethodKind::noise_injection);
  cool.logit_scale = 4;
  const TrainedModel without = train(kSpec, options_of(MethodKind::ovf, {.beta = 0}));
  EXPECT_TRUE(same_state(train(kSpec, cool).state, without.state));
  cool.logit_scale = 1;
  EXPECT_FALSE(same_state(train(kSpec, cool).state, without.state));
}

/// The loss of equation (1) in double, straight from the text: every pass with its own error of the weights, which does
/// not move with them.
struct EquationOne {
  NetworkSpec spec;
  double beta;
  std::array<double, 4> sigma;  ///< of the backbone and of passes 1 to 3
  bool ends_only;               ///< more noise in the first and last layer alone

  Matrix<float> x;
  std::vector<Label> labels;
  NetworkState<float> state{initial_parameters(spec, 1, 0), initial_normalisations<float>(spec)};

  EquationOne(NetworkSpec of, double feedback, std::array<double, 4> sigmas, bool ends)
      : spec(std::move(of)), beta(feedback), sigma(sigmas), ends_only(ends) {
    std::vector<std::uint32_t> first(12);
    std::iota(first.begin(), first.end(), 0U);
    gather(synthetic::data(), first, nullptr, x, labels);
  }

  [[nodiscard]] Parameters<float> drawn(std::uint64_t step, std::uint64_t n) const {
    const auto noisy = [&](double level) {
      Parameters<float> weights = state.parameters;
      program_weights({.sigma = level, .weight_bits = 8, .cell_bits = 2}, 1,
                      {.purpose = Purpose::training_noise, .event = step * 16 + n}, weights);
      return weights;
    };
    Parameters<float> weights = noisy(sigma.at(n));
    if (ends_only) {
      const Parameters<float> calm = noisy(sigma[0]);
      for (std::size_t i = 1; i + 1 < weights.size(); ++i) weights[i] = calm[i];
    }
    return weights;
  }

  /// The loss with `moved` added to weight `index` of `layer`.
  [[nodiscard]] double loss(std::uint64_t step, std::size_t layer, Index index, double moved) const {
    const Network<double> network(spec);
    Normalisations<double> normalisations = initial_normalisations<double>(spec);
    Matrix<double> sum = Matrix<double>::Zero(x.rows(), spec.classes);
    const double gamma[] = {0, 0.01, 0.1, 1};
    for (std::uint64_t n = 0; n < 4; ++n) {
      const Parameters<float> seen_here = drawn(step, n);
      Parameters<double> weights = zero_parameters<double>(spec);
      for (std::size_t i = 0; i < weights.size(); ++i) weights[i].weights = seen_here[i].weights.cast<double>();
      weights[layer].weights.data()[index] += moved;
      const MatrixPass<double> pass(weights, normalisations.trained());
      Activations<double> activations;
      const Matrix<double> images = x.cast<double>();
      sum += (n == 0 ? 1 : -beta * gamma[n]) * network.forward(images, pass.weights(), activations).map();
    }
    sum /= 4;
    Matrix<double> unused(x.rows(), spec.classes);
    return softmax_cross_entropy<double>(sum, labels, unused);
  }

  void expect_gradient(const OvfOptions& ovf) {
    const Network<float> network(spec);
    const std::unique_ptr<Method> method = make_method(network, options_of(MethodKind::ovf, ovf), {1, 0});
    NetworkGradient<float> gradient = zero_gradient<float>(spec);
    NetworkState<float> moved = state;
    EXPECT_NEAR(method->gradient(x, labels, moved, 5, gradient), loss(5, 0, 0, 0), 1e-5);
    for (std::size_t layer = 0; layer < gradient.parameters.size(); ++layer) {
      const Matrix<float>& found = gradient.parameters[layer].weights;
      for (Index i = 0; i < found.size(); i += 1 + found.size() / 5) {
        const double slope = (loss(5, layer, i, 1e-5) - loss(5, layer, i, -1e-5)) / 2e-5;
        EXPECT_NEAR(found.data()[i], slope, 2e-6 + 1e-3 * std::abs(slope)) << "layer " << layer << ", weight " << i;
      }
    }
  }
};

NetworkSpec residual() {
  return build_network({1, 6, 6}, 3,
                       std::vector<std::string>{"conv 3 padding 1 no-bias", "norm", "relu", "residual 3", "global-pool",
                                                "dense classes"});
}

// A beta large enough that every pass can be seen.
TEST(Ovf, TheGradientIsThatOfEquationOne) {
  const std::array<double, 4> steps{kSigma, 0.2, 0.25, 0.3};
  EquationOne(kSpec, 0.5, steps, false).expect_gradient({.beta = 0.5});
  EquationOne(residual(), 0.5, steps, false).expect_gradient({.beta = 0.5});
  const std::array<double, 4> range{kSigma, 0.1, 0.2, 0.3};
  EquationOne(residual(), 0.5, range, false).expect_gradient({.beta = 0.5, .schedule = OvfSchedule::range});
}

TEST(Ovf, AsCodedOnlyTheFirstAndTheLastLayerSeeMoreNoise) {
  EquationOne(residual(), 0.5, {kSigma, 0.2, 0.25, 0.3}, true)
      .expect_gradient({.beta = 0.5, .coverage = OvfCoverage::coded});
}

TEST(Ovf, TheLeastOfTheLargerNoisesMovesTheRunningStatisticsLast) {
  EquationOne passes(residual(), 0.5, {kSigma, 0.2, 0.25, 0.3}, false);
  const Network<float> network(passes.spec);
  NetworkState<float> moved = passes.state;
  NetworkGradient<float> gradient = zero_gradient<float>(passes.spec);
  (void)make_method(network, options_of(MethodKind::ovf), {1, 0})
      ->gradient(passes.x, passes.labels, moved, 2, gradient);

  const auto after = [&](const std::vector<std::uint64_t>& order) {
    NetworkState<float> state = passes.state;
    Activations<float> activations;
    for (const std::uint64_t n : order) {
      const Parameters<float> weights = passes.drawn(2, n);
      const MatrixPass<float> pass(weights, state.normalisations.trained());
      (void)network.forward(passes.x, pass.weights(), activations);
    }
    return state;
  };
  EXPECT_TRUE(same_state(moved, after({0, 3, 2, 1})));
  EXPECT_FALSE(same_state(moved, after({0, 1, 2, 3})));
}

TEST(Ovf, IsJudgedAtTheNoiseOfTheBackbone) {
  const Network<float> network(kSpec);
  const Parameters<float> parameters = initial_parameters(kSpec, 1, 0);
  const auto judged = make_method(network, options_of(MethodKind::ovf), {1, 0})->chips_to_validate(parameters);
  const auto injected =
      make_method(network, options_of(MethodKind::noise_injection), {1, 0})->chips_to_validate(parameters);
  ASSERT_EQ(judged.size(), injected.size());
  for (std::size_t i = 0; i < judged.size(); ++i) EXPECT_TRUE(same_bits(judged[i], injected[i]));
}

TEST(LogitScale, DividesTheLogitsAndItsGradientFollows) {
  const Network<float> network(kSpec);
  NetworkState<float> state{initial_parameters(kSpec, 1, 0), {}};
  std::vector<std::uint32_t> first(32);
  std::iota(first.begin(), first.end(), 0U);
  Matrix<float> x;
  std::vector<Label> labels;
  gather(synthetic::data(), first, nullptr, x, labels);
  TrainingOptions options = synthetic::options();
  const auto gradient_of = [&](double& loss) {
    NetworkGradient<float> gradient = zero_gradient<float>(kSpec);
    loss = make_method(network, options, {1, 0})->gradient(x, labels, state, 0, gradient);
    return gradient.parameters;
  };
  options.logit_scale = 4;
  double scaled_loss = 0, loss = 0;
  const Parameters<float> scaled = gradient_of(scaled_loss);
  options.logit_scale = 1;
  // The last layer with a quarter of its weights and biases has a quarter of the logits.
  state.parameters.back().weights /= 4;
  state.parameters.back().bias /= 4;
  const Parameters<float> quarter = gradient_of(loss);
  EXPECT_NEAR(scaled_loss, loss, 1e-6);
  EXPECT_TRUE(scaled[0].weights.isApprox(quarter[0].weights, 1e-5F));
  EXPECT_TRUE((scaled[1].weights * 4).isApprox(quarter[1].weights, 1e-5F));
}

}  // namespace ovf_test
}  // namespace ohmcarlo
