#pragma once
// A trained network whose weights sit on arrays: prepared once, then programmed and evaluated chip after chip.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/stop.hpp"
#include "chip/array_reads.hpp"
#include "chip/calibration_walk.hpp"
#include "chip/chips.hpp"
#include "chip/clean_products.hpp"
#include "chip/evaluation_set.hpp"
#include "chip/trained_network.hpp"
#include "crossbar/array_layer.hpp"
#include "crossbar/output_correction.hpp"

namespace ohmcarlo {

struct ArrayNetworkOptions {
  ArrayOptions arrays;
  bool keep_planes = false;  ///< so that cells can be written one by one (ArrayLayer::rewrite)
  /// The scales of another network of these shapes, whose converter ranges are taken; none: ranges are calibrated.
  std::optional<std::vector<LayerScales>> range_from{};
  /// Who reads the chips of this network, and of no other one, once ranges are calibrated; null: the processor.
  std::shared_ptr<ArrayReads> reads{};
};

class ArrayNetwork {
 public:
  static constexpr std::size_t kCalibrationImages = 1000;
  static constexpr std::size_t kCorrelationImages = 1000;
  static constexpr std::size_t kCalibrationSequences = 100;
  static constexpr std::size_t kBatchBytes = std::size_t{128} << 20;

  /// Maps the weights and fixes all scales (calibrate_layers): the first kCalibrationImages of `training`, in data-set
  /// order and scaled like the test images, or the first kCalibrationSequences, all together. Of patches and what a
  /// batch makes of them at most kBatchBytes are held, or what one image needs; besides, while calibrating, the inputs
  /// of two successive weight layers for all calibration images; afterwards as much again of clean products.
  /// `training` is not needed afterwards.
  ArrayNetwork(std::shared_ptr<const TrainedNetwork> network, ArrayNetworkOptions options, const SampleSet& training,
               std::shared_ptr<const EvaluationSet> test, const Poll& poll);

  /// Programs the chip of this lineage at the addresses of number `trial` of `replica`; its reads have the key of its
  /// last move, or its own if it has none. Corrections of the chip before it are forgotten. Throws std::runtime_error
  /// if what programming realises contradicts what was asked for.
  void program(Lineage chip, std::uint32_t replica, std::uint32_t trial, const Poll& poll);

  /// Runs the test images with these numbers through the chip that was programmed last, and whatever was done to it
  /// since. The outcome's deployment is empty.
  [[nodiscard]] ChipOutcome evaluate(std::span<const std::uint32_t> images, const Poll& poll) const;
  /// The same with answers in place of a tally: Chips::evaluate_each of this chip.
  [[nodiscard]] ChipOutcome answer(std::span<const std::uint32_t> images, const Poll& poll) const;
  /// Chips::logits of that chip.
  [[nodiscard]] LabelledLogits logits(std::span<const std::uint32_t> images, const Poll& poll) const;
  /// What that chip holds of weight layer `i`: its cells, kept or not.
  [[nodiscard]] LayerContent content(std::size_t i) const;

  /// The scales of every weight layer.
  [[nodiscard]] const std::vector<LayerScales>& scales() const { return scales_; }
  [[nodiscard]] const EvaluationSet& test() const { return *test_; }

  // What deployment does with the chip between programming and evaluation; weight layers count from 0.

  [[nodiscard]] const Network<float>& network() const { return network_; }
  /// The clean network's values.
  [[nodiscard]] const NetworkState<float>& state() const { return trained_->state; }
  [[nodiscard]] std::size_t layers() const { return layers_.size(); }
  [[nodiscard]] ArrayLayer& layer(std::size_t i) { return layers_[i]; }
  [[nodiscard]] const ArrayLayer& layer(std::size_t i) const { return layers_[i]; }
  /// Whose noise layer `i` has: that of the chip that was programmed last.
  [[nodiscard]] const ChipKey& chip(std::size_t i) const { return chips_[i]; }
  [[nodiscard]] std::optional<OutputCorrection>& correction(std::size_t i) { return corrections_[i]; }
  [[nodiscard]] const std::optional<OutputCorrection>& correction(std::size_t i) const { return corrections_[i]; }
  /// y [rows, outputs of a group] = x [rows, inputs] times the weights of group rows.group of layer `i` as the chip
  /// computes it, corrected if it has a correction.
  void read(std::size_t i, View<const float> x, const RowNames& rows, const ChipKey& reads, View<float> y,
            const Poll& poll, ConversionCounts* counts = nullptr) const;

 private:
  /// Is given the logits of one batch, whose first image has place `first` in its list, and the outcome to fill.
  using TakeLogits =
      std::function<void(std::size_t first, View<const float> logits, const Batch& batch, ChipOutcome& outcome)>;
  [[nodiscard]] ChipOutcome run(std::span<const std::uint32_t> images, const Poll& poll, const TakeLogits& take) const;
  /// What the clean weight layers make of inputs x of the network.
  void record_clean(View<const float> x, const Sequences* sequences, Activations<float>& activations,
                    LayerProducts& made) const;

  std::shared_ptr<const TrainedNetwork> trained_;
  std::shared_ptr<const EvaluationSet> test_;
  Network<float> network_;
  std::size_t batch_;  ///< images that go through the network together; changes neither results nor reads
  std::vector<ArrayLayer> layers_;
  std::vector<Node> specs_;  ///< of layers_
  std::vector<LayerScales> scales_;
  std::shared_ptr<ArrayReads> reads_;         ///< null: the processor
  mutable CleanProducts clean_{kBatchBytes};  ///< of the images that correlations are about
  // Of the chip that was programmed last:
  Lineage lineage_;
  std::vector<ChipKey> chips_;  ///< of its reads
  std::vector<ProgramReport> reports_;
  std::vector<std::optional<OutputCorrection>> corrections_;
};

/// The first ArrayNetwork::kCalibrationImages of a training set, `batch` at a time, or its first
/// ArrayNetwork::kCalibrationSequences, all together. Network, state and set must outlive the walk.
[[nodiscard]] CalibrationWalk calibration_walk(const Network<float>& network, const NetworkState<float>& state,
                                               const SampleSet& training, const InputScaling& scaling,
                                               std::size_t batch);

}  // namespace ohmcarlo
