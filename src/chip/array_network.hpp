#pragma once
// A trained network whose weights sit on arrays: prepared once, then programmed and evaluated chip after chip.

#include <cstdint>
#include <optional>
#include <vector>

#include "base/stop.hpp"
#include "chip/evaluation_set.hpp"
#include "crossbar/array_layer.hpp"
#include "crossbar/output_correction.hpp"
#include "network/loss.hpp"
#include "network/network.hpp"

namespace ohmcarlo {

/// What became of one weight layer of one chip.
struct ArrayLayerOutcome {
  double correlation = 0;  ///< Pearson's, of the layer's products with those of the clean network, over the first
                           ///< kCorrelationImages images; NaN if either does not vary
  double saturation = 0;   ///< share of the conversions that the range clipped; NaN without converters
  ProgramReport cells;
};

struct ArrayOutcome {
  Tally tally;
  std::vector<ArrayLayerOutcome> layers;  ///< of the weight layers
};

class ArrayNetwork {
 public:
  static constexpr std::size_t kCalibrationImages = 1000;
  static constexpr std::size_t kCorrelationImages = 1000;
  static constexpr std::size_t kCalibrationSequences = 100;
  static constexpr std::size_t kBatchBytes = std::size_t{128} << 20;

  /// Maps the weights, which must be finite, and fixes all scales layer by layer: the first kCalibrationImages of
  /// `training`, in data-set order and scaled like the test images, go through ideal cells, each layer seeing what the
  /// calibrated ones before it make. Biases and normalisations are digital. Of patches and what a batch makes of them
  /// at most kBatchBytes are held, or what one image needs; besides, while calibrating, the inputs of two successive
  /// weight layers for all calibration images. Of sequences the first kCalibrationSequences are taken, all together;
  /// cells (an lstm) are calibrated with the states that their clean weights make. Padding is never read.
  /// With `range_from`, the scales of another network of these shapes, converters have the ranges of that one; throws
  /// std::runtime_error if its inputs are coded in another way.
  /// `options`, `test` and `state` must outlive this. Cells can be written one by one (ArrayLayer::rewrite) if
  /// `keep_planes`. Throws std::runtime_error if the ideal chain does not compute what it should (check_chain).
  ArrayNetwork(const NetworkSpec& spec, const NetworkState<float>& state, const ArrayOptions& options,
               const SampleSet& training, const EvaluationSet& test, const Poll& poll, bool keep_planes = false,
               const std::vector<LayerScales>* range_from = nullptr);

  /// Programs chip number `trial` of `replica`; corrections of the chip before it are forgotten.
  void program(std::uint64_t key, std::uint32_t replica, std::uint32_t trial, const Poll& poll);
  /// Runs all test images through the chip that was programmed last, and whatever was done to it since.
  [[nodiscard]] ArrayOutcome test(const Poll& poll) const;
  /// Both.
  [[nodiscard]] ArrayOutcome evaluate(std::uint64_t key, std::uint32_t replica, std::uint32_t trial, const Poll& poll) {
    program(key, replica, trial, poll);
    return test(poll);
  }

  /// The scales of every weight layer.
  [[nodiscard]] const std::vector<LayerScales>& scales() const { return scales_; }

  // What deployment does with the chip between programming and test; weight layers count from 0.

  [[nodiscard]] const Network<float>& network() const { return network_; }
  /// The clean network.
  [[nodiscard]] const NetworkState<float>& state() const { return *state_; }
  [[nodiscard]] std::size_t layers() const { return layers_.size(); }
  [[nodiscard]] ArrayLayer& layer(std::size_t i) { return layers_[i]; }
  [[nodiscard]] const ArrayLayer& layer(std::size_t i) const { return layers_[i]; }
  /// Of the chip that was programmed last, for its layer `i`.
  [[nodiscard]] const ChipKey& chip(std::size_t i) const { return chips_[i]; }
  [[nodiscard]] std::optional<OutputCorrection>& correction(std::size_t i) { return corrections_[i]; }
  [[nodiscard]] const std::optional<OutputCorrection>& correction(std::size_t i) const { return corrections_[i]; }
  /// y [rows, outputs] = x [rows, inputs] times the weights of layer `i` as the chip computes it, corrected if it has a
  /// correction.
  void read(std::size_t i, View<const float> x, const RowNames& rows, const ChipKey& reads, View<float> y,
            const Poll& poll, ConversionCounts* counts = nullptr) const;

 private:
  void calibrate_layers(const SampleSet& training, const Poll& poll, const std::vector<LayerScales>* range_from);
  void calibrate_on_sequences(const SampleSet& training, const Poll& poll, const std::vector<LayerScales>* range_from);

  Network<float> network_;
  const NetworkState<float>* state_;
  const ArrayOptions* options_;
  const EvaluationSet* test_;
  std::size_t batch_;  ///< images that go through the network together; changes neither results nor reads
  std::vector<ArrayLayer> layers_;
  std::vector<Node> specs_;  ///< of layers_
  std::vector<LayerScales> scales_;
  // Of the chip that was programmed last:
  std::vector<ChipKey> chips_;
  std::vector<ProgramReport> reports_;
  std::vector<std::optional<OutputCorrection>> corrections_;
};

}  // namespace ohmcarlo
