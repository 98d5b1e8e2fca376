#include "gpu/network_stages.hpp"

#include <gtest/gtest.h>

#include "gpu/device_networks.hpp"
#include "network/operations.hpp"

namespace ohmcarlo::gpu {
namespace network_stages_test {

using Words = std::vector<std::string>;

TEST(StagesOfNetworks, JoinWhatFollowsALayer) {
  const auto network =
      small_device::network({36, 1, 1}, 5, {"dense 20", "norm", "relu", "dropout 0.2", "norm", "abs", "dense classes"});
  const std::vector<Stage> stages = stages_of(*network);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[0].weights, 0U);
  EXPECT_EQ(stages[0].curve, LayerCurve::relu);
  EXPECT_FALSE(stages[1].weights);  // a normalisation behind an activation
  EXPECT_EQ(stages[1].curve, LayerCurve::abs);
  EXPECT_EQ(stages[2].weights, 1U);
  EXPECT_EQ(stages[2].curve, LayerCurve::none);
  EXPECT_EQ(stages[2].in.channels, 20);
  EXPECT_EQ(stages[2].out.channels, 5);
}

TEST(StagesOfNetworks, HaveTheBiasWhereNothingIsNormalised) {
  const auto network = small_device::network({36, 1, 1}, 5, {"dense classes"});
  const Stage stage = stages_of(*network).front();
  EXPECT_EQ(stage.factor, std::vector<float>(5, 1));
  EXPECT_EQ(stage.offset, (std::vector<float>{-0.25F, -0.0625F, 0.125F, 0.3125F, 0.5F}));
}

TEST(StagesOfNetworks, FoldANormalisation) {
  const auto network = small_device::network({36, 1, 1}, 5, {"dense 3", "norm", "dense classes"});
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

TEST(StagesOfNetworks, OfDenseLayersSeeWholePlanes) {
  const auto network =
      small_device::network({2, 4, 6}, 5, {"conv 3 size 3", "relu", "max-pool 2", "flatten", "dense classes"});
  const std::vector<Stage> stages = stages_of(*network);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[0].in, (Planes{2, 4, 6}));
  EXPECT_EQ(stages[0].out, (Planes{3, 2, 4}));
  EXPECT_EQ(stages[0].patch(), 18);
  EXPECT_EQ(stages[0].curve, LayerCurve::relu);
  EXPECT_EQ(stages[1].pooling, Stage::Pooling::largest);
  EXPECT_FALSE(stages[1].finishes);
  EXPECT_EQ(stages[2].in, (Planes{3, 1, 2}));
  EXPECT_EQ(stages[2].window.size, (Pair{1, 2}));
  EXPECT_EQ(stages[2].patch(), 6);
}

// Squashed values are taken twice: the relu behind them has a stage of its own, and so have sums; what is normalised
// joins its sum, and no more.
TEST(StagesOfNetworks, NameTheirInputs) {
  const std::vector<Stage> stages = stages_of(*small_device::network(small_device::branched()));
  std::vector<std::vector<std::size_t>> inputs;
  for (const Stage& stage : stages) inputs.push_back(stage.inputs);
  EXPECT_EQ(inputs, (std::vector<std::vector<std::size_t>>{
                        {kNetworkInput}, {0}, {1}, {kNetworkInput}, {1, 3}, {4, 2}, {5, 0}, {6}}));
  EXPECT_EQ(stages[0].curve, LayerCurve::none);
  EXPECT_EQ(stages[1].curve, LayerCurve::tanh);
  EXPECT_EQ(stages[2].curve, LayerCurve::relu);
  EXPECT_EQ(stages[3].weights, 1U);
  EXPECT_EQ(stages[4].addition, -0.5);
  EXPECT_TRUE(stages[4].finishes);
  EXPECT_EQ(stages[5].addition, 1);
  EXPECT_FALSE(stages[5].finishes);
  EXPECT_EQ(stages[7].weights, 2U);
}

// What nobody takes is not worked out if it comes last, and does not hide what the network gives.
TEST(StagesOfNetworks, EndWithWhatTheNetworkGives) {
  NetworkSpec spec = build_network({4, 1, 1}, 5, Words{"dense 5"});
  Node aside = dense("aside", 5, 3);
  spec.add(std::move(aside));
  Node last = dropout("dropout", {5, 1, 1}, 0.5);
  last.inputs = {0};
  spec.add(std::move(last));
  const std::vector<Stage> stages = stages_of(*small_device::network(spec));
  ASSERT_EQ(stages.size(), 1U);
  EXPECT_EQ(stages[0].weights, 0U);
}

TEST(StagesOfNetworks, KeepTheBiasesOfGatesApart) {
  const auto network = small_device::network({3, 1, 1}, 5, {"lstm 2", "tanh", "last", "dense classes"});
  const std::vector<Stage> stages = stages_of(*network);
  ASSERT_EQ(stages.size(), 2U);
  EXPECT_TRUE(stages[0].is_lstm());
  EXPECT_EQ(stages[0].gate_bias.size(), 8U);
  EXPECT_EQ(stages[0].gate_bias[7], 0.5F);
  EXPECT_EQ(stages[0].offset, std::vector<float>(2, 0));
  EXPECT_EQ(stages[0].curve, LayerCurve::tanh);
  EXPECT_EQ(stages[0].patch(), 3);
  EXPECT_FALSE(stages[1].is_lstm());
  EXPECT_EQ(stages[1].in.channels, 2);
}

TEST(StagesOfNetworks, KnowTheirGroups) {
  const std::vector<Stage> stages =
      stages_of(*small_device::network({4, 6, 6}, 5, {"conv 8 size 3 groups 4", "relu", "flatten", "dense classes"}));
  EXPECT_EQ(stages[0].groups, 4);
  EXPECT_EQ(stages[0].patch(), 36);  // nine of one channel for each group
  EXPECT_EQ(stages[1].groups, 1);
}

TEST(NetworkProblem, NamesWhatDevicesDoNot) {
  const auto problem = [](const Planes& planes, const Words& layers) {
    return network_problem(build_network(planes, 5, layers));
  };
  EXPECT_EQ(network_problem(small::kSpec), "");
  for (const char* name : {"lenet5", "vgg8", "vgg16c", "resnet18"})
    EXPECT_EQ(problem({1, 32, 32}, named_layers(name)), "") << name;
  EXPECT_EQ(problem({5, 1, 1}, {"lstm 3", "last", "dense classes"}), "");
  EXPECT_EQ(problem({5, 1, 1}, {"lstm 3 table 64", "dense classes"}),
            "layer lstm1 (lstm with tables) is not for devices yet (allowed: dense layers, convolutions, lstm, last, "
            "residual "
            "blocks, poolings, flatten, norm, relu, abs, sigmoid, tanh, dropout)");
  EXPECT_EQ(problem({5, 1, 1}, {"lstm 3", "last", "lstm 5", "dense classes"}),
            "layer lstm2 takes frames behind a last frame, which is not for devices");
  EXPECT_EQ(problem({5, 1, 1}, {"relu", "dense classes"}),
            "networks that do not begin with weights are not for devices yet");
  EXPECT_EQ(problem({1, 6, 6}, {"conv 2 size 3", "flatten", "norm", "dense classes"}),
            "layer norm1 normalises planes that were flattened, which is not for devices yet");
  EXPECT_EQ(problem({5, 1, 1}, {"flatten"}), "networks without weights are not for devices");
  NetworkSpec with_images = build_network({5, 1, 1}, 5, Words{"dense 5"});
  with_images.add(addition("add", {5, 1, 1}, 0, kNetworkInput));
  EXPECT_EQ(network_problem(with_images), "networks that do not begin with weights are not for devices yet");
  EXPECT_THROW((void)stages_of({with_images, {}}), std::logic_error);
  NetworkSpec with_planes = build_network({1, 4, 4}, 16, Words{"conv 1 size 1"});
  const std::size_t planes = with_planes.layers.size() - 1;
  const std::size_t features = with_planes.add(dense("features", 16, 16));
  with_planes.add(addition("add", {16, 1, 1}, features, planes));
  EXPECT_EQ(network_problem(with_planes),
            "layer add adds planes to others, or to features, which is not for devices yet");
}

}  // namespace network_stages_test
}  // namespace ohmcarlo::gpu
