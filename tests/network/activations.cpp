#include <limits>

#include "network/layer_trial.hpp"

namespace ohmcarlo {
namespace activations_test {

using gradients::LayerTrial;

const Planes kPlanes{3, 2, 5};

TEST(SigmoidLayer, IsTheLogisticFunction) {
  LayerTrial trial(activation("sigmoid", "sigmoid1", kPlanes));
  const Matrix<double> y = trial.forward();
  for (Index i = 0; i < y.size(); ++i) EXPECT_NEAR(y.data()[i], (1 + std::tanh(trial.x.data()[i] / 2)) / 2, 1e-15);
  trial.x.leftCols(2) << 0, 0, -800, 800, 800, -800;  // no overflow far out
  EXPECT_EQ(trial.forward()(0, 0), 0.5);
  EXPECT_EQ(trial.forward()(1, 0), 0);
  EXPECT_EQ(trial.forward()(1, 1), 1);
}

TEST(TanhLayer, IsTheHyperbolicTangent) {
  const LayerTrial trial(activation("tanh", "tanh1", kPlanes));
  const Matrix<double> y = trial.forward();
  for (Index i = 0; i < y.size(); ++i) {
    const double e = std::exp(2 * trial.x.data()[i]);
    EXPECT_NEAR(y.data()[i], (e - 1) / (e + 1), 1e-15);
  }
}

TEST(ReluLayer, PassesWhatIsPositive) {
  const LayerTrial trial(activation("relu", "relu1", kPlanes));
  const Matrix<double> y = trial.forward();
  for (Index i = 0; i < y.size(); ++i) EXPECT_EQ(y.data()[i], std::max(trial.x.data()[i], 0.0));
  EXPECT_LT(trial.x.minCoeff(), 0);
}

TEST(AbsLayer, DropsTheSign) {
  const LayerTrial trial(activation("abs", "abs1", kPlanes));
  const Matrix<double> y = trial.forward();
  for (Index i = 0; i < y.size(); ++i) EXPECT_EQ(y.data()[i], std::abs(trial.x.data()[i]));
  EXPECT_LT(trial.x.minCoeff(), 0);
}

TEST(ActivationLayers, AreFlatAtTheKink) {
  for (const char* word : {"relu", "abs"}) {
    LayerTrial trial(activation(word, "kink", kPlanes));
    trial.x.setZero();
    EXPECT_EQ(trial.backward().cwiseAbs().maxCoeff(), 0) << word;
  }
}

TEST(ActivationLayers, AreKnownByTheirWord) {
  EXPECT_THROW((void)activation("relus", "relu1", kPlanes), std::logic_error);
}

TEST(ActivationLayers, GradientsMatchFiniteDifferences) {
  for (const char* word : {"relu", "abs", "sigmoid", "tanh"})
    LayerTrial(activation(word, word, kPlanes)).expect_gradients();
}

/// The same image gives the same bits in every row of a batch, and NaN stays NaN.
TEST(SmoothLayers, InFloatDoNotDependOnTheRow) {
  for (const char* word : {"sigmoid", "tanh"}) {
    const Node spec = activation(word, "act1", {1, 1, 37});
    Matrix<float> x(9, 37), y(9, 37);
    for (Index i = 0; i < 9; ++i)
      for (Index j = 0; j < 37; ++j) x(i, j) = 0.37F * static_cast<float>(j) - 6;
    x(8, 36) = std::numeric_limits<float>::quiet_NaN();
    const View<const float> in = x;
    make_kernel<float>(*spec.operation)->forward({.inputs = {&in, 1}}, y);
    for (Index i = 1; i < 8; ++i) EXPECT_EQ(y.row(i), y.row(0)) << i;
    EXPECT_TRUE(std::isnan(y(8, 36)));
  }
}

}  // namespace activations_test
}  // namespace ohmcarlo
