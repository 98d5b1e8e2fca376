#include "network/quantisation.hpp"

#include "network/architecture.hpp"
#include "network/layer_trial.hpp"
#include "network/network.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {
namespace quantisation_test {

Matrix<double> row(std::initializer_list<double> values) {
  Matrix<double> matrix(1, static_cast<Index>(values.size()));
  std::copy(values.begin(), values.end(), matrix.data());
  return matrix;
}

Matrix<double> quantised(int bits, const Matrix<double>& x) {
  Matrix<double> y(x.rows(), x.cols());
  quantise<double>(bits, x, y);
  return y;
}

Matrix<float> quantised_weights(int bits, std::initializer_list<double> values) {
  Matrix<float> weights = row(values).cast<float>();
  quantise_weights(bits, weights);
  return weights;
}

TEST(Quantisation, OfInputsWithoutSignUsesAllCodes) {
  EXPECT_TRUE(quantised(3, row({0, 0.4, 0.6, 3.4, 6.6, 7})).isApprox(row({0, 0, 1, 3, 7, 7})));
  EXPECT_TRUE(quantised(1, row({0, 0.9, 1.1, 2})).isApprox(row({0, 0, 2, 2})));
  // 16 bits: steps of the largest / 65535.
  EXPECT_TRUE(quantised(16, row({1.4, 65535})).isApprox(row({1, 65535}), 1e-12));
}

TEST(Quantisation, OfSignedInputsLeavesABitToTheSign) {
  EXPECT_TRUE(quantised(3, row({-3, -1.6, -0.4, 0.6, 1.4})).isApprox(row({-3, -2, 0, 1, 1})));
  EXPECT_TRUE(quantised(2, row({-2, 0.9, 1.1})).isApprox(row({-2, 0, 2})));
  EXPECT_TRUE(quantised(1, row({-2, 0.9, 1.1})).isApprox(row({-2, 0, 2})));
}

TEST(Quantisation, ZeroStaysZeroAndNoNumberStaysNone) {
  EXPECT_EQ(quantised(4, row({0, 0})), row({0, 0}));
  EXPECT_EQ(quantised(4, row({-5, 0, 5}))(0, 1), 0);
  EXPECT_TRUE(std::isnan(quantised(4, row({1, NAN}))(0, 1)));
}

TEST(Quantisation, OfWeightsStoresTheSignApart) {
  EXPECT_TRUE(quantised_weights(2, {-3, -1.6, -0.4, 0.6, 1.4}).isApprox(row({-3, -2, 0, 1, 1}).cast<float>()));
  EXPECT_TRUE(quantised_weights(2, {3, 1.6, 0.4, 0.6, 1.4}).isApprox(row({3, 2, 0, 1, 1}).cast<float>()));
  EXPECT_TRUE(quantised_weights(1, {0.9, -2, 1.1}).isApprox(row({0, -2, 2}).cast<float>()));
}

Matrix<float> ternary(const Matrix<float>& weights) {
  Matrix<float> rounded = weights;
  ternarise_weights(rounded);
  return rounded;
}
Matrix<float> ternary(std::initializer_list<double> values) {
  return ternary(Matrix<float>(row(values).cast<float>()));
}

// Mean |w| 1.5: threshold 1.05; kept 1.2 and 3.6 at a mean of 2.4.
TEST(TernaryWeights, AreZeroBelowSevenTenthsOfTheMeanAndTheMeanOfTheRestAbove) {
  EXPECT_TRUE(ternary({-1.2, 0.9, 0.3, 3.6}).isApprox(row({-2.4, 0, 0, 2.4}).cast<float>(), 1e-6F));
  Matrix<float> matrix(2, 2);
  matrix << -1.2F, 0.9F, 0.3F, 3.6F;
  Matrix<float> expected(2, 2);
  expected << -2.4F, 0, 0, 2.4F;
  EXPECT_TRUE(ternary(matrix).isApprox(expected, 1e-6F)) << "the mean is that of the layer, not of a row";
  EXPECT_EQ(ternary({0.5, -0.5, 0.5}), row({0.5, -0.5, 0.5}).cast<float>());
}

// Mean |w| 10, so that the threshold of 7 is a float: 7 itself goes, 8 stays.
TEST(TernaryWeights, ThatAreTernaryStayAsTheyAre) {
  Matrix<float> weights(13, 41);
  Stream(3, {.purpose = Purpose::initialisation}).normals(0, {weights.data(), 13 * 41});
  const Matrix<float> once = ternary(weights);
  EXPECT_EQ(ternary(once), once);
}

TEST(TernaryWeights, AtTheThresholdAreZero) {
  EXPECT_EQ(ternary({7, -7, 8, 18}), row({0, 0, 13, 13}).cast<float>());
}

TEST(TernaryWeights, OfNothingStayNothingAndNoNumberStaysNone) {
  EXPECT_EQ(ternary({0, 0, 0}), row({0, 0, 0}).cast<float>());
  const Matrix<float> none = ternary({1, NAN, 0.1});
  EXPECT_TRUE(std::isnan(none(0, 1)));
  Matrix<float> empty(0, 3);
  EXPECT_NO_THROW(ternarise_weights(empty));
}

TEST(TernaryWeights, RoundedTwiceAreAsRoundedOnce) {
  Matrix<double> weights(3, 40);
  gradients::fill(weights, 8);
  const Matrix<float> once = ternary(Matrix<float>(weights.cast<float>()));
  EXPECT_TRUE(ternary(once).isApprox(once, 1e-6F));
}

// Mean |w| 10: derivatives pass up to 14.
TEST(TernaryWeights, StopTheGradientBeyondTwiceTheThreshold) {
  const Matrix<float> weights = row({14, -14, 1, 14.5, -14.5, 2}).cast<float>();
  Matrix<float> gradient = row({1, 2, 3, 4, 5, 6}).cast<float>();
  stop_gradient_of_large_weights(View<const float>(weights), gradient);
  EXPECT_EQ(gradient, row({1, 2, 3, 0, 0, 6}).cast<float>());
}

TEST(Quantisation, LetsGradientsThrough) {
  gradients::LayerTrial trial(quantisation("rounding", FeatureShape::of_features(6), 2), 4);
  EXPECT_EQ(trial.forward(), quantised(2, trial.x));
  EXPECT_EQ(trial.backward(), trial.factors);
  EXPECT_EQ(trial.backward(false).rows(), 0);
}

const std::vector<std::string> kResidual = {"conv 3 padding 1",    "norm",    "relu",         "residual 3",
                                            "residual 4 stride 2", "flatten", "dense classes"};

TEST(QuantisedInputs, StandBeforeEveryWeightLayer) {
  const NetworkSpec spec = build_network({2, 4, 4}, 3, kResidual);
  const NetworkSpec rounded = with_quantised_inputs(spec, 5);
  EXPECT_NO_THROW(rounded.check_graph());
  ASSERT_EQ(rounded.weight_layers().size(), spec.weight_layers().size());
  ASSERT_EQ(rounded.layers.size(), spec.layers.size() + spec.weight_layers().size());
  for (std::size_t i = 0; i < rounded.layers.size(); ++i) {
    if (!rounded.layers[i].has_weights()) continue;
    ASSERT_GT(i, 0U);
    EXPECT_EQ(rounded.layers[i - 1].operation->kind(), "quantisation");
    EXPECT_EQ(rounded.layers[i].inputs, std::vector<std::size_t>{i - 1});
  }
  EXPECT_EQ(rounded.layers[0].name, "conv1.inputs");
}

TEST(QuantisedInputs, RoundAsByHandAndBranchesStay) {
  const NetworkSpec spec = build_network({2, 4, 4}, 3, kResidual);
  const NetworkSpec rounded = with_quantised_inputs(spec, 3);
  NetworkState<double> state{zero_parameters<double>(spec), initial_normalisations<double>(spec)};
  std::uint32_t seed = 30;
  for (LayerParameters<double>& layer : state.parameters) gradients::fill(layer.weights, ++seed);
  Matrix<double> x(2, spec.inputs);
  gradients::fill(x, 5);
  const MatrixPass<double> pass(state.parameters, state.normalisations.evaluated());
  Activations<double> activations;
  (void)Network<double>(rounded).forward(x, pass.weights(), activations);
  const auto output = [&](const std::string& name) -> const Matrix<double>& {
    for (std::size_t i = 0; i < rounded.layers.size(); ++i)
      if (rounded.layers[i].name == name) return activations[i];
    throw std::logic_error("no layer " + name);
  };
  EXPECT_EQ(output("conv1.inputs"), quantised(3, x));
  EXPECT_EQ(output("block1.conv1.inputs"), quantised(3, output("relu1")));
  EXPECT_EQ(output("block1.conv2.inputs"), quantised(3, output("block1.relu1")));
  EXPECT_EQ(output("block2.conv1.inputs"), quantised(3, output("block1.relu2")));
  EXPECT_EQ(output("block2.shortcut.inputs"), quantised(3, output("block1.relu2")));
  EXPECT_EQ(output("dense1.inputs"), quantised(3, output("block2.relu2")));
  // What goes around a block is not rounded; a shortcut has its own normalisation.
  EXPECT_EQ(output("block1.add1"), Matrix<double>(output("block1.norm2") + output("relu1")));
  EXPECT_EQ(output("block2.add1"), Matrix<double>(output("block2.norm2") + output("block2.shortcut-norm")));

  // At 16 bits, gradients too are those of the network itself.
  const Network<double> fine(with_quantised_inputs(spec, 16)), plain(spec);
  const Matrix<double> factors = Matrix<double>::Random(2, 3);
  NetworkGradient<double> of_fine = zero_gradient<double>(spec), of_plain = zero_gradient<double>(spec);
  (void)fine.forward(x, pass.weights(), activations);
  fine.backward(x, pass.weights(), activations, factors, of_fine);
  Activations<double> unrounded;
  (void)plain.forward(x, pass.weights(), unrounded);
  plain.backward(x, pass.weights(), unrounded, factors, of_plain);
  for (std::size_t i = 0; i < of_plain.parameters.size(); ++i)
    EXPECT_TRUE(of_fine.parameters[i].weights.isApprox(of_plain.parameters[i].weights, 1e-2)) << i;
}

}  // namespace quantisation_test
}  // namespace ohmcarlo
