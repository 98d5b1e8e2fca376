#include "gpu/device_pass.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace ohmcarlo::gpu {
namespace {

constexpr std::uint64_t kMostThreads = std::uint64_t{1} << 32;  // of a task, one for each number that it makes

/// Numbers of the largest matrices of a pass, of one row.
struct RowNumbers {
  std::size_t values = 0;   ///< of a chip
  std::size_t patches = 0;  ///< of a chip
  std::size_t sums = 0;     ///< of a chip, for LSTM units
};

std::uint64_t unsigned_number(Index index) {
  return static_cast<std::uint64_t>(index);
}

/// Whether patches have to be made for a product. Positions of images lie apart, and chips do not share what groups
/// multiply.
bool needs_patches(const Stage& stage) {
  const bool as_it_lies = !stage.takes_images() || (stage.in.positions() == 1 && stage.groups == 1);
  return stage.weights && !(stage.multiplies_positions() && as_it_lies);
}

RowNumbers numbers_of_row(const std::vector<Stage>& stages) {
  RowNumbers most;
  for (const Stage& stage : stages) {
    most.values = std::max(most.values, static_cast<std::size_t>(stage.out.features()));
    most.sums = std::max(most.sums, stage.gate_bias.size());
    if (needs_patches(stage))
      most.patches = std::max(most.patches, static_cast<std::size_t>(stage.out.positions() * stage.patch()));
  }
  return most;
}

SlidingWindow sliding_window(const Stage& stage) {
  const auto number = [](Index index) { return static_cast<std::int32_t>(index); };
  return {.channels = number(stage.in.channels),
          .height = number(stage.in.height),
          .width = number(stage.in.width),
          .out_height = number(stage.out.height),
          .out_width = number(stage.out.width),
          .rows = number(stage.window.size.rows),
          .columns = number(stage.window.size.columns),
          .row_stride = number(stage.window.stride.rows),
          .column_stride = number(stage.window.stride.columns),
          .row_padding = number(stage.window.padding.rows),
          .column_padding = number(stage.window.padding.columns)};
}

}  // namespace

GroupShape group_shape(const TrainedNetwork& network) {
  constexpr std::size_t kMostPatches = std::size_t{1} << 27, kFewest = 32, kMost = 1024;
  constexpr std::size_t kRecordings = 512, kSteps = 8;  // side by side, in a batch
  const std::size_t patches = numbers_of_row(stages_of(network)).patches;
  const bool recordings = network.spec.takes_sequences();
  if (patches == 0) return recordings ? GroupShape{.rows = kRecordings * kSteps, .lanes = kRecordings} : GroupShape{};
  return {.chips = 1,
          .rows = std::clamp(kMostPatches / patches / kFewest * kFewest, kFewest, kMost),
          .lanes = recordings ? kFewest : 0};
}

DevicePass::DevicePass(std::shared_ptr<Device> device, const TrainedNetwork& network, const GroupShape& shape)
    : device_(std::move(device)),
      shape_(shape),
      x_(device_, shape.rows * static_cast<std::size_t>(network.spec.inputs)) {
  require(shape.chips > 0 && shape.chips <= kChipsAtOnce && shape.rows > 0, "a group has chips and rows");
  const std::vector<Stage> stages = stages_of(network);
  for (const Stage& stage : stages) {
    DeviceStage& there = stages_.emplace_back();
    there.stage = stage;
    there.factor = DeviceArray<float>(device_, stage.factor);
    there.offset = DeviceArray<float>(device_, stage.offset);
    if (!stage.is_lstm()) continue;
    require(shape.lanes > 0 && shape.rows % shape.lanes == 0, "recordings have lanes");
    there.gate_bias = DeviceArray<float>(device_, stage.gate_bias);
    for (DeviceArray<float>* values : {&there.cell, &there.state})
      *values = DeviceArray<float>(device_, shape.lanes * shape.chips * unsigned_number(stage.out.channels));
  }
  const RowNumbers row = numbers_of_row(stages);
  const std::size_t of_chip = std::max({row.values, row.patches, row.sums});
  require(shape.rows * std::max(shape.chips * of_chip, x_.size() / shape.rows) < kMostThreads,
          "a batch has fewer than 2^32 values");
  buffers_ = share_buffers(stages);
  for (const std::size_t values : buffers_.values) values_.emplace_back(device_, shape.rows * shape.chips * values);
  patches_ = DeviceArray<float>(device_, shape.rows * shape.chips * row.patches);
  sums_ = DeviceArray<float>(device_, shape.rows * shape.chips * row.sums);
  begin();
}

std::size_t DevicePass::bytes(const TrainedNetwork& network, const GroupShape& shape) {
  const std::vector<Stage> stages = stages_of(network);
  const RowNumbers row = numbers_of_row(stages);
  std::size_t of_chip = row.patches + row.sums;
  for (const std::size_t values : share_buffers(stages).values) of_chip += values;
  std::size_t numbers = shape.rows * (static_cast<std::size_t>(network.spec.inputs) + shape.chips * of_chip);
  for (const Stage& stage : stages) {
    numbers += stage.factor.size() + stage.offset.size() + stage.gate_bias.size();
    if (stage.is_lstm()) numbers += 2 * shape.lanes * shape.chips * unsigned_number(stage.out.channels);
  }
  return numbers * sizeof(float);
}

