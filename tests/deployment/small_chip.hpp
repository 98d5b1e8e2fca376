#pragma once
// A small network on defective arrays for the tests of deployment.

#include <numeric>

#include "chip/array_network.hpp"
#include "chip/small_network.hpp"
#include "chip/whole_set.hpp"
#include "deployment/deployment.hpp"

namespace ohmcarlo::small {

/// Mid-point pairs of analog cells, a tenth of which is defective.
inline ArrayOptions defective(double rate = 0.1) {
  ArrayOptions options;
  options.format.mapping = Mapping::mid_point;
  options.cells.range = {83.3e-6, 1e-3, 1};
  options.cells.defects = Defects{.rate = rate};
  options.dac.coding.encoding = InputEncoding::automatic;
  return options;
}

/// One chip of it, programmed.
struct Chip {
  ArrayOptions options;
  NetworkState<float> state{parameters(), {}};
  std::shared_ptr<const SampleSet> training;
  /// The first 400 images, so that losses are those of training.
  std::shared_ptr<const EvaluationSet> test = evaluation_set(images(400));
  ArrayNetwork arrays{trained_network(kSpec, state), {options, true}, *training, test, kNoPoll};
  DeploymentImages seen{training, {}, std::vector<std::uint32_t>(350)};

  explicit Chip(ArrayOptions array = defective(), std::uint32_t trial = 3, SampleSet training_images = images(400))
      : options(std::move(array)), training(std::make_shared<const SampleSet>(std::move(training_images))) {
    std::iota(seen.training.begin(), seen.training.end(), 0U);
    arrays.program(kKey, 0, trial, kNoPoll);
  }
  Chip(const Chip&) = delete;
  Chip& operator=(const Chip&) = delete;

  [[nodiscard]] Batch batch(std::size_t count) const {
    std::vector<std::uint32_t> which(count);
    std::iota(which.begin(), which.end(), 0U);
    Batch filled;
    fill_batch(*training, {}, which, filled);
    return filled;
  }
  /// Summed loss over all test images.
  [[nodiscard]] double loss() const { return evaluate_all(arrays, kNoPoll).tally.loss_sum; }
  /// Realised steps [outputs, inputs] of a layer's cells.
  [[nodiscard]] Matrix<float> cells(std::size_t layer, bool negative) const {
    return arrays.layer(layer).plane(0, negative);
  }
  [[nodiscard]] std::vector<std::uint8_t> kinds(std::size_t layer, bool negative) const {
    Address address = arrays.chip(layer).address;
    address.negative = negative;
    return cell_kinds(options.cells, arrays.layer(layer).plane_shape(), kKey, address);
  }
};

}  // namespace ohmcarlo::small
