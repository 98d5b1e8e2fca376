#include "crossbar/randomness.hpp"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace randomness_test {

using Change = std::function<void(ArrayOptions&)>;

/// Slices, converters, wires, a stretched range and drift that all cells share: nothing of it is drawn.
ArrayOptions ideal() {
  ArrayOptions options;
  options.format = {.mapping = Mapping::one_sided, .weight_bits = 8, .cell_bits = 2};
  options.cells.range = {1e-6, 1e-4, options.format.top()};
  options.cells.drift = Drift{.nu = 0.05, .nu_sd = 0, .time = 100, .time_programmed = 1};
  options.cells.verify = WriteVerify{.tolerance = 0.01, .max_pulses = 5};
  options.cells.defects = Defects{.rate = 0};
  options.dac.coding.bits = 8;
  options.adc.bits = 8;
  options.wires.row_ohm = 1;
  return options;
}

TEST(RandomnessOfArrays, IsNoneWithoutAnythingDrawn) {
  EXPECT_FALSE(is_random(ArrayOptions{}));
  EXPECT_FALSE(is_random(ideal()));
  // Words without numbers.
  for (const VariationLaw law :
       {VariationLaw::gaussian, VariationLaw::proportional, VariationLaw::lognormal, VariationLaw::banded}) {
    ArrayOptions options = ideal();
    options.cells.variation.law = law;
    EXPECT_FALSE(is_random(options)) << static_cast<int>(law);
  }
  ArrayOptions options = ideal();
  options.adc.noise = {AdcNoiseLaw::gaussian, 0, 0, 0};
  EXPECT_FALSE(is_random(options));
}

// Each of these alone makes chips, or reads of a chip, differ.
TEST(RandomnessOfArrays, IsThereByAnySingleSource) {
  const std::vector<std::pair<const char*, Change>> sources = {
      {"gaussian", [](ArrayOptions& o) { o.cells.variation = {.law = VariationLaw::gaussian, .sigma = 0.01}; }},
      {"proportional", [](ArrayOptions& o) { o.cells.variation = {.law = VariationLaw::proportional, .sigma = 0.01}; }},
      {"lognormal", [](ArrayOptions& o) { o.cells.variation = {.law = VariationLaw::lognormal, .sigma = 0.01}; }},
      {"banded", [](ArrayOptions& o) { o.cells.variation = {.law = VariationLaw::banded, .sigma = 0.01}; }},
      {"polynomial", [](ArrayOptions& o) { o.cells.variation.law = VariationLaw::polynomial; }},
      {"die", [](ArrayOptions& o) { o.cells.array.die_sigma = 0.01; }},
      {"gradient", [](ArrayOptions& o) { o.cells.array.gradient_sigma = 0.01; }},
      {"faults", [](ArrayOptions& o) { o.cells.faults.rate = 0.001; }},
      {"defects", [](ArrayOptions& o) { o.cells.defects = Defects{.rate = 0.001}; }},
      {"drift", [](ArrayOptions& o) { o.cells.drift->nu_sd = 0.001; }},
      {"read noise of a range", [](ArrayOptions& o) { o.read_noise.c0 = 0.01F; }},
      {"read noise of conductances", [](ArrayOptions& o) { o.read_noise.c1 = 0.01F; }},
      {"fitted read noise", [](ArrayOptions& o) { o.read_noise.c2 = 0.01F; }},
      {"converter",
       [](ArrayOptions& o) {
         o.adc.noise = {AdcNoiseLaw::gaussian, 0.1, 0, 0};
       }},
      {"read margin, on",
       [](ArrayOptions& o) {
         o.adc.noise = {AdcNoiseLaw::logistic, 0, 0.1, 0};
       }},
      {"read margin, off",
       [](ArrayOptions& o) {
         o.adc.noise = {AdcNoiseLaw::gaussian, 0, 0, 0.1};
       }},
  };
  for (const auto& [name, change] : sources) {
    ArrayOptions options = ideal();
    change(options);
    EXPECT_TRUE(is_random(options)) << name;
  }
}

}  // namespace randomness_test
}  // namespace ohmcarlo
