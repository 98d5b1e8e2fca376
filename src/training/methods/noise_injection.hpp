#pragma once
// Training with fresh weight noise at every pass: the gradient through the noisy weights moves the clean ones.

#include "training/method.hpp"

namespace ohmcarlo {

class NoiseInjection final : public Method {
 public:
  NoiseInjection(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
      : pass_(network, stream), noise_(options.noise), chips_(options.validation_chips), stream_(stream) {}

  double gradient(View<const float> x, std::span<const std::uint8_t> labels, NetworkState<float>& state,
                  std::uint64_t step, NetworkGradient<float>& gradient) override;
  [[nodiscard]] std::vector<Parameters<float>> judged(const Parameters<float>& parameters) const override;

 private:
  SinglePass pass_;
  Variation noise_;
  int chips_;
  TrainingStream stream_;
  Parameters<float> noisy_;
};

}  // namespace ohmcarlo
