#pragma once
// Training with negative feedback of passes that see more noise (Qin et al., CODES+ISSS 2024, "OVF"): their logits are
// taken away from those of the backbone, a pass at the noise of the chips.

#include "training/methods/noise_injection.hpp"

namespace ohmcarlo {

/// sigma of pass n, of 1 to `passes`. steps: sigma + n sigma_step, as the authors' code has it. range, as their text
/// has it: evenly from start sigma (which no pass sees) up to end sigma (the last one).
[[nodiscard]] double ovf_sigma(const OvfOptions& options, double sigma, int n);

/// What the logits of a pass count: 1 / (N+1) for the backbone, pass 0, and -beta 10^(n-N) / (N+1) for pass n of N
/// (eq. 1 with a_b = a_f = 1/(N+1) and gamma_n = 10^(n-N)).
[[nodiscard]] double ovf_factor(const OvfOptions& options, int n);

/// The loss is one cross-entropy of the sum of all passes' logits times their factors; its gradient goes back through
/// every pass. Each has noise of its own, that of the backbone what noise injection would draw. The passes move the
/// running statistics one after the other: the backbone, then from the most noise down to the least.
class Ovf final : public Method {
 public:
  Ovf(const Network<float>& network, const TrainingOptions& options, TrainingStream stream);

  double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                  NetworkGradient<float>& gradient) override;
  /// At the backbone's noise.
  [[nodiscard]] std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const override {
    return backbone_.chips_to_validate(parameters);
  }

 private:
  /// A pass whose way back waits until all logits are known.
  struct Pass {
    Parameters<float> weights;
    Activations<float> activations;
    Tapes tapes;
    Address dropped;
  };
  /// The weights as pass n sees them.
  void draw(const Parameters<float>& clean, int n, std::uint64_t event, Parameters<float>& weights) const;

  const Network<float>& network_;
  NoiseInjection backbone_;
  TrainingOptions options_;
  TrainingStream stream_;
  std::vector<Pass> passes_;
  Matrix<float> logits_, grad_logits_, grad_pass_;
};

}  // namespace ohmcarlo
