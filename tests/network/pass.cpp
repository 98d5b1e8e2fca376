#include "network/pass.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "network/architecture.hpp"

namespace ohmcarlo {
namespace pass_test {

TEST(InitialParameters, DependOnKeyReplicaAndLayerOnly) {
  const NetworkSpec spec = mlp(20, {30, 30}, "relu", 10);
  const Parameters<float> first = initial_parameters(spec, 1, 0);
  EXPECT_EQ(first[1].weights, initial_parameters(spec, 1, 0)[1].weights);
  EXPECT_NE(first[1].weights, initial_parameters(spec, 2, 0)[1].weights);
  EXPECT_NE(first[1].weights, initial_parameters(spec, 1, 1)[1].weights);
  // Two layers of one shape differ; the activation and what comes later change nothing.
  const Parameters<float> other = initial_parameters(mlp(20, {30, 30, 50}, "abs", 4), 1, 0);
  EXPECT_EQ(first[0].weights, other[0].weights);
  EXPECT_EQ(first[1].weights, other[1].weights);
  const Parameters<float> square = initial_parameters(mlp(30, {30}, "relu", 30), 1, 0);
  EXPECT_NE(square[0].weights, square[1].weights);
}

// 10^5 and 2 10^4 normals: each check fails by chance once in 10^6 (4.9 standard errors).
TEST(InitialParameters, HaveVarianceTwoOverTheInputs) {
  const Parameters<float> parameters = initial_parameters(mlp(500, {200}, "relu", 100), 3, 0);
  for (const LayerParameters<float>& layer : parameters) {
    const auto z = layer.weights.cast<double>().array() * std::sqrt(static_cast<double>(layer.weights.cols()) / 2);
    const auto n = static_cast<double>(z.size());
    EXPECT_LT(std::abs(z.sum()) / std::sqrt(n), 4.9);
    EXPECT_LT(std::abs((z * z - 1).sum()) / std::sqrt(2 * n), 4.9);
    EXPECT_EQ(layer.bias.cwiseAbs().maxCoeff(), 0.0F);
  }
}

TEST(ZeroGradient, HasTheShapesOfAllThatIsLearnt) {
  const NetworkSpec spec = build_network({2, 4, 4}, 3, std::vector<std::string>{"conv 5", "norm", "dense classes"});
  const NetworkGradient<double> gradient = zero_gradient<double>(spec);
  ASSERT_EQ(gradient.parameters.size(), 2U);
  EXPECT_EQ(gradient.parameters[0].weights, Matrix<double>::Zero(5, 18));
  EXPECT_EQ(gradient.parameters[1].weights, Matrix<double>::Zero(3, 20));
  EXPECT_EQ(gradient.parameters[1].bias, Vector<double>::Zero(3));
  ASSERT_EQ(gradient.normalisations.size(), 1U);
  EXPECT_EQ(gradient.normalisations[0].gamma, Vector<double>::Zero(5));
}

}  // namespace pass_test
}  // namespace ohmcarlo
