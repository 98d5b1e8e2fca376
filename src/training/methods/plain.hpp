#pragma once
// Ordinary training: one clean pass a step, judged on the clean network.

#include "training/method.hpp"

namespace ohmcarlo {

class Plain final : public Method {
 public:
  explicit Plain(const Network<float>& network) : pass_(network) {}

  double gradient(View<const float> x, std::span<const std::uint8_t> labels, const Parameters<float>& parameters,
                  std::uint64_t /*step*/, Parameters<float>& gradient) override {
    return pass_(x, labels, parameters, gradient);
  }
  [[nodiscard]] std::vector<Parameters<float>> judged(const Parameters<float>& parameters) const override {
    return {parameters};
  }

 private:
  SinglePass pass_;
};

}  // namespace ohmcarlo
