#include "training/methods/ovf.hpp"

#include <cmath>

#include "chip/programming.hpp"
#include "network/loss.hpp"

namespace ohmcarlo {

double ovf_sigma(const OvfOptions& options, double sigma, int n) {
  if (options.schedule == OvfSchedule::steps) return sigma + n * options.sigma_step;
  return sigma * (options.start + (options.end - options.start) * n / options.passes);
}

double ovf_factor(const OvfOptions& options, int n) {
  const double feedback = n == 0 ? 1 : -options.beta * std::pow(10.0, n - options.passes);
  return feedback / (options.passes + 1);
}

Ovf::Ovf(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
    : network_(network),
      backbone_(network, options, stream),
      options_(options),
      stream_(stream),
      passes_(static_cast<std::size_t>(options.ovf.passes) + 1) {}

void Ovf::draw(const Parameters<float>& clean, int n, std::uint64_t event, Parameters<float>& weights) const {
  weights = round_weights(options_, clean);
  Variation more = options_.noise;
  if (n > 0) more.sigma = ovf_sigma(options_.ovf, more.sigma, n);
  const Address address{.purpose = Purpose::training_noise, .replica = stream_.replica, .event = event};
  for (std::uint32_t layer = 0; layer < weights.size(); ++layer) {
    const bool covered = options_.ovf.coverage == OvfCoverage::published || layer == 0 || layer + 1 == weights.size();
    program_layer(covered ? more : options_.noise, stream_.key, address, layer, weights[layer]);
  }
}

double Ovf::gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                     NetworkGradient<float>& gradient) {
  const int count = static_cast<int>(passes_.size());
  for (int i = 0; i < count; ++i) {
    const int n = i == 0 ? 0 : count - i;
    Pass& pass = passes_[static_cast<std::size_t>(n)];
    const std::uint64_t event = training_event(step, static_cast<std::uint64_t>(n));
    draw(state.parameters, n, event, pass.weights);
    pass.dropped = {.purpose = Purpose::dropout, .replica = stream_.replica, .event = event};
    const MatrixPass<float> used(pass.weights, state.normalisations.trained(), DropoutUse{stream_.key, pass.dropped},
                                 {targets.sequences, &pass.tapes});
    const View<const float> logits = network_.forward_sparing(x, used.weights(), pass.activations);
    if (i == 0) logits_.setZero(logits.rows, logits.cols);
    logits_ += static_cast<float>(ovf_factor(options_.ovf, n)) * logits.map();
  }
  grad_logits_.resize(logits_.rows(), logits_.cols());
  const double loss = batch_loss(View<const float>(logits_), targets, View<float>(grad_logits_));
  for (int n = 0; n < count; ++n) {
    Pass& pass = passes_[static_cast<std::size_t>(n)];
    const MatrixPass<float> used(pass.weights, state.normalisations.trained(false),
                                 DropoutUse{stream_.key, pass.dropped}, {targets.sequences, &pass.tapes});
    grad_pass_ = static_cast<float>(ovf_factor(options_.ovf, n)) * grad_logits_;
    network_.backward_sparing(x, used.weights(), pass.activations, grad_pass_, gradient);
  }
  return loss;
}

namespace methods {
extern const MethodEntry ovf;
const MethodEntry ovf{.word = "ovf",
                      .make = &make_method_of<Ovf>,
                      .passes = [](const TrainingOptions& options) { return 1 + options.ovf.passes; },
                      .validates_on_noisy_chips = true};
}  // namespace methods

}  // namespace ohmcarlo
