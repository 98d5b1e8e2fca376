#include "training/method.hpp"

#include "network/loss.hpp"
#include "network/quantisation.hpp"
#include "training/methods/irs.hpp"
#include "training/methods/kurtosis.hpp"
#include "training/methods/noise_injection.hpp"
#include "training/methods/ovf.hpp"
#include "training/methods/plain.hpp"

namespace ohmcarlo {

Parameters<float> seen(int weight_bits, const Parameters<float>& parameters) {
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

std::unique_ptr<Method> make_method(const Network<float>& network, const TrainingOptions& options,
                                    TrainingStream stream) {
  switch (options.method) {
    case MethodKind::plain:
      return std::make_unique<Plain>(network, options, stream);
    case MethodKind::noise_injection:
      return std::make_unique<NoiseInjection>(network, options, stream);
    case MethodKind::ovf:
      return std::make_unique<Ovf>(network, options, stream);
    case MethodKind::irs:
      return std::make_unique<Irs>(network, options, stream);
    case MethodKind::kurtosis:
    case MethodKind::kure:
      return std::make_unique<KurtosisRegularised>(network, options, stream);
  }
  throw std::logic_error("internal error: unknown training method");
}

}  // namespace ohmcarlo
