#pragma once
// A small network on defective arrays for the tests of deployment.

#include <numeric>

#include "chip/array_network.hpp"
#include "chip/small_network.hpp"
#include "deployment/deployment.hpp"

namespace ohmcarlo::small {

constexpr std::uint64_t kKey = 21;
inline const Poll kNoPoll = [] {};

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
  SampleSet training = images(400);
  EvaluationSet test{images(400)};  ///< the same, so that losses are those of training
  ArrayNetwork arrays{kSpec, state, options, training, test, kNoPoll, true};
  DeploymentImages seen{&training, {}, std::vector<std::uint32_t>(350)};

  explicit Chip(ArrayOptions array = defective(), std::uint32_t trial = 3) : options(std::move(array)) {
    std::iota(seen.training.begin(), seen.training.end(), 0U);
    arrays.program(kKey, 0, trial, kNoPoll);
  }
  Chip(const Chip&) = delete;
  Chip& operator=(const Chip&) = delete;

  [[nodiscard]] Batch batch(std::size_t count) const {
    std::vector<std::uint32_t> which(count);
    std::iota(which.begin(), which.end(), 0U);
    Batch filled;
    fill_batch(training, {}, which, filled);
    return filled;
  }
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
