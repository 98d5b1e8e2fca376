// Training through the converters of the arrays a network is for (Wei et al., IEEE JXCDC 6, 2020): every sum of a bit
// line is converted in each pass, by the nearest code whose derivative is passed straight through (ste-adc; the scale's
// as in Esser et al., ICLR 2020), or by a mixture of levels with the probabilities that logistic noise gives them
// (concrete-adc). Each layer has one scale, learnt by its logarithm. Cells have no errors.

#include <cmath>
#include <numeric>

#include "network/loss.hpp"
#include "periphery/logistic.hpp"
#include "training/converted_network.hpp"
#include "training/method.hpp"

namespace ohmcarlo {
namespace {

/// Of a scale of 0 everywhere, the nearest level is certain: in whole codes, as ste-adc has it.
bool is_rounded(const TrainingOptions& options) {
  const ConverterOptions& converters = *options.converters;
  return options.method == MethodKind::ste_adc ||
         (converters.scale != ConcreteScale::given && converters.arrays.adc.noise.off());
}

/// What chips would do: sums get the noise, nearest codes.
class ValidatedConverters final : public ValidatedNetwork {
 public:
  ValidatedConverters(std::vector<Node> weight_layers, const ConverterOptions& options, Parameters<float> rounded,
                      const NetworkState<float>& state, const ChipKey& chip)
      : weight_layers_(std::move(weight_layers)),
        options_(options),
        rounded_(std::move(rounded)),
        state_(state),
        chip_(chip) {}

  const PassWeights<float>& pass(std::span<const std::uint32_t> samples, const Sequences* /*sequences*/) override {
    network_.emplace(weight_layers_, options_, ConversionForm::rounded, rounded_, state_, chip_, samples, false);
    weights_ = network_->pass();
    weights_.normalisations = state_.normalisations.evaluated();
    return weights_;
  }

 private:
  std::vector<Node> weight_layers_;
  ConverterOptions options_;
  Parameters<float> rounded_;
  const NetworkState<float>& state_;
  ChipKey chip_;
  std::optional<ConvertedNetwork> network_;
  PassWeights<float> weights_;
};

class ConverterMethod final : public Method {
 public:
  ConverterMethod(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
      : network_(network),
        options_(options),
        stream_(stream),
        form_(is_rounded(options) ? ConversionForm::rounded : ConversionForm::relaxed) {}

  void begin_epoch(int /*epoch*/, const SampleSet& data, const InputScaling& scaling, NetworkState<float>& state,
                   const Poll& poll) override {
    fix_converters(network_.spec(), converters(), rounded(state.parameters), data, scaling, state, poll);
  }

  double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                  NetworkGradient<float>& gradient) override {
    const std::uint64_t event = training_event(step, 0);
    std::vector<std::uint32_t> places(static_cast<std::size_t>(x.rows));
    std::iota(places.begin(), places.end(), 0U);
    const ConvertedNetwork converted(network_.spec().weight_layers(), converters(), form_, rounded(state.parameters),
                                     state, chip_of(Purpose::training_read, event), places, true);
    PassWeights<float> pass = converted.pass();
    pass.normalisations = state.normalisations.trained();
    pass.dropout = DropoutUse{stream_.key, {.purpose = Purpose::dropout, .replica = stream_.replica, .event = event}};
    const auto scale = static_cast<float>(options_.logit_scale);
    logits_ = network_.forward(x, pass, activations_).map() / scale;
    grad_logits_.resize(logits_.rows(), logits_.cols());
    const double loss = batch_loss(View<const float>(logits_), targets, View<float>(grad_logits_));
    grad_logits_ /= scale;
    network_.backward(x, pass, activations_, grad_logits_, gradient);
    converted.add_scale_gradients(gradient.log_adc_scales);
    return loss;
  }

  [[nodiscard]] std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const override {
    return {rounded(parameters)};
  }
  [[nodiscard]] std::vector<std::unique_ptr<ValidatedNetwork>> networks_to_validate(
      const NetworkState<float>& state) const override {
    ConverterOptions options = converters();
    if (form_ == ConversionForm::relaxed && options.scale == ConcreteScale::given)
      options.arrays.adc.noise = {AdcNoiseLaw::logistic, sd_of_logistic(options.given_scale), 0, 0};
    std::vector<std::unique_ptr<ValidatedNetwork>> networks;
    networks.push_back(std::make_unique<ValidatedConverters>(network_.spec().weight_layers(), options,
                                                             rounded(state.parameters), state,
                                                             chip_of(Purpose::validation_noise, 0)));
    return networks;
  }

 private:
  [[nodiscard]] const ConverterOptions& converters() const { return *options_.converters; }
  /// Where the arrays round to as many bits they do it alone, as chips do: rounding twice would move the last bits.
  [[nodiscard]] Parameters<float> rounded(const Parameters<float>& parameters) const {
    const bool by_arrays =
        options_.weight_rule == WeightRule::largest && options_.weight_bits == converters().arrays.format.weight_bits;
    return by_arrays ? parameters : round_weights(options_, parameters);
  }
  /// Conversions have purposes and events of their own: a key for each step keeps them apart.
  [[nodiscard]] ChipKey chip_of(Purpose purpose, std::uint64_t event) const {
    return {derived_key(stream_.key, (static_cast<std::uint64_t>(purpose) << 48) | event),
            {.replica = stream_.replica}};
  }

  const Network<float>& network_;
  TrainingOptions options_;
  TrainingStream stream_;
  ConversionForm form_;
  Activations<float> activations_;
  Matrix<float> logits_, grad_logits_;
};

}  // namespace

namespace methods {
extern const MethodEntry ste_adc, concrete_adc;
const MethodEntry ste_adc{
    .word = "ste-adc", .make = &make_method_of<ConverterMethod>, .images_only = true, .trains_converters = true};
const MethodEntry concrete_adc{
    .word = "concrete-adc", .make = &make_method_of<ConverterMethod>, .images_only = true, .trains_converters = true};
}  // namespace methods

}  // namespace ohmcarlo
