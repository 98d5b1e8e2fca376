#pragma once
// Training with fresh weight noise at every pass: the gradient through the noisy weights moves the clean ones.

#include "training/method.hpp"

namespace ohmcarlo {

class NoiseInjection final : public Method {
 public:
  NoiseInjection(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
      : pass_(network, stream, options.logit_scale), options_(options), stream_(stream) {
    for (const Node& layer : network.spec().weight_layers()) groups_.push_back(layer.weight_groups());
  }

  double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                  NetworkGradient<float>& gradient) override;
  [[nodiscard]] std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const override;

 private:
  SinglePass pass_;
  /// The weights of one chip: noise at the address of this purpose, chip and event; or what cells hold that are
  /// programmed as those of trial `chip` with the key derived_key(seed, purpose * 2^48 + event).
  [[nodiscard]] Parameters<float> noisy(const Parameters<float>& clean, Purpose purpose, std::uint32_t chip,
                                        std::uint64_t event) const;

  TrainingOptions options_;
  TrainingStream stream_;
  std::vector<Index> groups_;  ///< of every weight layer
};

}  // namespace ohmcarlo
