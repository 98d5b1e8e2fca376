#include "training/kurtosis.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "random/stream.hpp"
#include "training/synthetic.hpp"

namespace ohmcarlo {
namespace kurtosis_test {

using synthetic::kSpec;
using synthetic::same_bits;
using synthetic::trained;

Matrix<float> normals(Index rows, Index cols, std::uint32_t layer) {
  Matrix<float> drawn(rows, cols);
  Stream(5, {.purpose = Purpose::initialisation, .layer = layer})
      .normals(0, {drawn.data(), static_cast<std::size_t>(drawn.size())});
  return drawn;
}

double of(const Matrix<float>& weights) {
  return kurtosis(View<const float>(weights));
}

TEST(Kurtosis, OfKnownDistributions) {
  Matrix<float> two(2, 6);
  two << 3, -1, 3, -1, 3, -1, -1, 3, -1, 3, -1, 3;
  EXPECT_NEAR(of(two), 1, 1e-12);
  // n values at equal distances: 3 (3 n^2 - 7) / (5 (n^2 - 1)), which tends to the 1.8 of the uniform distribution.
  constexpr double kCount = 1001;
  Matrix<float> even(7, 143);
  for (Index i = 0; i < even.size(); ++i) even.data()[i] = static_cast<float>(i) - 17;
  EXPECT_NEAR(of(even), 0.6 * (3 * kCount * kCount - 7) / (kCount * kCount - 1), 1e-12);
  EXPECT_NEAR(of(even), 1.8, 1e-5);
  // Its sd over samples of n normals is sqrt(24 / n): further off than this once in a million.
  EXPECT_NEAR(of(normals(1000, 1000, 0)), 3, 4.892 * std::sqrt(24e-6));
}

TEST(Kurtosis, DoesNotSeeShiftsAndScales) {
  const Matrix<float> weights = normals(8, 9, 1);
  Matrix<float> moved = weights * 4;  // exactly
  EXPECT_DOUBLE_EQ(of(moved), of(weights));
  moved = weights.array() + 0.75F;
  EXPECT_NEAR(of(moved), of(weights), 1e-5);
}

TEST(Kurtosis, OfEqualWeightsIsNotANumber) {
  EXPECT_TRUE(std::isnan(of(Matrix<float>::Constant(3, 3, 0.5F))));
}

TEST(KurtosisGradient, MatchesFiniteDifferences) {
  Matrix<float> weights = normals(6, 7, 2);
  weights(2, 3) = 4;  // a tail
  Matrix<float> gradient = Matrix<float>::Constant(6, 7, 2);
  EXPECT_DOUBLE_EQ(add_kurtosis_gradient(View<const float>(weights), 3, gradient), of(weights));
  for (Index i = 0; i < weights.size(); ++i) {
    float& weight = weights.data()[i];
    const float here = weight;
    const auto at = [&](double to) {
      weight = static_cast<float>(to);
      return std::pair{static_cast<double>(weight), of(weights)};
    };
    const auto [right, above] = at(here + 1e-3);
    const auto [left, below] = at(here - 1e-3);
    weight = here;
    EXPECT_NEAR(gradient.data()[i], 2 + 3 * (above - below) / (right - left), 2e-5) << i;
  }
}

TEST(KurtosisGradient, NeitherShiftsNorScalesTheWeights) {
  const Matrix<float> weights = (normals(20, 30, 3).array() + 0.5F) * 0.1F;
  Matrix<float> gradient = Matrix<float>::Zero(20, 30);
  add_kurtosis_gradient(View<const float>(weights), 1, gradient);
  const double size = gradient.cwiseAbs().cast<double>().sum();
  EXPECT_GT(size, 1);
  EXPECT_NEAR(gradient.cast<double>().sum(), 0, 1e-6 * size);
  EXPECT_NEAR(gradient.cast<double>().cwiseProduct(weights.cast<double>()).sum(), 0, 1e-6 * size);
}

/// Two layers whose kurtosis lies on either side of 1.8.
Parameters<float> two_layers() {
  Parameters<float> parameters = zero_parameters<float>(kSpec);
  parameters[0].weights = normals(12, 36, 4);
  for (Index i = 0; i < 36; ++i)
    parameters[1].weights.data()[i] = (i % 2 == 0 ? 1.0F : -1.0F) + 0.01F * static_cast<float>(i);
  parameters[0].bias.setConstant(9);
  return parameters;
}

TEST(KurtosisPenalty, IsTheSumOverLayersOrTheMeanSquaredMiss) {
  const Parameters<float> parameters = two_layers();
  const double first = of(parameters[0].weights), second = of(parameters[1].weights);
  ASSERT_GT(first, 2);
  ASSERT_LT(second, 1.7);
  const auto penalty = [&](MethodKind method, const KurtosisOptions& options) {
    Parameters<float> gradient = zero_parameters<float>(kSpec);
    return add_kurtosis_penalty(method, options, parameters, gradient);
  };
  EXPECT_NEAR(penalty(MethodKind::kurtosis, {.lambda = 0.3}), 0.3 * (first + second), 1e-12);
  EXPECT_NEAR(penalty(MethodKind::kure, {.lambda = 0.3}),
              0.15 * ((first - 1.8) * (first - 1.8) + (second - 1.8) * (second - 1.8)), 1e-12);
  EXPECT_NEAR(penalty(MethodKind::kure, {.lambda = 0.3, .target = first}), 0.15 * (first - second) * (first - second),
              1e-12);
}

TEST(KurtosisPenalty, GradientsMatchFiniteDifferencesOfThePenalty) {
  for (const MethodKind method : {MethodKind::kurtosis, MethodKind::kure}) {
    Parameters<float> parameters = two_layers();
    const KurtosisOptions options{.lambda = 0.7};
    Parameters<float> gradient = zero_parameters<float>(kSpec), unused = gradient;
    (void)add_kurtosis_penalty(method, options, parameters, gradient);
    for (const std::size_t layer : {0U, 1U}) {
      EXPECT_EQ(gradient[layer].bias.cwiseAbs().sum(), 0);
      for (const Index i : {0, 5, 17, 35}) {
        float& weight = parameters[layer].weights.data()[i];
        const float here = weight;
        weight = here + 0.0078125F;
        const double above = add_kurtosis_penalty(method, options, parameters, unused);
        weight = here - 0.0078125F;
        const double below = add_kurtosis_penalty(method, options, parameters, unused);
        weight = here;
        const double slope = (above - below) / 0.015625;
        EXPECT_NEAR(gradient[layer].weights.data()[i], slope, 1e-5 + 1e-3 * std::abs(slope)) << layer << " " << i;
      }
    }
  }
}

TEST(KurtosisRegularised, OfLambdaZeroIsPlainTraining) {
  TrainingOptions options = synthetic::options();
  const TrainedModel plain = trained(options);
  for (const MethodKind method : {MethodKind::kurtosis, MethodKind::kure}) {
    options.method = method;
    options.kurtosis.lambda = 0;
    const TrainedModel free = trained(options);
    EXPECT_TRUE(same_bits(plain.state.parameters, free.state.parameters));
    EXPECT_EQ(plain.epochs.back().loss, free.epochs.back().loss);
    options.kurtosis.lambda = 1e-2;
    EXPECT_FALSE(same_bits(plain.state.parameters, trained(options).state.parameters));
  }
}

TEST(KurtosisRegularised, BringsEveryLayerToItsAim) {
  TrainingOptions options = synthetic::options();
  options.epochs = 40;
  TrainingData data = synthetic::data();
  data.validation.clear();  // the last epoch, whatever it is worth
  const TrainedModel plain = trained(options, data);
  options.method = MethodKind::kurtosis;
  options.kurtosis.lambda = 2;
  const TrainedModel least = trained(options, data);
  options.method = MethodKind::kure;
  const TrainedModel uniform = trained(options, data);
  for (const std::size_t layer : {0U, 1U}) {
    EXPECT_GT(of(plain.state.parameters[layer].weights), 1.9);
    EXPECT_NEAR(of(least.state.parameters[layer].weights), 1, 0.05);
    EXPECT_NEAR(of(uniform.state.parameters[layer].weights), 1.8, 0.05);
  }
}

TEST(KurtosisRegularised, ReportsTheLossWithThePenalty) {
  TrainingOptions options = synthetic::options();
  options.epochs = 1;
  options.learning_rate = 1e-30;  // the network as initialised
  const double plain = trained(options).epochs[0].loss;
  options.method = MethodKind::kurtosis;
  options.kurtosis.lambda = 0.5;
  const Parameters<float> initial = initial_parameters(kSpec, 1, 0);
  EXPECT_NEAR(trained(options).epochs[0].loss, plain + 0.5 * (of(initial[0].weights) + of(initial[1].weights)), 1e-6);
}

}  // namespace kurtosis_test
}  // namespace ohmcarlo
