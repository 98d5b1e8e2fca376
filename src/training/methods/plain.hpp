#pragma once
// Ordinary training: one clean pass a step, validated on the clean network.

#include "training/method.hpp"

namespace ohmcarlo {

class Plain final : public Method {
 public:
  Plain(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
      : pass_(network, stream, options.logit_scale), weight_bits_(options.weight_bits) {}

  double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                  NetworkGradient<float>& gradient) override {
    return pass_(x, targets, round_weights(weight_bits_, state.parameters), state.normalisations,
                 training_event(step, 0), gradient);
  }
  [[nodiscard]] std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const override {
    return {round_weights(weight_bits_, parameters)};
  }

 private:
  SinglePass pass_;
  int weight_bits_;
};

}  // namespace ohmcarlo
