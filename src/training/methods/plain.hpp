#pragma once
// Ordinary training: one clean pass a step, judged on the clean network.

#include "training/method.hpp"

namespace ohmcarlo {

class Plain final : public Method {
 public:
  Plain(const Network<float>& network, TrainingStream stream) : pass_(network, stream) {}

  double gradient(View<const float> x, std::span<const std::uint8_t> labels, NetworkState<float>& state,
                  std::uint64_t step, NetworkGradient<float>& gradient) override {
    return pass_(x, labels, state.parameters, state.normalisations, training_event(step, 0), gradient);
  }
  [[nodiscard]] std::vector<Parameters<float>> judged(const Parameters<float>& parameters) const override {
    return {parameters};
  }

 private:
  SinglePass pass_;
};

}  // namespace ohmcarlo
