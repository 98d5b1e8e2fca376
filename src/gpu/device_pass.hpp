#pragma once
// A batch of rows through the network of several chips, on a device.

#include <memory>
#include <span>
#include <vector>

#include "gpu/device.hpp"
#include "gpu/network_stages.hpp"
#include "gpu/recording_lanes.hpp"
#include "gpu/stage_buffers.hpp"

namespace ohmcarlo::gpu {

/// How many chips and rows go through a network together. Both are fixed for good, since sizes of products may decide
/// how they are rounded: fewer chips are filled up with spare ones, fewer rows with zeros, and neither what is in
/// flight nor how much memory there is changes the answers of a chip.
struct GroupShape {
  std::size_t chips = kChipsAtOnce;  ///< 1 to kChipsAtOnce
  std::size_t rows = 2048;
  std::size_t lanes = 0;  ///< of recordings, for networks that take them; a divisor of `rows`

  [[nodiscard]] LaneShape in_lanes() const { return {.lanes = lanes, .rows = lanes > 0 ? rows : 0}; }
};

/// The shape for a network, which depends on nothing else: 8 chips and 2,048 rows of a perceptron; of convolutions one
/// chip, and as many rows, 32 to 1,024, as have patches of half a gigabyte. Recordings have 512 lanes and 8 steps, with
/// convolutions 32 lanes.
[[nodiscard]] GroupShape group_shape(const TrainedNetwork& network);

class DevicePass {
 public:
  /// Throws std::logic_error where there is a network_problem.
  DevicePass(std::shared_ptr<Device> device, const TrainedNetwork& network, const GroupShape& shape);

  /// Bytes that one takes on a device.
  [[nodiscard]] static std::size_t bytes(const TrainedNetwork& network, const GroupShape& shape);

  /// What goes in: [rows, inputs of the network], the same for all chips.
  [[nodiscard]] float* x() const { return x_.data(); }

  /// Lanes begin anew: there is no recording that goes on.
  void begin();

  /// The logits [rows, chips * classes] of x(), valid until the next call. weights[i]: [chips, outputs, inputs] of
  /// weight layer i. Of lanes, x() and the logits are [steps, lanes, ...], and `ends` [rows] has RecordingLanes::ends.
  [[nodiscard]] const float* run(std::span<const float* const> weights, const std::uint8_t* ends = nullptr);

 private:
  struct DeviceStage {
    Stage stage;
    DeviceArray<float> factor, offset;
    DeviceArray<float> gate_bias, cell, state;  ///< of LSTM units: [4 hidden], and [lanes, chips * hidden] twice
  };
  /// Puts the stage's product or pooling of `in` into `out`.
  void launch_window(const Stage& stage, const float* in, std::span<const float* const> weights, float* out);
  void launch_addition(const Stage& stage, const float* first, const float* second, float* sum);
  /// The steps of LSTM units, from what their product made of all frames.
  void launch_steps(const DeviceStage& there, std::span<const float* const> weights, const std::uint8_t* ends,
                    float* out);
  void launch_finish(const DeviceStage& there, const float* from, float* values);

  std::shared_ptr<Device> device_;
  GroupShape shape_;
  std::vector<DeviceStage> stages_;
  DeviceArray<float> x_;
  StageBuffers buffers_;
  std::vector<DeviceArray<float>> values_;  ///< of the buffers: what comes out of stages
  DeviceArray<float> patches_;              ///< what a convolution multiplies
  DeviceArray<float> sums_;                 ///< what LSTM units are given: [rows, chips * 4 hidden]
};

}  // namespace ohmcarlo::gpu
