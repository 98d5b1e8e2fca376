#pragma once
// One gradient of a training method.

#include <numeric>

#include <gtest/gtest.h>

#include "training/method.hpp"
#include "training/synthetic.hpp"

namespace ohmcarlo::synthetic {

inline TrainingOptions noisy(double sigma) {
  TrainingOptions options = synthetic::options();
  options.method = MethodKind::noise_injection;
  options.noise = {.sigma = sigma, .weight_bits = 8, .cell_bits = 2};
  options.validation_chips = 3;
  return options;
}

/// One gradient on the first 32 images, by the network as initialised.
struct OneStep {
  Network<float> network{kSpec};
  Parameters<float> parameters = initial_parameters(kSpec, 1, 0);
  Matrix<float> x;
  std::vector<Label> labels;

  OneStep() {
    std::vector<std::uint32_t> first(32);
    std::iota(first.begin(), first.end(), 0U);
    gather(synthetic::data(), first, nullptr, x, labels);
  }
  Parameters<float> operator()(Method& method, std::uint64_t step) const {
    NetworkGradient<float> gradient = zero_gradient<float>(kSpec);
    NetworkState<float> state{parameters, {}};
    (void)method.gradient(x, labels, state, step, gradient);
    return gradient.parameters;
  }
};

}  // namespace ohmcarlo::synthetic
