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

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;

/// Calls move(values, gradient, moment..., decay) for every array that is learnt.
template <class Move, class... Moments>
void for_each_array(float decay, const NetworkGradient<float>& gradient, NetworkState<float>& state, const Move& move,
                    Moments&... moments) {
  for (std::size_t i = 0; i < state.parameters.size(); ++i) {
    move(state.parameters[i].weights.array(), gradient.parameters[i].weights.array(), decay,
         moments.parameters[i].weights.array()...);
    move(state.parameters[i].bias.array(), gradient.parameters[i].bias.array(), 0.0F,
         moments.parameters[i].bias.array()...);
  }
  for (std::size_t i = 0; i < state.normalisations.parameters.size(); ++i) {
    NormalisationParameters<float>& own = state.normalisations.parameters[i];
    move(own.gamma.array(), gradient.normalisations[i].gamma.array(), 0.0F, moments.normalisations[i].gamma.array()...);
    move(own.beta.array(), gradient.normalisations[i].beta.array(), 0.0F, moments.normalisations[i].beta.array()...);
  }
  if (gradient.log_adc_scales.size() == 0) return;
  Vector<float> moved = Vector<float>::Zero(gradient.log_adc_scales.size());
  move(moved.array(), gradient.log_adc_scales.array(), 0.0F, moments.log_adc_scales.array()...);
  state.converters.adc.array() *= moved.array().exp();
}

}  // namespace

NetworkGradient<float> zero_gradient(const TrainingOptions& options, const NetworkSpec& spec) {
  NetworkGradient<float> gradient = zero_gradient<float>(spec);
  if (options.converters)
    gradient.log_adc_scales = Vector<float>::Zero(static_cast<Index>(spec.weight_layers().size()));
  return gradient;
}

OptimizerState initial_optimizer(const TrainingOptions& options, const NetworkSpec& spec) {
  const std::size_t moments = options.optimizer == OptimizerKind::adam ? 2 : 1;
  return {0, std::vector<NetworkGradient<float>>(moments, zero_gradient(options, spec))};
}

void optimizer_step(const TrainingOptions& options, double learning_rate, const NetworkGradient<float>& gradient,
                    OptimizerState& optimizer, NetworkState<float>& state) {
  ++optimizer.steps;
  const auto decay = static_cast<float>(options.weight_decay);
  if (options.optimizer == OptimizerKind::sgd) {
    const auto momentum = static_cast<float>(options.momentum), size = static_cast<float>(learning_rate);
    for_each_array(
        decay, gradient, state,
        [&](auto w, auto g, float decayed, auto speed) {
          speed = momentum * speed + g + decayed * w;
          w -= size * speed;
        },
        optimizer.moments[0]);
    return;
  }
  const auto steps = static_cast<double>(optimizer.steps);
  const float correction = static_cast<float>(std::sqrt(1 - std::pow(kBeta2, steps)));
  const float size = static_cast<float>(learning_rate / (1 - std::pow(kBeta1, steps))) * correction;
  const float epsilon = static_cast<float>(kEpsilon) * correction;
  for_each_array(
      decay, gradient, state,
      [&](auto w, auto g, float decayed, auto mean, auto square) {
        mean = static_cast<float>(kBeta1) * mean + static_cast<float>(1 - kBeta1) * (g + decayed * w);
        square = static_cast<float>(kBeta2) * square +
                 static_cast<float>(1 - kBeta2) * (g + decayed * w) * (g + decayed * w);
        w -= size * mean / (square.sqrt() + epsilon);
      },
      optimizer.moments[0], optimizer.moments[1]);
}

}  // namespace ohmcarlo
