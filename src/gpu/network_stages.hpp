#pragma once
// A trained network as stages that a device carries out one after the other.

#include <optional>
#include <string>
#include <vector>

#include "chip/trained_network.hpp"
#include "gpu/layer_tasks.hpp"

namespace ohmcarlo::gpu {

/// First a product with a weight layer, an LSTM, a pooling, a sum of two inputs, or none of them; then values =
/// curve(values * factor + offset). Dense layers are convolutions whose window is the whole plane, and so is what LSTM
/// units make of a frame.
struct Stage {
  enum class Pooling : std::uint8_t { none, largest, mean };

  std::vector<std::size_t> inputs;     ///< numbers of stages, or kNetworkInput; two of a sum
  std::optional<std::size_t> weights;  ///< number of the weight layer; none: the stage has no product
  Pooling pooling = Pooling::none;
  Planes in, out;
  Window window;              ///< of the convolution or the pooling
  std::vector<float> factor;  ///< [out.channels]
  std::vector<float> offset;  ///< [out.channels]: the bias, and what a normalisation adds
  LayerCurve curve = LayerCurve::none;
  bool finishes = false;  ///< whether values * factor + offset and the curve change anything
  Index groups = 1;       ///< of a convolution: each multiplies channels of its own and gives channels of its own
  std::optional<double> addition = {};  ///< of a sum: the factor of its first input
  std::vector<float> gate_bias = {};    ///< [4 out.channels] of an LSTM; empty of other stages

  /// Whether the product sees a position of its input as it is: no patches have to be made.
  [[nodiscard]] bool multiplies_positions() const { return window == Window{} && in.positions() == out.positions(); }
  /// Numbers that the product multiplies at one place, those of all groups together.
  [[nodiscard]] Index patch() const { return in.channels * window.size.product(); }
  /// Whether it takes images, which are the same for all chips.
  [[nodiscard]] bool takes_images() const { return inputs.front() == kNetworkInput; }
  [[nodiscard]] bool is_lstm() const { return !gate_bias.empty(); }
};

/// Why a device cannot carry out the network, in words that end a sentence; empty if it can: dense layers,
/// convolutions, LSTM, sums of two branches, poolings, flattening, last frames, normalisations, relu, abs, sigmoid,
/// tanh and dropout, which begin with weights.
[[nodiscard]] std::string network_problem(const NetworkSpec& spec);

/// Stages come after those whose values they take; the last one gives what the network gives. Biases, normalisations in
/// evaluation and activations join the stage before them where nothing else takes its values. Dropout and
/// flattening do nothing, and neither does what takes the last frame of a recording: all frames go on, and that one is
/// scored. Throws std::logic_error where there is a network_problem.
[[nodiscard]] std::vector<Stage> stages_of(const TrainedNetwork& network);

}  // namespace ohmcarlo::gpu
