#include "network/layer.hpp"

#include "network/gradients.hpp"

namespace ohmcarlo {
namespace {

using gradients::expect_derivatives;
using gradients::fill;

/// A layer whose loss is the sum of its outputs, each times a fixed factor.
struct Trial {
  LayerSpec spec;
  std::unique_ptr<Layer<double>> layer = make_layer<double>(spec);
  Matrix<double> x = Matrix<double>::Zero(4, spec.inputs);
  Matrix<double> factors = Matrix<double>::Zero(4, spec.outputs);
  LayerParameters<double> parameters{Matrix<double>::Zero(spec.outputs, spec.inputs),
                                     Vector<double>::Zero(spec.outputs)};

  explicit Trial(const LayerSpec& of) : spec(of) {
    fill(x, 1);
    fill(factors, 2);
    fill(parameters.weights, 3);
    fill(parameters.bias, 4);
  }
  [[nodiscard]] Matrix<double> forward() const {
    Matrix<double> y(4, spec.outputs);
    const MatrixProduct<double> product{View<const double>(parameters.weights)};
    layer->forward(x, y, spec.has_weights() ? &product : nullptr, spec.has_weights() ? &parameters.bias : nullptr);
    return y;
  }
  [[nodiscard]] double loss() const { return forward().cwiseProduct(factors).sum(); }
  /// dloss/dx; dloss/dparameters is added to `gradient`.
  Matrix<double> backward(LayerParameters<double>& gradient, bool wants_x = true) const {
    const Matrix<double> y = forward();
    Matrix<double> grad_x = Matrix<double>::Constant(wants_x ? 4 : 0, spec.inputs, 99);
    const MatrixProduct<double> product{View<const double>(parameters.weights)};
    layer->backward(x, y, factors, grad_x, spec.has_weights() ? &product : nullptr,
                    spec.has_weights() ? &gradient : nullptr);
    return grad_x;
  }
  [[nodiscard]] LayerParameters<double> zero_gradient() const {
    return {Matrix<double>::Zero(spec.outputs, spec.inputs), Vector<double>::Zero(spec.outputs)};
  }
};

const LayerSpec kDense{LayerKind::dense, "dense1", 5, 3};
const LayerSpec kRelu{LayerKind::relu, "relu1", 6, 6};
const LayerSpec kAbs{LayerKind::abs, "abs1", 6, 6};

TEST(DenseLayer, MultipliesByTheTransposedWeightsAndAddsTheBias) {
  const Trial trial(kDense);
  const Matrix<double> y = trial.forward();
  for (Index i = 0; i < y.rows(); ++i)
    for (Index o = 0; o < y.cols(); ++o) {
      double expected = trial.parameters.bias(o);
      for (Index k = 0; k < 5; ++k) expected += trial.x(i, k) * trial.parameters.weights(o, k);
      EXPECT_NEAR(y(i, o), expected, 1e-14);
    }
}

TEST(DenseLayer, GradientsMatchFiniteDifferences) {
  Trial trial(kDense);
  LayerParameters<double> gradient = trial.zero_gradient();
  const Matrix<double> grad_x = trial.backward(gradient);
  const auto loss = [&] { return trial.loss(); };
  expect_derivatives(trial.x.data(), trial.x.size(), grad_x.data(), loss);
  expect_derivatives(trial.parameters.weights.data(), 15, gradient.weights.data(), loss);
  expect_derivatives(trial.parameters.bias.data(), 3, gradient.bias.data(), loss);
}

TEST(DenseLayer, GradientsAreAddedToWhatIsThere) {
  const Trial trial(kDense);
  LayerParameters<double> once = trial.zero_gradient();
  (void)trial.backward(once);
  LayerParameters<double> twice = once;
  (void)trial.backward(twice);
  EXPECT_TRUE(twice.weights.isApprox(2 * once.weights, 1e-14));
  EXPECT_TRUE(twice.bias.isApprox(2 * once.bias, 1e-14));
}

TEST(DenseLayer, ParameterGradientsDoNotNeedTheGradientOfTheInput) {
  const Trial trial(kDense);
  LayerParameters<double> with = trial.zero_gradient();
  LayerParameters<double> without = trial.zero_gradient();
  (void)trial.backward(with);
  EXPECT_EQ(trial.backward(without, false).rows(), 0);
  EXPECT_EQ(with.weights, without.weights);
  EXPECT_EQ(with.bias, without.bias);
}

TEST(ReluLayer, PassesWhatIsPositive) {
  const Trial trial(kRelu);
  const Matrix<double> y = trial.forward();
  for (Index i = 0; i < y.size(); ++i) EXPECT_EQ(y.data()[i], std::max(trial.x.data()[i], 0.0));
  EXPECT_LT(trial.x.minCoeff(), 0);
}

TEST(AbsLayer, DropsTheSign) {
  const Trial trial(kAbs);
  const Matrix<double> y = trial.forward();
  for (Index i = 0; i < y.size(); ++i) EXPECT_EQ(y.data()[i], std::abs(trial.x.data()[i]));
  EXPECT_LT(trial.x.minCoeff(), 0);
}

TEST(ActivationLayers, GradientsMatchFiniteDifferences) {
  for (const LayerSpec& spec : {kRelu, kAbs}) {
    Trial trial(spec);
    LayerParameters<double> none;
    const Matrix<double> grad_x = trial.backward(none);
    expect_derivatives(trial.x.data(), trial.x.size(), grad_x.data(), [&] { return trial.loss(); });
  }
}

TEST(ActivationLayers, AreFlatAtTheKink) {
  for (const LayerSpec& spec : {kRelu, kAbs}) {
    Trial trial(spec);
    trial.x.setZero();
    LayerParameters<double> none;
    EXPECT_EQ(trial.backward(none).cwiseAbs().maxCoeff(), 0) << spec.name;
  }
}

}  // namespace
}  // namespace ohmcarlo