void DevicePass::begin() {
  for (DeviceStage& there : stages_) {
    if (!there.stage.is_lstm()) continue;
    there.cell.clear();
    there.state.clear();
  }
}

const float* DevicePass::run(std::span<const float* const> weights, const std::uint8_t* ends) {
  float* out = nullptr;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const Stage& stage = stages_[i].stage;
    const auto input = [&](std::size_t number) -> const float* {
      const std::size_t from = stage.inputs[number];
      return from == kNetworkInput ? x_.data() : values_[buffers_.of_stage[from]].data();
    };
    out = values_[buffers_.of_stage[i]].data();
    const float* made = out;
    if (stage.weights || stage.pooling != Stage::Pooling::none)
      launch_window(stage, input(0), weights, stage.is_lstm() ? sums_.data() : out);
    else if (stage.addition)
      launch_addition(stage, input(0), input(1), out);
    else
      made = input(0);
    if (stage.is_lstm()) launch_steps(stages_[i], weights, ends, out);
    if (stage.finishes) launch_finish(stages_[i], made, out);
  }
  return out;
}

void DevicePass::launch_addition(const Stage& stage, const float* first, const float* second, float* sum) {
  device_->launch(AddValues{.first = first,
                            .second = second,
                            .sum = sum,
                            .count = shape_.rows * shape_.chips * unsigned_number(stage.out.features()),
                            .factor = static_cast<float>(*stage.addition)});
}

void DevicePass::launch_window(const Stage& stage, const float* in, std::span<const float* const> weights, float* out) {
  const bool shared = stage.takes_images() && stage.groups == 1;
  const auto positions = unsigned_number(stage.in.positions());
  const auto channels = unsigned_number(stage.in.channels);
  const PlaneLayout layout = stage.takes_images() ? PlaneLayout::of_images(positions, channels)
                                                  : PlaneLayout::of_values(positions, shape_.chips, channels);
  if (!stage.weights) {
    device_->launch(PoolPlanes{.planes = in,
                               .pooled = out,
                               .window = sliding_window(stage),
                               .layout = layout,
                               .rows = shape_.rows,
                               .chips = shape_.chips,
                               .largest = stage.pooling == Stage::Pooling::largest});
    return;
  }
  const bool patched = needs_patches(stage);
  if (patched)
    device_->launch(GatherPatches{.planes = in,
                                  .patches = patches_.data(),
                                  .window = sliding_window(stage),
                                  .layout = layout,
                                  .rows = shape_.rows,
                                  .chips = shared ? 1 : shape_.chips});
  // Groups lie side by side as chips do: each is a block of the inputs, of the outputs, and of the rows of the weights.
  const std::uint64_t groups = unsigned_number(stage.groups), frame = unsigned_number(stage.patch()) / groups;
  const std::uint64_t outputs = unsigned_number(stage.out.channels);
  device_->launch(Products{.x = patched ? patches_.data() : in,
                           .weights = weights[*stage.weights],
                           .y = out,
                           .rows = shape_.rows * unsigned_number(stage.out.positions()),
                           .chips = shape_.chips * groups,
                           .outputs = stage.is_lstm() ? 4 * outputs : outputs / groups,
                           .inputs = frame,
                           .shared_inputs = shared,
                           .weights_width = stage.is_lstm() ? frame + outputs : frame});
}

void DevicePass::launch_steps(const DeviceStage& there, std::span<const float* const> weights, const std::uint8_t* ends,
                              float* out) {
  const std::uint64_t hidden = unsigned_number(there.stage.out.channels), frame = unsigned_number(there.stage.patch());
  for (std::size_t row = 0; row < shape_.rows; row += shape_.lanes) {
    float* sums = sums_.data() + row * shape_.chips * 4 * hidden;
    device_->launch(Products{.x = there.state.data(),
                             .weights = weights[*there.stage.weights] + frame,
                             .y = sums,
                             .rows = shape_.lanes,
                             .chips = shape_.chips,
                             .outputs = 4 * hidden,
                             .inputs = hidden,
                             .weights_width = frame + hidden,
                             .adds = true});
    device_->launch(LstmStep{.sums = sums,
                             .bias = there.gate_bias.data(),
                             .ends = ends + row,
                             .cell = there.cell.data(),
                             .state = there.state.data(),
                             .y = out + row * shape_.chips * hidden,
                             .lanes = shape_.lanes,
                             .chips = shape_.chips,
                             .hidden = hidden});
  }
}

void DevicePass::launch_finish(const DeviceStage& there, const float* from, float* values) {
  device_->launch(FinishLayer{.from = from,
                              .values = values,
                              .factor = there.factor.data(),
                              .offset = there.offset.data(),
                              .rows = shape_.rows * unsigned_number(there.stage.out.positions()),
                              .chips = shape_.chips,
                              .outputs = unsigned_number(there.stage.out.channels),
                              .curve = there.stage.curve});
}

}  // namespace ohmcarlo::gpu
