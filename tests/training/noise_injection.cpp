#include "training/methods/noise_injection.hpp"

#include <gtest/gtest.h>

#include "chip/programming.hpp"
#include "crossbar/array_layer.hpp"
#include "network/quantisation.hpp"
#include "training/one_step.hpp"

namespace ohmcarlo {
namespace noise_injection_test {

using synthetic::kSpec;
using synthetic::noisy;
using synthetic::OneStep;
using synthetic::same_bits;

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
  const std::vector<Parameters<float>> before = method->chips_to_validate(one.parameters);
  (void)one(*method, 5);
  const std::vector<Parameters<float>> after = method->chips_to_validate(one.parameters);
  ASSERT_EQ(before.size(), 3U);
  ASSERT_EQ(after.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(same_bits(before[i], after[i]));
  EXPECT_FALSE(same_bits(before[0], before[1]));
  EXPECT_FALSE(same_bits(before[0], one.parameters));
}

TEST(NoiseInjection, TheJudgedChipsAreNotTheOnesOfTheTest) {
  const OneStep one;
  const std::vector<Parameters<float>> judged =
      make_method(one.network, noisy(0.2), {1, 0})->chips_to_validate(one.parameters);
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    Parameters<float> chip = one.parameters;
    program_weights(noisy(0.2).noise, 1, chip_address(noisy(0.2).noise, 0, trial), chip);
    EXPECT_FALSE(same_bits(chip, judged[trial]));
  }
}

/// Cells of two bits with faults: what programming them does to weights is more than noise of one sd.
TrainingOptions on_arrays() {
  TrainingOptions options = noisy(0);
  options.noise_arrays.emplace();
  ArrayOptions& arrays = *options.noise_arrays;
  arrays.format = {.mapping = Mapping::one_sided, .weight_bits = 4, .cell_bits = 2};
  arrays.cells.range.top = arrays.format.top();
  arrays.cells.variation.sigma = 0.1;
  arrays.cells.faults.rate = 0.02;
  return options;
}

/// The weights on arrays that are programmed as those of this chip, with this key.
Parameters<float> programmed(const Parameters<float>& clean, const ArrayOptions& arrays, std::uint64_t key,
                             std::uint32_t trial) {
  Parameters<float> weights = clean;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    ArrayLayer layer(arrays, View<const float>(clean[i].weights));
    (void)layer.program({key, {.layer = i, .replica = 0, .trial = trial}});
    weights[i].weights = layer.read_back();
  }
  return weights;
}

std::uint64_t documented_key(Purpose purpose, std::uint64_t event) {
  return derived_key(1, (static_cast<std::uint64_t>(purpose) << 48) + event);
}

TEST(HardwareNoise, AStepSeesAChipOfItsOwn) {
  const OneStep one;
  const TrainingOptions options = on_arrays();
  const std::unique_ptr<Method> method = make_method(one.network, options, {1, 0});
  const Parameters<float> first = one(*method, 7);
  EXPECT_TRUE(same_bits(first, one(*method, 7)));
  EXPECT_FALSE(same_bits(first, one(*method, 8)));
  EXPECT_FALSE(same_bits(first, one(*make_method(one.network, options, {1, 1}), 7)));
  EXPECT_FALSE(same_bits(first, one(*make_method(one.network, options, {2, 0}), 7)));
  OneStep used;
  used.parameters = programmed(one.parameters, *options.noise_arrays,
                               documented_key(Purpose::training_noise, training_event(7, 0)), 0);
  EXPECT_FALSE(same_bits(used.parameters, one.parameters));
  EXPECT_TRUE(same_bits(first, used(*make_method(used.network, synthetic::options(), {1, 0}), 7)));
}

TEST(HardwareNoise, TheJudgedChipsAreTheSameAtEveryEpochAndNotTheOnesOfTheTest) {
  const OneStep one;
  const TrainingOptions options = on_arrays();
  const std::unique_ptr<Method> method = make_method(one.network, options, {1, 0});
  const std::vector<Parameters<float>> before = method->chips_to_validate(one.parameters);
  (void)one(*method, 5);
  const std::vector<Parameters<float>> after = method->chips_to_validate(one.parameters);
  ASSERT_EQ(before.size(), 3U);
  for (std::uint32_t chip = 0; chip < 3; ++chip) {
    EXPECT_TRUE(same_bits(before[chip], after[chip]));
    const std::uint64_t key = documented_key(Purpose::validation_noise, 0);
    EXPECT_TRUE(same_bits(before[chip], programmed(one.parameters, *options.noise_arrays, key, chip)));
    for (std::uint32_t trial = 0; trial < 3; ++trial)
      EXPECT_FALSE(same_bits(before[chip], programmed(one.parameters, *options.noise_arrays, 1, trial)));
  }
  EXPECT_FALSE(same_bits(before[0], before[1]));
}

TEST(HardwareNoise, OfPerfectCellsIsPlainTraining) {
  const OneStep one;
  TrainingOptions options = on_arrays();
  options.noise_arrays.emplace();
  const Parameters<float> seen = one(*make_method(one.network, options, {1, 0}), 3);
  const Parameters<float> plain = one(*make_method(one.network, synthetic::options(), {1, 0}), 3);
  for (std::size_t i = 0; i < seen.size(); ++i)
    EXPECT_TRUE(seen[i].weights.isApprox(plain[i].weights, 1e-4F))
        << i;  // weights are rounded on the way through cells
}

}  // namespace noise_injection_test
}  // namespace ohmcarlo
