#pragma once
// Calibration samples on their way through a network: weight layer after weight layer, batch after batch.

#include <functional>
#include <vector>

#include "chip/batch.hpp"
#include "chip/called_product.hpp"
#include "chip/named_samples.hpp"
#include "network/network.hpp"

namespace ohmcarlo {

/// What a weight layer does with the inputs x [rows, inputs] of a call in a pass over `samples`: fills y [rows, outputs
/// of the call's group].
using WalkedProduct =
    std::function<void(const NamedSamples& samples, NamedCall call, View<const float> x, View<float> y)>;

/// Holds what layers ahead still take of all samples, and what one batch makes of them.
class CalibrationWalk {
 public:
  /// The first `count` samples of `set`, `together` at a time. Network, state and set must outlive this, which is made
  /// and used up within one function.
  CalibrationWalk(const Network<float>& network, const NetworkState<float>& state, const SampleSet& set,
                  const InputScaling& scaling, std::size_t count, std::size_t together);

  /// Gives the inputs of the weight layer at place `layer` to `product`. Its outputs are forgotten.
  void show_inputs(std::size_t layer, const WalkedProduct& product);

  /// Runs all samples through layers [first, last), whose weight layer multiplies by `product`, and keeps what layers
  /// from `last` on take.
  void advance(std::size_t first, std::size_t last, const WalkedProduct& product);

 private:
  struct Part {
    NamedSamples samples;
    Activations<float> kept;  ///< outputs that layers ahead take
  };
  /// Runs one part through layers [first, last).
  void run_layers(Part& part, std::size_t first, std::size_t last, const WalkedProduct& product);

  const Network<float>& network_;
  const NetworkState<float>& state_;
  const SampleSet& set_;
  InputScaling scaling_;
  std::vector<std::size_t> last_use_;  ///< of each layer's outputs: the last layer that takes them
  std::vector<Part> parts_;
  Batch batch_;
};

}  // namespace ohmcarlo
