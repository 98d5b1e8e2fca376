// The dense operation.

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace dense_test {

using gradients::LayerTrial;

TEST(DenseLayer, MultipliesByTheTransposedWeightsAndAddsTheBias) {
  const LayerTrial trial(dense("dense1", 5, 3), 4);
  const Matrix<double> y = trial.forward();
  for (Index i = 0; i < y.rows(); ++i)
    for (Index o = 0; o < y.cols(); ++o) {
      double expected = trial.parameters.bias(o);
      for (Index k = 0; k < 5; ++k) expected += trial.x(i, k) * trial.parameters.weights(o, k);
      EXPECT_NEAR(y(i, o), expected, 1e-14);
    }
}

TEST(DenseLayer, GradientsMatchFiniteDifferences) {
  LayerTrial(dense("dense1", 5, 3), 4).expect_gradients();
}

TEST(DenseLayer, WithoutBiasesLeavesTheirGradientAtZero) {
  LayerTrial(dense("dense1", 5, 3, false)).expect_gradients();
}

TEST(DenseLayer, GoesBackThroughAProductsOwnParameters) {
  LayerTrial(dense("dense1", 5, 3), 4).expect_gradients_of_own_product();
}

TEST(DenseLayer, GradientsAreAddedToWhatIsThere) {
  LayerTrial trial(dense("dense1", 5, 3));
  (void)trial.backward();
  const LayerParameters<double> once = trial.gradient;
  (void)trial.backward();
  EXPECT_TRUE(trial.gradient.weights.isApprox(2 * once.weights, 1e-14));
  EXPECT_TRUE(trial.gradient.bias.isApprox(2 * once.bias, 1e-14));
}

TEST(DenseLayer, ParameterGradientsDoNotNeedTheGradientOfTheInput) {
  LayerTrial with(dense("dense1", 5, 3)), without(dense("dense1", 5, 3));
  (void)with.backward();
  EXPECT_EQ(without.backward(false).rows(), 0);
  EXPECT_EQ(with.gradient.weights, without.gradient.weights);
  EXPECT_EQ(with.gradient.bias, without.gradient.bias);
}

TEST(DenseLayer, CanBeGivenBiases) {
  const Node without = dense("dense1", 5, 3, false);
  EXPECT_FALSE(without.biased());
  EXPECT_EQ(without.parameters(), 15);
  const std::shared_ptr<const Operation> with = without.operation->with_biases();
  EXPECT_TRUE(with->weights().biased);
  EXPECT_EQ(with->weights().outputs, 3);
  EXPECT_EQ(with->weights().inputs, 5);
}

}  // namespace dense_test
}  // namespace ohmcarlo
