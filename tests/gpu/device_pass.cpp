#include "gpu/device_pass.hpp"

#include <gtest/gtest.h>

#include "gpu/device_networks.hpp"
#include "gpu/host_twin.hpp"

namespace ohmcarlo::gpu {
namespace device_pass_test {

TEST(DevicePass, TakesTheBytesThatItSays) {
  constexpr GroupShape kShape{.chips = 3, .rows = 15, .lanes = 5};
  for (const std::vector<std::string>& layers :
       {std::vector<std::string>{"dense classes"},
        {"dense 20", "norm", "relu", "norm", "abs", "dense 3", "dense classes"},
        {"lstm 20", "dense 6", "lstm 7", "last", "dense classes"}}) {
    const auto device = std::make_shared<HostTwin>();
    const auto network = small_device::network({36, 1, 1}, 5, layers);
    const DevicePass pass(device, *network, kShape);
    EXPECT_EQ(device->used_bytes(), DevicePass::bytes(*network, kShape));
  }
}

TEST(GroupShape, DependsOnTheNetworkAlone) {
  const GroupShape perceptron = group_shape(*small_device::plain_network());
  EXPECT_EQ(perceptron.chips, 8U);
  EXPECT_EQ(perceptron.rows, 2048U);
  const GroupShape small =
      group_shape(*small_device::network({1, 6, 6}, 5, {"conv 3 size 3", "flatten", "dense classes"}));
  EXPECT_EQ(small.chips, 1U);
  EXPECT_EQ(small.rows, 1024U);
  // 1,024 positions of 64 x 9 values and 1 << 27 in all: 227 rows, in steps of 32.
  const GroupShape large = group_shape(*small_device::network(
      {1, 32, 32}, 5, {"conv 64 size 3 padding 1", "relu", "conv 2 size 3 padding 1", "flatten", "dense classes"}));
  EXPECT_EQ(large.rows, 224U);
  const GroupShape recordings = group_shape(*small_device::network({39, 1, 1}, 5, {"lstm 8", "dense classes"}));
  EXPECT_EQ(recordings.chips, 8U);
  EXPECT_EQ(recordings.rows, 4096U);
  EXPECT_EQ(recordings.lanes, 512U);
  const GroupShape both =
      group_shape(*small_device::network({1, 6, 6}, 5, {"conv 3 size 3", "flatten", "lstm 8", "dense classes"}));
  EXPECT_EQ(both.chips, 1U);
  EXPECT_EQ(both.rows % both.lanes, 0U);
  EXPECT_EQ(both.lanes, 32U);
}

TEST(DevicePass, RefusesGroupsThatNoLaunchHolds) {
  const auto device = std::make_shared<HostTwin>();
  for (const std::size_t chips : {0UL, 9UL})
    EXPECT_THROW(DevicePass(device, *small_device::plain_network(), {.chips = chips, .rows = 7}), std::logic_error);
  const auto recurrent = small_device::network({4, 1, 1}, 3, {"lstm 2", "dense classes"});
  for (const std::size_t lanes : {0UL, 3UL})
    EXPECT_THROW(DevicePass(device, *recurrent, {.rows = 7, .lanes = lanes}), std::logic_error);
}

// Every chip of a group with weights of its own, against passes of the processor.
TEST(DevicePass, GivesEveryChipItsOwnLogits) {
  const auto device = std::make_shared<HostTwin>();
  const auto network = small_device::network({4, 1, 1}, 3, {"dense 5", "sigmoid", "dense classes"});
  DevicePass pass(device, *network, {.chips = 2, .rows = 3});
  const Matrix<float> x = Matrix<float>::Random(3, 4);
  device->upload(pass.x(), x.data(), 12 * sizeof(float));
  std::vector<Parameters<float>> chips(2, network->state.parameters);
  for (LayerParameters<float>& layer : chips[1]) layer.weights *= -0.5F;
  std::vector<DeviceArray<float>> weights;
  for (std::size_t layer = 0; layer < 2; ++layer) {
    std::vector<float> both;
    for (const Parameters<float>& chip : chips)
      both.insert(both.end(), chip[layer].weights.data(), chip[layer].weights.data() + chip[layer].weights.size());
    weights.emplace_back(device, both);
  }
  Matrix<float> logits(3, 6);
  device->download(logits.data(), pass.run(std::vector<const float*>{weights[0].data(), weights[1].data()}),
                   18 * sizeof(float));
  for (Index chip = 0; chip < 2; ++chip) {
    const MatrixPass<float> here(chips[static_cast<std::size_t>(chip)]);
    Activations<float> activations;
    const Matrix<float> expected = Network<float>(network->spec).forward(x, here.weights(), activations).map();
    EXPECT_LE((logits.middleCols(3 * chip, 3) - expected).cwiseAbs().maxCoeff(), 1e-6F) << chip;
  }
}

}  // namespace device_pass_test
}  // namespace ohmcarlo::gpu
