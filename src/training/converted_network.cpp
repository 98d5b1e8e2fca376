#include "training/converted_network.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "chip/array_calibration.hpp"
#include "chip/array_network.hpp"

namespace ohmcarlo {
namespace {

/// Samples that go through the network together in calibration.
constexpr std::size_t kTogether = 100;

TrainedScale scale_of(const ConverterScales<float>& scales, std::size_t layer) {
  const auto i = static_cast<Index>(layer);
  return {double{scales.adc(i)}, double{scales.dac(i)}};
}

}  // namespace

ConverterScales<float> initial_converters(const NetworkSpec& spec, const ConverterOptions& options) {
  const auto layers = static_cast<Index>(spec.weight_layers().size());
  return {Vector<float>::Zero(layers), Vector<float>::Zero(layers), options.arrays.adc.bits,
          !options.arrays.single_ended()};
}

void fix_converters(const NetworkSpec& spec, const ConverterOptions& options, const Parameters<float>& rounded,
                    const SampleSet& data, const InputScaling& scaling, NetworkState<float>& state, const Poll& poll) {
  const std::vector<Node> nodes = spec.weight_layers();
  ConverterScales<float>& scales = state.converters;
  const bool known = (scales.adc.array() > 0).any();
  ArrayOptions arrays = options.arrays;
  arrays.adc.range = known ? RangeKind::trained : RangeKind::calibrated;
  arrays.dac.coding.encoding = InputEncoding::automatic;  // to see whether inputs can be negative
  ConverterScales<float> without_inputs = scales;
  without_inputs.dac.setZero();
  const Network<float> network(spec);
  const NetworkState<float> used{rounded, state.normalisations, {}};
  const std::vector<LayerScales> found = calibrate_layers(
      spec, rounded, arrays,
      {network, used, data, scaling, std::min(data.count(), ArrayNetwork::kCalibrationImages), kTogether}, std::nullopt,
      without_inputs, poll);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto layer = static_cast<Index>(i);
    const ArrayOptions own = options_of_layer(arrays, i, found.size());
    if (own.adc.bits == 0) {
      scales.adc(layer) = scales.dac(layer) = 0;
      continue;
    }
    if (found[i].coding.encoding != InputEncoding::unsigned_)
      fail_usage(
          "layer {}: its inputs can be negative, and converters are trained for inputs that cannot (allowed: a relu "
          "before it, or its number, {}, in hardware.ideal_layers)",
          nodes[i].name, i + 1);
    scales.dac(layer) = static_cast<float>(found[i].coding.full_scale);
    if (known) continue;
    const ArrayLayer ideal(own, View<const float>(rounded[i].weights), false, nodes[i].weight_groups());
    scales.adc(layer) =
        static_cast<float>(found[i].quantisers.front().lsb() / ideal.full_scale(1, found[i].coding.largest_applied()));
  }
  // Inputs have the full scales that they have behind these scales, whose last bits a float has not kept.
  if (!known && (scales.adc.array() > 0).any()) fix_converters(spec, options, rounded, data, scaling, state, poll);
}

ConvertedNetwork::ConvertedNetwork(const std::vector<Node>& weight_layers, const ConverterOptions& options,
                                   ConversionForm form, const Parameters<float>& rounded,
                                   const NetworkState<float>& state, const ChipKey& chip,
                                   std::span<const std::uint32_t> images, bool with_way_back)
    : state_(state) {
  for (std::size_t i = 0; i < rounded.size(); ++i) {
    const ArrayOptions own = options_of_layer(options.arrays, i, rounded.size());
    ChipKey of_layer = chip;
    of_layer.address.layer = static_cast<std::uint32_t>(i);
    products_.push_back(std::make_unique<const ConvertedProduct>(
        own, options, own.adc.bits == 0 ? ConversionForm::ideal : form, View<const float>(rounded[i].weights),
        scale_of(state.converters, i), of_layer, images, with_way_back, weight_layers[i].weight_groups()));
  }
}

PassWeights<float> ConvertedNetwork::pass() const {
  PassWeights<float> weights;
  for (const auto& product : products_) weights.products.push_back(product.get());
  for (const LayerParameters<float>& layer : state_.parameters) weights.biases.push_back(&layer.bias);
  return weights;
}

void ConvertedNetwork::add_scale_gradients(Vector<float>& gradient) const {
  for (std::size_t i = 0; i < products_.size(); ++i)
    gradient(static_cast<Index>(i)) += static_cast<float>(products_[i]->scale_gradient());
}

}  // namespace ohmcarlo
