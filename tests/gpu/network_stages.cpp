#include "gpu/network_stages.hpp"

#include <gtest/gtest.h>

#include "gpu/dense_networks.hpp"
#include "network/operations.hpp"

namespace ohmcarlo::gpu {
namespace network_stages_test {

using Words = std::vector<std::string>;

TEST(StagesOfNetworks, JoinWhatFollowsALayer) {
  const auto network =
      small_dense::network(36, 5, {"dense 20", "norm", "relu", "dropout 0.2", "norm", "abs", "dense classes"});
  const std::vector<Stage> stages = stages_of(*network);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[0].weights, 0U);
  EXPECT_EQ(stages[0].curve, LayerCurve::relu);
  EXPECT_FALSE(stages[1].weights);  // a normalisation behind an activation
  EXPECT_EQ(stages[1].curve, LayerCurve::abs);
  EXPECT_EQ(stages[2].weights, 1U);
  EXPECT_EQ(stages[2].curve, LayerCurve::none);
  EXPECT_EQ(stages[2].inputs, 20);
  EXPECT_EQ(stages[2].outputs, 5);
}

TEST(StagesOfNetworks, HaveTheBiasWhereNothingIsNormalised) {
  const auto network = small_dense::network(36, 5, {"dense classes"});
  const Stage stage = stages_of(*network).front();
  EXPECT_EQ(stage.factor, std::vector<float>(5, 1));
  EXPECT_EQ(stage.offset, (std::vector<float>{-0.25F, -0.0625F, 0.125F, 0.3125F, 0.5F}));
}

TEST(StagesOfNetworks, FoldANormalisation) {
  const auto network = small_dense::network(36, 5, {"dense 3", "norm", "dense classes"});
  const Stage stage = stages_of(*network).front();
  const auto& norm = network->state.normalisations.parameters[0];
  const auto& running = network->state.normalisations.running[0];
  for (Index i = 0; i < 3; ++i) {
    const double scale = norm.gamma(i) / std::sqrt(running.variance(i) + 1e-5);
    const double bias = network->state.parameters[0].bias(i);
    EXPECT_NEAR(stage.factor[static_cast<std::size_t>(i)], scale, 1e-6);
    EXPECT_NEAR(stage.offset[static_cast<std::size_t>(i)], (bias - running.mean(i)) * scale + norm.beta(i), 1e-6);
  }
}

TEST(NetworkProblem, NamesWhatDevicesDoNot) {
  EXPECT_EQ(network_problem(small::kSpec), "");
  EXPECT_EQ(
      network_problem(build_network({1, 6, 6}, 5, Words{"conv 2 size 3", "flatten", "dense classes"})),
      "layer conv1 (convolution) is not for devices yet (allowed: dense layers, normalisations, relu, abs, sigmoid, "
      "tanh, dropout)");
  EXPECT_EQ(network_problem(build_network({5, 1, 1}, 5, Words{"relu", "dense classes"})),
            "networks that do not begin with a dense layer are not for devices yet");
  NetworkSpec branched = build_network({5, 1, 1}, 5, Words{"dense 5", "dense classes"});
  branched.layers[1].inputs = {kNetworkInput};
  EXPECT_EQ(network_problem(branched), "layer dense2 does not follow the one before it, which is not for devices yet");
  EXPECT_THROW((void)stages_of({branched, {}}), std::logic_error);
}

}  // namespace network_stages_test
}  // namespace ohmcarlo::gpu
