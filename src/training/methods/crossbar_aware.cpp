// Training through the arrays a network is for (paper 004): forwards every product is read from arrays of the current
// weights, with their codes, digits, noise at every read, converters and shift-and-add; backwards it is straight
// through all of that, the product with the float weights and inputs, which the optimiser moves. Converters have one
// range a layer, as wide as the sums of calibration samples so far, until it is frozen.

#include "training/method.hpp"
#include "training/read_network.hpp"

namespace ohmcarlo {
namespace {

/// What chips without errors of programming would do, with noise that is the same at every epoch.
class ValidatedReads final : public ValidatedNetwork {
 public:
  ValidatedReads(std::vector<Node> weight_layers, const ConverterOptions& options, const NetworkState<float>& state,
                 const ChipKey& reads)
      : state_(state), network_(std::move(weight_layers), options, state, reads) {}

  const PassWeights<float>& pass(std::span<const std::uint32_t> samples, const Sequences* sequences) override {
    weights_ = network_.pass(samples, sequences);
    weights_.normalisations = state_.normalisations.evaluated();
    weights_.sequences.sequences = sequences;
    return weights_;
  }

 private:
  const NetworkState<float>& state_;
  ReadNetwork network_;
  PassWeights<float> weights_;
};

class CrossbarAware final : public Method {
 public:
  CrossbarAware(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
      : network_(network),
        weight_layers_(network.spec().weight_layers()),
        converters_(options.converters.value()),
        stream_(stream),
        pass_(network, stream) {}

  void begin_epoch(int epoch, const SampleSet& data, const InputScaling& scaling, NetworkState<float>& state,
                   const Poll& poll) override {
    if (epoch <= converters_.freeze_epoch) widen_converters(network_.spec(), converters_, data, scaling, state, poll);
  }

  double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                  NetworkGradient<float>& gradient) override {
    ReadNetwork arrays(weight_layers_, converters_, state, reads_of(Purpose::training_read, step));
    return pass_(x, targets, arrays.pass(targets.numbers, targets.sequences), state.normalisations,
                 training_event(step, 0), gradient);
  }

  [[nodiscard]] std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const override {
    return {parameters};
  }
  [[nodiscard]] std::vector<std::unique_ptr<ValidatedNetwork>> networks_to_validate(
      const NetworkState<float>& state) const override {
    std::vector<std::unique_ptr<ValidatedNetwork>> networks;
    networks.push_back(
        std::make_unique<ValidatedReads>(weight_layers_, converters_, state, reads_of(Purpose::validation_noise, 0)));
    return networks;
  }

 private:
  /// Reads have purposes and events of their own: a key for each step keeps them apart.
  [[nodiscard]] ChipKey reads_of(Purpose purpose, std::uint64_t step) const {
    return {derived_key(stream_.key, (static_cast<std::uint64_t>(purpose) << 48) | step), {.replica = stream_.replica}};
  }

  const Network<float>& network_;
  std::vector<Node> weight_layers_;
  ConverterOptions converters_;
  TrainingStream stream_;
  SinglePass pass_;
};

}  // namespace

namespace methods {
extern const MethodEntry crossbar_aware;
const MethodEntry crossbar_aware{
    .word = "crossbar-aware", .make = &make_method_of<CrossbarAware>, .trains_converters = true};
}  // namespace methods

}  // namespace ohmcarlo
