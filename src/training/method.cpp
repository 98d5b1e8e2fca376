#include "training/method.hpp"

#include <algorithm>

#include "network/loss.hpp"
#include "network/quantisation.hpp"

namespace ohmcarlo {

// The register of training methods: each is defined in a file of training/methods/.
namespace methods {
extern const MethodEntry plain, noise_injection, ovf, irs, kurtosis, kure;
}  // namespace methods

Parameters<float> round_weights(int weight_bits, const Parameters<float>& parameters) {
  Parameters<float> rounded = parameters;
  if (weight_bits > 0)
    for (LayerParameters<float>& layer : rounded) quantise_weights(weight_bits, layer.weights);
  return rounded;
}

double SinglePass::operator()(View<const float> x, const Targets& targets, const Parameters<float>& used,
                              Normalisations<float>& normalisations, std::uint64_t event,
                              NetworkGradient<float>& gradient) {
  const Address dropped{.purpose = Purpose::dropout, .replica = stream_.replica, .event = event};
  const MatrixPass<float> pass(used, normalisations.trained(), DropoutUse{stream_.key, dropped},
                               {targets.sequences, &tapes_});
  logits_ = network_.forward(x, pass.weights(), activations_).map() / logit_scale_;
  grad_logits_.resize(logits_.rows(), logits_.cols());
  const double loss = batch_loss(View<const float>(logits_), targets, View<float>(grad_logits_));
  grad_logits_ /= logit_scale_;
  network_.backward(x, pass.weights(), activations_, grad_logits_, gradient);
  return loss;
}

namespace {

const MethodEntry& entry_of(MethodKind kind) {
  static const std::vector<const MethodEntry*> all = {&methods::plain, &methods::noise_injection, &methods::ovf,
                                                      &methods::irs,   &methods::kurtosis,        &methods::kure};
  const auto found = std::ranges::find(all, kind, [](const MethodEntry* entry) { return entry->kind; });
  require(found != all.end(), "every training method is in the register");
  return **found;
}

}  // namespace

NetworkSpec trained_network(const NetworkSpec& spec, const TrainingOptions& options) {
  const MethodEntry& entry = entry_of(options.method);
  return entry.extend != nullptr ? entry.extend(spec, options) : spec;
}

std::unique_ptr<Method> make_method(const Network<float>& network, const TrainingOptions& options,
                                    TrainingStream stream) {
  return entry_of(options.method).make(network, options, stream);
}

}  // namespace ohmcarlo
