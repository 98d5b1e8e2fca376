#pragma once
// A network all of whose products go through converters in training, and what it knows of them.

#include <memory>
#include <vector>

#include "base/stop.hpp"
#include "data/samples.hpp"
#include "network/pass.hpp"
#include "training/converted_product.hpp"

namespace ohmcarlo {

/// The scales of a network that is to be trained through such converters, not known yet: all 0.
[[nodiscard]] ConverterScales<float> initial_converters(const NetworkSpec& spec, const ConverterOptions& options);

/// Fixes what an epoch needs of `state.converters`, from the first samples of the training set (as many as
/// ArrayNetwork::kCalibrationImages) through the network of `rounded` parameters: the full scale of the inputs of every
/// layer, which is the largest of them unless the arrays fix it, and the scale of converters that have none yet: the
/// largest sum over the largest code. Layers are calibrated one after the other, behind converters without noise.
/// Throws BadUsage for a layer whose inputs can be negative.
void fix_converters(const NetworkSpec& spec, const ConverterOptions& options, const Parameters<float>& rounded,
                    const SampleSet& data, const InputScaling& scaling, NetworkState<float>& state, const Poll& poll);

/// The products of one pass. Keeps references to `state`, which must outlive it.
class ConvertedNetwork {
 public:
  /// `weight_layers`: of the network. `rounded`: their weights, as the passes use them. `form`: of layers with
  /// converters. `chip`: key and replica of all noise. `images`: names of the images of the batch.
  ConvertedNetwork(const std::vector<Node>& weight_layers, const ConverterOptions& options, ConversionForm form,
                   const Parameters<float>& rounded, const NetworkState<float>& state, const ChipKey& chip,
                   std::span<const std::uint32_t> images, bool with_way_back);

  /// Products and biases of a pass; normalisations and dropout are for the caller.
  [[nodiscard]] PassWeights<float> pass() const;
  /// Adds the derivatives by the logarithms of the scales to `gradient`, one a weight layer.
  void add_scale_gradients(Vector<float>& gradient) const;

 private:
  std::vector<std::unique_ptr<const ConvertedProduct>> products_;
  const NetworkState<float>& state_;
};

}  // namespace ohmcarlo
