#pragma once
// Ordinary training: one clean pass a step, validated on the clean network.

#include "training/method.hpp"

namespace ohmcarlo {

class Plain final : public Method {
 public:
  Plain(const Network<float>& network, const TrainingOptions& options, TrainingStream stream)
      : pass_(network, stream, options.logit_scale), options_(options) {}

  double gradient(View<const float> x, const Targets& targets, NetworkState<float>& state, std::uint64_t step,
                  NetworkGradient<float>& gradient) override {
    return pass_(x, targets, round_weights(options_, state.parameters), state.normalisations, training_event(step, 0),
                 gradient);
  }
  [[nodiscard]] std::vector<Parameters<float>> chips_to_validate(const Parameters<float>& parameters) const override {
    return {round_weights(options_, parameters)};
  }

 private:
  SinglePass pass_;
  TrainingOptions options_;
};

}  // namespace ohmcarlo
