#pragma once
// Optimisers: one step from gradient to parameters.

#include <memory>

#include "network/network.hpp"
#include "training/options.hpp"

namespace ohmcarlo {

class Optimizer {
 public:
  Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;

  /// Moves `parameters` by one step against `gradient`, which has the same shapes.
  virtual void step(Parameters<float>& parameters, const Parameters<float>& gradient, double learning_rate) = 0;
};

/// Adam (Kingma, Ba, ICLR 2015, algorithm 1: beta 0.9 and 0.999, epsilon 1e-8, both moments corrected for bias) or
/// gradient descent with momentum (v = m v + g; w -= rate v). Weight decay adds decay * w to the gradient of weights.
[[nodiscard]] std::unique_ptr<Optimizer> make_optimizer(const TrainingOptions& options, const NetworkSpec& spec);

}  // namespace ohmcarlo
