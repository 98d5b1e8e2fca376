#include "training/method.hpp"

#include <gtest/gtest.h>

#include "chip/programming.hpp"
#include "training/synthetic.hpp"

namespace ohmcarlo {
namespace {

using synthetic::kSpec;
using synthetic::same_bits;

TrainingOptions noisy(double sigma) {
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
  std::vector<std::uint8_t> labels;

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

TEST(NoiseInjection, EveryStepDrawsFreshNoise) {
  const OneStep one;
  const std::unique_ptr<Method> method = make_method(one.network, noisy(0.2), {1, 0});
  const Parameters<float> first = one(*method, 0);
  EXPECT_FALSE(same_bits(first, one(*method, 1)));
  EXPECT_TRUE(same_bits(first, one(*method, 0)));
}

TEST(NoiseInjection, ReplicasAndSeedsDrawTheirOwnNoise) {
  const OneStep one;
  const Parameters<float> here = one(*make_method(one.network, noisy(0.2), {1, 0}), 0);
  EXPECT_FALSE(same_bits(here, one(*make_method(one.network, noisy(0.2), {1, 1}), 0)));
  EXPECT_FALSE(same_bits(here, one(*make_method(one.network, noisy(0.2), {2, 0}), 0)));
}

TEST(NoiseInjection, TheGradientIsThatOfTheNoisyNetwork) {
  const OneStep one;
  const Parameters<float> drawn = one(*make_method(one.network, noisy(0.2), {1, 0}), 7);
  OneStep used;
  program_weights(noisy(0.2).noise, 1, {.purpose = Purpose::training_noise, .event = training_event(7, 0)},
                  used.parameters);
  EXPECT_TRUE(same_bits(drawn, used(*make_method(used.network, synthetic::options(), {1, 0}), 7)));
  EXPECT_FALSE(same_bits(drawn, one(*make_method(one.network, synthetic::options(), {1, 0}), 7)));
}

TEST(NoiseInjection, TheJudgedChipsAreTheSameAtEveryEpoch) {
  const OneStep one;
  const std::unique_ptr<Method> method = make_method(one.network, noisy(0.2), {1, 0});
  const std::vector<Parameters<float>> before = method->judged(one.parameters);
  (void)one(*method, 5);
  const std::vector<Parameters<float>> after = method->judged(one.parameters);
  ASSERT_EQ(before.size(), 3U);
  ASSERT_EQ(after.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(same_bits(before[i], after[i]));
  EXPECT_FALSE(same_bits(before[0], before[1]));
  EXPECT_FALSE(same_bits(before[0], one.parameters));
}

TEST(NoiseInjection, TheJudgedChipsAreNotTheOnesOfTheTest) {
  const OneStep one;
  const std::vector<Parameters<float>> judged = make_method(one.network, noisy(0.2), {1, 0})->judged(one.parameters);
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    Parameters<float> chip = one.parameters;
    program_weights(noisy(0.2).noise, 1, chip_address(noisy(0.2).noise, 0, trial), chip);
    EXPECT_FALSE(same_bits(chip, judged[trial]));
  }
}

TEST(Plain, IsJudgedOnTheCleanNetwork) {
  const OneStep one;
  const std::vector<Parameters<float>> judged =
      make_method(one.network, synthetic::options(), {1, 0})->judged(one.parameters);
  ASSERT_EQ(judged.size(), 1U);
  EXPECT_TRUE(same_bits(judged[0], one.parameters));
}

TEST(TrainingEvent, TellsStepsAndPassesApart) {
  EXPECT_EQ(training_event(0, 0), 0U);
  EXPECT_EQ(training_event(0, 15), 15U);
  EXPECT_EQ(training_event(1, 0), 16U);
}

}  // namespace
}  // namespace ohmcarlo
