#include "training/read_network.hpp"

#include "base/error.hpp"
#include "chip/array_calibration.hpp"
#include "chip/array_network.hpp"
#include "crossbar/calibration.hpp"

namespace ohmcarlo {
namespace {

/// Images that go through the network together in calibration.
constexpr std::size_t kCalibratedTogether = 100;

TrainedScale kept_scale(const ConverterScales<float>& scales, std::size_t layer) {
  const auto i = static_cast<Index>(layer);
  return {double{scales.adc(i)}, double{scales.dac(i)}};
}

ArrayOptions with_range(ArrayOptions arrays, RangeKind range) {
  arrays.adc.range = range;
  return arrays;
}

}  // namespace

void widen_converters(const NetworkSpec& spec, const ConverterOptions& options, const SampleSet& data,
                      const InputScaling& scaling, NetworkState<float>& state, const Poll& poll) {
  const Network<float> network(spec);
  const ArrayOptions arrays = with_range(options.arrays, RangeKind::widened);
  const std::vector<LayerScales> found = calibrate_layers(
      spec, state.parameters, arrays, calibration_walk(network, state, data, scaling, kCalibratedTogether),
      std::nullopt, state.converters, poll);
  const std::vector<Node> nodes = spec.weight_layers();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const ArrayOptions own = options_of_layer(arrays, i, found.size());
    const auto layer = static_cast<Index>(i);
    const InputCoding& coding = found[i].coding;
    float& adc = state.converters.adc(layer);
    float& dac = state.converters.dac(layer);
    adc = dac = 0;
    if (own.adc.bits > 0) {
      const ArrayLayer ideal(own, View<const float>(state.parameters[i].weights), false, nodes[i].weight_groups());
      adc = static_cast<float>(found[i].quantisers.front().lsb() / ideal.full_scale(1, coding.largest_applied()));
    }
    if (own.adc.bits > 0 || coding.bits > 0)
      dac = static_cast<float>(coding.bipolar() ? -coding.full_scale : coding.full_scale);
  }
}

/// One layer on its arrays, named after the samples of the pass.
class ReadNetwork::Read final : public Product<float> {
 public:
  Read(const ArrayOptions& options, const Node& node, View<const float> weights, TrainedScale scale,
       const ChipKey& reads, const NamedSamples& samples)
      : layer_(options, weights, false, node.weight_groups()),
        scales_(trained_scales(layer_, scale)),
        node_(node),
        weights_(weights),
        reads_(reads),
        samples_(samples) {}

  void start() { call_ = 0; }

  void apply(View<const float> x, View<float> y, Index group) const override {
    read_named_rows(samples_, node_, {call_++, group}, x, y,
                    [&](Index /*first*/, View<const float> part, const RowNames& names, View<float> result) {
                      layer_.read(part, names, scales_, reads_, result);
                    });
  }
  /// The weights as they are, not as cells round them.
  [[nodiscard]] View<const float> backward_weights() const override { return weights_; }

 private:
  ArrayLayer layer_;
  LayerScales scales_;
  const Node& node_;
  View<const float> weights_;
  ChipKey reads_;
  const NamedSamples& samples_;
  mutable Index call_ = 0;  ///< of the layer in this pass
};

ReadNetwork::ReadNetwork(std::vector<Node> weight_layers, const ConverterOptions& options,
                         const NetworkState<float>& state, const ChipKey& reads)
    : weight_layers_(std::move(weight_layers)), state_(state) {
  const ArrayOptions arrays = with_range(options.arrays, RangeKind::trained);
  for (std::size_t i = 0; i < weight_layers_.size(); ++i) {
    ChipKey of_layer = reads;
    of_layer.address.layer = static_cast<std::uint32_t>(i);
    reads_.push_back(std::make_unique<Read>(options_of_layer(arrays, i, weight_layers_.size()), weight_layers_[i],
                                            View<const float>(state.parameters[i].weights),
                                            kept_scale(state.converters, i), of_layer, samples_));
  }
}

ReadNetwork::~ReadNetwork() = default;

PassWeights<float> ReadNetwork::pass(std::span<const std::uint32_t> numbers, const Sequences* sequences) {
  samples_ = {{numbers.begin(), numbers.end()}, sequences};
  PassWeights<float> weights;
  for (std::size_t i = 0; i < reads_.size(); ++i) {
    reads_[i]->start();
    weights.products.push_back(reads_[i].get());
    weights.biases.push_back(&state_.parameters[i].bias);
  }
  return weights;
}

}  // namespace ohmcarlo
