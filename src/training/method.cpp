#include "training/method.hpp"

#include <algorithm>

#include "network/loss.hpp"
#include "network/quantisation.hpp"

namespace ohmcarlo {

namespace methods {
#define OHMCARLO_DECLARE(name) extern const MethodEntry name;
OHMCARLO_TRAINING_METHODS(OHMCARLO_DECLARE)
#undef OHMCARLO_DECLARE
}  // namespace methods

namespace {

/// By MethodKind.
std::span<const MethodEntry* const> all_entries() {
#define OHMCARLO_LIST(name) &methods::name,
  static constexpr const MethodEntry* kAll[] = {OHMCARLO_TRAINING_METHODS(OHMCARLO_LIST)};
#undef OHMCARLO_LIST
  return kAll;
}

}  // namespace

const MethodEntry& entry_of(MethodKind method) {
  return *all_entries()[static_cast<std::size_t>(method)];
}

std::vector<std::string_view> method_words() {
  std::vector<std::string_view> words;
  for (const MethodEntry* entry : all_entries()) words.push_back(entry->word);
  return words;
}

MethodKind method_of(std::string_view word) {
  const auto entries = all_entries();
  const auto found = std::ranges::find(entries, word, [](const MethodEntry* entry) { return entry->word; });
  require(found != entries.end(), "every word of a training method has an entry");
  return static_cast<MethodKind>(found - entries.begin());
}

Parameters<float> round_weights(const TrainingOptions& options, const Parameters<float>& parameters) {
  Parameters<float> rounded = parameters;
  for (LayerParameters<float>& layer : rounded) {
    if (options.weight_rule == WeightRule::ternary)
      ternarise_weights(layer.weights);
    else if (options.weight_bits > 0)
      quantise_weights(options.weight_bits, layer.weights);
  }
  return rounded;
}

namespace {

/// Chips whose products are those of matrices.
class ValidatedMatrices final : public ValidatedNetwork {
 public:
  ValidatedMatrices(Parameters<float> chip, const Normalisations<float>& normalisations)
      : chip_(std::move(chip)), normalisations_(normalisations) {}
  const PassWeights<float>& pass(std::span<const std::uint32_t> /*samples*/, const Sequences* sequences) override {
    pass_.emplace(chip_, normalisations_.evaluated(), std::nullopt, SequenceUse{sequences});
    return pass_->weights();
  }

 private:
  Parameters<float> chip_;
  const Normalisations<float>& normalisations_;
  std::optional<MatrixPass<float>> pass_;
};

}  // namespace

std::vector<std::unique_ptr<ValidatedNetwork>> Method::networks_to_validate(const NetworkState<float>& state) const {
  std::vector<std::unique_ptr<ValidatedNetwork>> networks;
  for (Parameters<float>& chip : chips_to_validate(state.parameters))
    networks.push_back(std::make_unique<ValidatedMatrices>(std::move(chip), state.normalisations));
  return networks;
}

double SinglePass::operator()(View<const float> x, const Targets& targets, const Parameters<float>& used,
                              Normalisations<float>& normalisations, std::uint64_t event,
                              NetworkGradient<float>& gradient) {
  return (*this)(x, targets, MatrixPass<float>(used).weights(), normalisations, event, gradient);
}

double SinglePass::operator()(View<const float> x, const Targets& targets, PassWeights<float> used,
                              Normalisations<float>& normalisations, std::uint64_t event,
                              NetworkGradient<float>& gradient) {
  const Address dropped{.purpose = Purpose::dropout, .replica = stream_.replica, .event = event};
  used.normalisations = normalisations.trained();
  used.dropout = DropoutUse{stream_.key, dropped};
  used.sequences = {targets.sequences, &tapes_};
  logits_ = network_.forward(x, used, activations_).map() / logit_scale_;
  grad_logits_.resize(logits_.rows(), logits_.cols());
  const double loss = batch_loss(View<const float>(logits_), targets, View<float>(grad_logits_));
  grad_logits_ /= logit_scale_;
  network_.backward(x, used, activations_, grad_logits_, gradient);
  return loss;
}

NetworkSpec trained_network(const NetworkSpec& spec, const TrainingOptions& options) {
  const MethodEntry& entry = entry_of(options.method);
  return entry.extend != nullptr ? entry.extend(spec, options) : spec;
}

std::unique_ptr<Method> make_method(const Network<float>& network, const TrainingOptions& options,
                                    TrainingStream stream) {
  return entry_of(options.method).make(network, options, stream);
}

}  // namespace ohmcarlo
