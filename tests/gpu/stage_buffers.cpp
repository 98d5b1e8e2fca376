#include "gpu/stage_buffers.hpp"

#include <gtest/gtest.h>

#include "gpu/device_networks.hpp"

namespace ohmcarlo::gpu {
namespace stage_buffers_test {

/// Who wrote last to each buffer, stage by stage: every stage must find the values of its inputs, and room for its own.
void expect_values_kept(const std::vector<Stage>& stages) {
  const StageBuffers found = share_buffers(stages);
  ASSERT_EQ(found.of_stage.size(), stages.size());
  std::vector<std::size_t> writer(found.values.size(), stages.size());
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    const std::size_t buffer = found.of_stage[stage];
    ASSERT_LT(buffer, found.values.size());
    EXPECT_GE(found.values[buffer], static_cast<std::size_t>(stages[stage].out.features()));
    for (const std::size_t input : stages[stage].inputs) {
      if (input == kNetworkInput) continue;
      EXPECT_EQ(writer[found.of_stage[input]], input) << stage;
      EXPECT_NE(found.of_stage[input], buffer) << stage;
    }
    writer[buffer] = stage;
  }
}

TEST(StageBuffers, OfAChainAreTwo) {
  const std::vector<Stage> stages = stages_of(*small_device::network(
      {36, 1, 1}, 5, {"dense 20", "relu", "dense 9", "relu", "dense 30", "relu", "dense 8", "dense classes"}));
  const StageBuffers found = share_buffers(stages);
  EXPECT_EQ(found.of_stage, (std::vector<std::size_t>{0, 1, 0, 1, 0}));
  EXPECT_EQ(found.values, (std::vector<std::size_t>{30, 9}));
  expect_values_kept(stages);
}

TEST(StageBuffers, KeepValuesUntilTheyAreTaken) {
  expect_values_kept(stages_of(*small_device::network(small_device::branched())));
  const std::vector<Stage> residual = stages_of(*small_device::network({1, 8, 8}, 5, named_layers("resnet18")));
  expect_values_kept(residual);
  EXPECT_EQ(share_buffers(residual).values.size(), 3U);  // a block's input, and two for what is made of it
}

TEST(StageBuffers, OfOneStageAreOne) {
  EXPECT_EQ(share_buffers(stages_of(*small_device::network({4, 1, 1}, 5, {"dense classes"}))).values,
            std::vector<std::size_t>{5});
}

}  // namespace stage_buffers_test
}  // namespace ohmcarlo::gpu
