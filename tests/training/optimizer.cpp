#include "training/optimizer.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "network/architecture.hpp"

namespace ohmcarlo {
namespace optimizer_test {

const NetworkSpec kSpec = mlp(2, {}, "relu", 1);

Parameters<float> values(float first, float second, float bias) {
  Parameters<float> parameters = zero_parameters<float>(kSpec);
  parameters[0].weights << first, second;
  parameters[0].bias << bias;
  return parameters;
}

/// One training: its values and what its optimiser remembers.
struct Steps {
  TrainingOptions options;
  NetworkState<float> state;
  OptimizerState optimizer = initial_optimizer(options, kSpec);
  void operator()(const Parameters<float>& gradient, double rate) {
    optimizer_step(options, rate, {gradient, {}}, optimizer, state);
  }
};

void expect_values(const Parameters<float>& parameters, double first, double second, double bias) {
  EXPECT_NEAR(parameters[0].weights(0, 0), first, 1e-6);
  EXPECT_NEAR(parameters[0].weights(0, 1), second, 1e-6);
  EXPECT_NEAR(parameters[0].bias(0), bias, 1e-6);
}

// Step 1, every gradient: m = 0.1 g, v = 0.001 g^2, corrected g and g^2: a step of 0.1 sign(g).
// Step 2, weight 1 (g = 1, then 3): m = 0.39, v = 0.009999; m / 0.19 = 2.0526316, v / 0.001999 = 5.0020010;
// step 0.1 * 2.0526316 / 2.2365154 = 0.09177811. Weight 2 (g = -2, then 2): m = 0.02, v = 0.007996;
// step 0.1 * 0.10526316 / 2 = 0.00526316. Bias (g = 0.5, then 0): m = 0.045, v = 0.00024975;
// step 0.1 * 0.23684211 / 0.35346402 = 0.06700600.
TEST(Adam, TakesTheStepsWorkedOutByHand) {
  TrainingOptions options;
  options.optimizer = OptimizerKind::adam;
  Steps adam{options, {values(1, -1, 0.5F), {}}};
  adam(values(1, -2, 0.5F), 0.1);
  expect_values(adam.state.parameters, 0.9, -0.9, 0.4);
  adam(values(3, 2, 0), 0.1);
  expect_values(adam.state.parameters, 0.9 - 0.09177811, -0.9 - 0.00526316, 0.4 - 0.06700600);
}

// The step is rate * mhat / (sqrt(vhat) + 1e-8): with a gradient of 1e-8 just half of the rate.
TEST(Adam, EpsilonIsAddedToTheCorrectedRoot) {
  Steps adam{{}, {values(0, 0, 0), {}}};
  adam(values(1e-8F, 0, 1), 0.1);
  expect_values(adam.state.parameters, -0.05, 0, -0.1);
}

ConverterScales<float> converters(float scale) {
  return {Vector<float>::Constant(1, scale), Vector<float>::Constant(1, 3.0F), 4};
}

NetworkGradient<float> gradient_of_scale(float by_log) {
  return {values(0, 0, 0), {}, Vector<float>::Constant(1, by_log)};
}

TrainingOptions with_converters() {
  TrainingOptions options;
  options.converters.emplace();
  options.weight_decay = 0.5;  // not of scales
  return options;
}

// The logarithm takes the steps of the first weight above: by -0.1, then by -0.09177811.
TEST(Adam, MovesTheLogarithmsOfScales) {
  const TrainingOptions options = with_converters();
  NetworkState<float> state{values(0, 0, 0), {}, converters(2)};
  OptimizerState adam = initial_optimizer(options, kSpec);
  optimizer_step(options, 0.1, gradient_of_scale(1), adam, state);
  EXPECT_NEAR(state.converters.adc(0), 2 * std::exp(-0.1), 1e-6);
  optimizer_step(options, 0.1, gradient_of_scale(3), adam, state);
  EXPECT_NEAR(state.converters.adc(0), 2 * std::exp(-0.1 - 0.09177811), 1e-6);
  EXPECT_EQ(state.converters.dac(0), 3);
}

TEST(Momentum, MovesTheLogarithmsOfScales) {
  TrainingOptions options = with_converters();
  options.optimizer = OptimizerKind::sgd;
  options.momentum = 0.9;
  NetworkState<float> state{values(0, 0, 0), {}, converters(2)};
  OptimizerState sgd = initial_optimizer(options, kSpec);
  optimizer_step(options, 0.1, gradient_of_scale(1), sgd, state);
  optimizer_step(options, 0.2, gradient_of_scale(-3), sgd, state);  // v: 1, then 0.9 - 3 = -2.1
  EXPECT_NEAR(state.converters.adc(0), 2 * std::exp(-0.1 + 0.42), 1e-6);
}

TEST(Optimizer, ScalesOfLayersWithoutConvertersStayZero) {
  const TrainingOptions options = with_converters();
  NetworkState<float> state{values(0, 0, 0), {}, converters(0)};
  OptimizerState adam = initial_optimizer(options, kSpec);
  optimizer_step(options, 0.1, gradient_of_scale(0), adam, state);
  EXPECT_EQ(state.converters.adc(0), 0);
  EXPECT_EQ(initial_optimizer({}, kSpec).moments[0].log_adc_scales.size(), 0);
}

TEST(Adam, WeightDecaySparesBiases) {
  TrainingOptions options;
  options.weight_decay = 0.5;
  Steps adam{options, {values(2, -2, 2), {}}};
  // Gradients 0.5 * 2 - 1 = 0 and 0.5 * -2 - 1 = -2 of the weights, 0 of the bias.
  adam(values(-1, -1, 0), 0.1);
  expect_values(adam.state.parameters, 2, -1.9, 2);
}

// v: 1, then 0.9 + 3 = 3.9; -2, then -1.8 + 2 = 0.2; 0.5, then 0.45.
TEST(Momentum, TakesTheStepsWorkedOutByHand) {
  TrainingOptions options;
  options.optimizer = OptimizerKind::sgd;
  options.momentum = 0.9;
  Steps sgd{options, {values(1, -1, 0.5F), {}}};
  sgd(values(1, -2, 0.5F), 0.1);
  expect_values(sgd.state.parameters, 0.9, -0.8, 0.45);
  sgd(values(3, 2, 0), 0.2);
  expect_values(sgd.state.parameters, 0.9 - 0.78, -0.8 - 0.04, 0.45 - 0.09);
}

TEST(Momentum, OfZeroIsPlainDescent) {
  TrainingOptions options;
  options.optimizer = OptimizerKind::sgd;
  options.momentum = 0;
  Steps sgd{options, {values(1, 1, 1), {}}};
  sgd(values(1, 2, 3), 0.1);
  sgd(values(1, 2, 3), 0.1);
  expect_values(sgd.state.parameters, 0.8, 0.6, 0.4);
}

TEST(Momentum, WeightDecaySparesBiases) {
  TrainingOptions options;
  options.optimizer = OptimizerKind::sgd;
  options.weight_decay = 0.5;
  Steps sgd{options, {values(2, -4, 8), {}}};
  sgd(values(0, 0, 0), 0.1);
  expect_values(sgd.state.parameters, 1.9, -3.8, 8);
}

TrainingOptions scheduled(ScheduleKind schedule) {
  TrainingOptions options;
  options.schedule = schedule;
  options.learning_rate = 0.8;
  options.epochs = 20;
  options.step_epochs = 3;
  options.step_factor = 0.5;
  return options;
}

TEST(Schedule, ConstantKeepsTheRate) {
  EXPECT_EQ(learning_rate(scheduled(ScheduleKind::constant), 0), 0.8);
  EXPECT_EQ(learning_rate(scheduled(ScheduleKind::constant), 19), 0.8);
}

TEST(Schedule, CosineFallsFromTheRateTowardsZero) {
  const TrainingOptions cosine = scheduled(ScheduleKind::cosine);
  EXPECT_DOUBLE_EQ(learning_rate(cosine, 0), 0.8);
  EXPECT_DOUBLE_EQ(learning_rate(cosine, 5), 0.4 * (1 + std::sqrt(0.5)));
  EXPECT_DOUBLE_EQ(learning_rate(cosine, 10), 0.4);
  EXPECT_GT(learning_rate(cosine, 19), 0);
  EXPECT_NEAR(learning_rate(cosine, 19), 0.8 * 0.00615583, 1e-8);
}

TEST(Schedule, StepReducesAfterEveryFewEpochs) {
  const TrainingOptions step = scheduled(ScheduleKind::step);
  const double expected[] = {0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2};
  for (int epoch = 0; epoch < 7; ++epoch) EXPECT_DOUBLE_EQ(learning_rate(step, epoch), expected[epoch]) << epoch;
}

}  // namespace optimizer_test
}  // namespace ohmcarlo
