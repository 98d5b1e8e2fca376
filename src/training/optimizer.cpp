#include "training/optimizer.hpp"

#include <cmath>
#include <numbers>

namespace ohmcarlo {

double learning_rate(const TrainingOptions& options, int epoch) {
  switch (options.schedule) {
    case ScheduleKind::constant:
      return options.learning_rate;
    case ScheduleKind::cosine:
      return options.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * epoch / options.epochs));
    case ScheduleKind::step:
      return options.learning_rate * std::pow(options.step_factor, epoch / options.step_epochs);
  }
  throw std::logic_error("internal error: unknown learning-rate schedule");
}

namespace {

class Adam final : public Optimizer {
 public:
  Adam(const NetworkSpec& spec, double decay)
      : decay_(static_cast<float>(decay)), mean_(zero_parameters<float>(spec)), square_(zero_parameters<float>(spec)) {}

  void step(Parameters<float>& parameters, const Parameters<float>& gradient, double rate) override {
    ++steps_;
    const float correction = static_cast<float>(std::sqrt(1 - std::pow(kBeta2, steps_)));
    const float size = static_cast<float>(rate / (1 - std::pow(kBeta1, steps_))) * correction;
    const float epsilon = static_cast<float>(kEpsilon) * correction;
    const auto move = [&](auto w, auto g, auto m, auto v) {
      m = static_cast<float>(kBeta1) * m + static_cast<float>(1 - kBeta1) * g;
      v = static_cast<float>(kBeta2) * v + static_cast<float>(1 - kBeta2) * g * g;
      w -= size * m / (v.sqrt() + epsilon);
    };
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      auto weights = parameters[i].weights.array();
      move(weights, gradient[i].weights.array() + decay_ * weights, mean_[i].weights.array(),
           square_[i].weights.array());
      move(parameters[i].bias.array(), gradient[i].bias.array(), mean_[i].bias.array(), square_[i].bias.array());
    }
  }

 private:
  static constexpr double kBeta1 = 0.9;
  static constexpr double kBeta2 = 0.999;
  static constexpr double kEpsilon = 1e-8;
  float decay_;
  int steps_ = 0;
  Parameters<float> mean_, square_;
};

class Momentum final : public Optimizer {
 public:
  Momentum(const NetworkSpec& spec, double momentum, double decay)
      : momentum_(static_cast<float>(momentum)),
        decay_(static_cast<float>(decay)),
        speed_(zero_parameters<float>(spec)) {}

  void step(Parameters<float>& parameters, const Parameters<float>& gradient, double rate) override {
    const float size = static_cast<float>(rate);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      LayerParameters<float>& speed = speed_[i];
      speed.weights = momentum_ * speed.weights + gradient[i].weights + decay_ * parameters[i].weights;
      speed.bias = momentum_ * speed.bias + gradient[i].bias;
      parameters[i].weights -= size * speed.weights;
      parameters[i].bias -= size * speed.bias;
    }
  }

 private:
  float momentum_, decay_;
  Parameters<float> speed_;
};

}  // namespace

std::unique_ptr<Optimizer> make_optimizer(const TrainingOptions& options, const NetworkSpec& spec) {
  if (options.optimizer == OptimizerKind::adam) return std::make_unique<Adam>(spec, options.weight_decay);
  return std::make_unique<Momentum>(spec, options.momentum, options.weight_decay);
}

}  // namespace ohmcarlo
