#pragma once
// A network all of whose products are read from arrays in training, forwards; backwards it is that of its float
// weights.

#include <memory>
#include <vector>

#include "base/stop.hpp"
#include "chip/named_samples.hpp"
#include "data/samples.hpp"
#include "network/pass.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

/// Widens `state.converters` to what the calibration samples of the training set need (calibration_walk): the full
/// scales of the inputs of all layers, and the ranges of their converters, from the largest |sum| of one read (or the
/// largest sum, AdcOptions::positive). Nothing becomes narrower, and a second call with the same weights changes
/// nothing. Layers are calibrated one after the other, without any noise. Inputs that can be negative get codes with a
/// sign, where the arrays leave that open.
void widen_converters(const NetworkSpec& spec, const ConverterOptions& options, const SampleSet& data,
                      const InputScaling& scaling, NetworkState<float>& state, const Poll& poll);

/// The weights of a network on arrays of cells without errors.
class ReadNetwork {
 public:
  /// `weight_layers`: of the network (NetworkSpec::weight_layers). `state`: with known scales; it must outlive this,
  /// and be as it is now. `reads`: key and replica of the noise of all reads.
  ReadNetwork(std::vector<Node> weight_layers, const ConverterOptions& options, const NetworkState<float>& state,
              const ChipKey& reads);
  ReadNetwork(const ReadNetwork&) = delete;
  ReadNetwork& operator=(const ReadNetwork&) = delete;
  ~ReadNetwork();

  /// Products and biases of one pass over these samples, whose noise is that of their numbers, whatever batch they are
  /// in; normalisations, dropout and sequences are for the caller. Valid until the next call.
  [[nodiscard]] PassWeights<float> pass(std::span<const std::uint32_t> numbers, const Sequences* sequences);

 private:
  class Read;

  std::vector<Node> weight_layers_;
  const NetworkState<float>& state_;
  NamedSamples samples_;
  std::vector<std::unique_ptr<Read>> reads_;
};

}  // namespace ohmcarlo
