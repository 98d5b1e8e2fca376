#include "gpu/device_pass.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace ohmcarlo::gpu {
namespace {

/// Numbers of the largest matrix between layers.
std::size_t most_values(const std::vector<Stage>& stages, const GroupShape& shape) {
  Index widest = 0;
  for (const Stage& stage : stages) widest = std::max(widest, stage.outputs);
  return shape.rows * shape.chips * static_cast<std::size_t>(widest);
}

}  // namespace

DevicePass::DevicePass(std::shared_ptr<Device> device, const TrainedNetwork& network, const GroupShape& shape)
    : device_(std::move(device)),
      shape_(shape),
      x_(device_, shape.rows * static_cast<std::size_t>(network.spec.inputs)) {
  require(shape.chips > 0 && shape.chips <= kChipsAtOnce && shape.rows > 0, "a group has chips and rows");
  const std::vector<Stage> stages = stages_of(network);
  for (const Stage& stage : stages) {
    DeviceStage& there = stages_.emplace_back();
    there.stage = {.weights = stage.weights,
                   .inputs = stage.inputs,
                   .outputs = stage.outputs,
                   .factor = {},
                   .offset = {},
                   .curve = stage.curve};
    there.factor = DeviceArray<float>(device_, stage.factor);
    there.offset = DeviceArray<float>(device_, stage.offset);
  }
  for (DeviceArray<float>& values : values_) values = DeviceArray<float>(device_, most_values(stages, shape));
}

std::size_t DevicePass::bytes(const TrainedNetwork& network, const GroupShape& shape) {
  const std::vector<Stage> stages = stages_of(network);
  std::size_t numbers = shape.rows * static_cast<std::size_t>(network.spec.inputs) + 2 * most_values(stages, shape);
  for (const Stage& stage : stages) numbers += stage.factor.size() + stage.offset.size();
  return numbers * sizeof(float);
}

const float* DevicePass::run(std::span<const float* const> weights) {
  const float* in = x_.data();
  std::size_t turn = 0;
  float* out = nullptr;
  for (const DeviceStage& there : stages_) {
    const Stage& stage = there.stage;
    if (stage.weights) {
      const bool first = in == x_.data();
      out = values_[turn++ % 2].data();
      device_->launch(Products{.x = in,
                               .weights = weights[*stage.weights],
                               .y = out,
                               .rows = shape_.rows,
                               .chips = shape_.chips,
                               .outputs = static_cast<std::uint64_t>(stage.outputs),
                               .inputs = static_cast<std::uint64_t>(stage.inputs),
                               .shared_inputs = first});
    }
    device_->launch(FinishLayer{.values = out,
                                .factor = there.factor.data(),
                                .offset = there.offset.data(),
                                .rows = shape_.rows,
                                .chips = shape_.chips,
                                .outputs = static_cast<std::uint64_t>(stage.outputs),
                                .curve = stage.curve});
    in = out;
  }
  return out;
}

}  // namespace ohmcarlo::gpu
