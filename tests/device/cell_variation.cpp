#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "device/exp_minus_one.hpp"
#include "device/planes.hpp"
#include "device/read_noise.hpp"

namespace ohmcarlo {
namespace cell_variation_test {

constexpr PlaneShape kPlane{.outputs = 70, .inputs = 71};  // more than one block of cells, and a part of one

CellModel model_of(VariationLaw law, double sigma) {
  return {.range = kTwoBits,
          .variation = {.law = law,
                        .sigma = sigma,
                        .band_factor = 2,
                        .levels = {.mean = {6e-6, 14e-6, 26e-6, 33e-6}, .sd = {1e-6, 2e-6, 0, 3e-6}}}};
}

TEST(BandSigma, IsThePublishedFormula) {
  EXPECT_DOUBLE_EQ(band_sigma(0.1, 1), 0.1);
  EXPECT_NEAR(band_sigma(0.1, 2), 0.1 / std::sqrt(2.2), 1e-15);
  EXPECT_NEAR(band_sigma(0.1, 4), 0.1 / std::sqrt(7.0), 1e-15);
  EXPECT_NEAR(band_sigma(0.1, 6), 0.1 / std::sqrt(15.0), 1e-15);
}

// Each law, draw for draw, in siemens.
TEST(Variation, OfEachLawIsItsFormula) {
  const std::vector<float> z = normals_of(chip_for(Purpose::programming), kPlane.cells());
  const auto expect = [&](VariationLaw law, auto realised) {
    const Programmed chip = program(model_of(law, 0.1), kPlane);
    for (std::size_t i = 0; i < z.size(); ++i) {
      const double exact = realised(chip.targets[i], kTwoBits.siemens(chip.targets[i]), z[i]);
      ASSERT_NEAR(kTwoBits.siemens(chip.steps[i]), exact, 1e-11) << "law " << static_cast<int>(law) << ", cell " << i;
    }
  };
  expect(VariationLaw::gaussian, [](double, double g, double n) { return g + 0.1 * 30e-6 * n; });
  expect(VariationLaw::proportional, [](double, double g, double n) { return g + 0.1 * g * n; });
  expect(VariationLaw::lognormal, [](double, double g, double n) { return g * std::exp(0.1 * n); });
  expect(VariationLaw::polynomial, [](double, double g, double n) {
    const double x = g * 1e6;
    return g + (0.7240 + 0.06184 * x - 0.0006034 * x * x) * 1e-6 * n;
  });
  expect(VariationLaw::banded, [](double level, double g, double n) {
    const bool middle = level == 1 || level == 2;
    return g + (middle ? 2 : 1) * 0.1 / std::sqrt(0.4 * 4 + 0.6) * 30e-6 * n;
  });
  expect(VariationLaw::table, [](double level, double, double n) {
    constexpr std::array<double, 4> kMean = {6e-6, 14e-6, 26e-6, 33e-6};
    constexpr std::array<double, 4> kSd = {1e-6, 2e-6, 0, 3e-6};
    return kMean[static_cast<std::size_t>(level)] + kSd[static_cast<std::size_t>(level)] * n;
  });
}

TEST(Variation, OfBandsExcludesTheirEnds) {
  const CellRange analog{.g_min = 0, .g_max = 1e-5, .top = 1};
  const CellModel model{.range = analog, .variation = {.law = VariationLaw::banded, .sigma = 0.1, .band_factor = 3}};
  const std::vector<float> targets = {0.25F, std::nextafter(0.25F, 1.0F), std::nextafter(0.75F, 0.0F), 0.75F, 0, 1};
  const Programmed chip = program(model, {.outputs = 2, .inputs = 3}, targets);
  const std::vector<float> z = normals_of(chip_for(Purpose::programming), 6);
  const double outside = 0.1 / std::sqrt(0.4 * 9 + 0.6);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(chip.steps[i] - targets[i], (i == 1 || i == 2 ? 3 : 1) * outside * z[i], 1e-6) << i;
  }
}

TEST(Variation, OfSigmaZeroIsExactlyTheTarget) {
  const CellRange odd{.g_min = 3e-7, .g_max = 1.7e-5, .top = 7};  // a pedestal that rounds
  for (const VariationLaw law :
       {VariationLaw::gaussian, VariationLaw::proportional, VariationLaw::lognormal, VariationLaw::banded}) {
    const CellModel model{.range = odd, .variation = {.law = law, .sigma = 0}};
    const Programmed chip = program(model, kPlane);
    EXPECT_EQ(chip.steps, chip.targets);
    EXPECT_EQ(chip.report, (ProgramReport{.cells = kPlane.cells(), .pulses = kPlane.cells()}));
    // Also cell by cell, where a sweep passes through 0 with the rest of the model switched on.
    std::vector<float> realised = chip.targets;
    const std::vector<float> z = normals_of(chip_for(Purpose::programming), kPlane.cells());
    CellLaw({.law = law, .sigma = 0}, odd).apply(chip.targets, z, realised);
    EXPECT_EQ(realised, chip.targets);
  }
  CellModel fitted = model_of(VariationLaw::polynomial, 0);
  fitted.variation.fit.scale = 0;
  const Programmed chip = program(fitted, kPlane);
  EXPECT_EQ(chip.steps, chip.targets);
}

// Common random numbers: the same chip at twice the sigma misses by twice as much.
TEST(Variation, ScalesTheSameNormals) {
  for (const VariationLaw law : {VariationLaw::gaussian, VariationLaw::proportional, VariationLaw::banded}) {
    const std::vector<float> zero(kPlane.cells(), 0.0F);
    const Programmed once = program(model_of(law, 0.1), kPlane, zero);
    const Programmed twice = program(model_of(law, 0.2), kPlane, zero);
    for (std::size_t i = 0; i < zero.size(); ++i) ASSERT_EQ(twice.steps[i], 2 * once.steps[i]);
  }
  const Programmed once = program(model_of(VariationLaw::lognormal, 0.1), kPlane);
  const Programmed twice = program(model_of(VariationLaw::lognormal, 0.2), kPlane);
  for (std::size_t i = 0; i < once.steps.size(); ++i) {
    const double target = once.targets[i] + 0.5;
    const double factor = (once.steps[i] + 0.5) / target;
    ASSERT_NEAR((twice.steps[i] + 0.5) / target, factor * factor, 3e-6);
  }
}

TEST(Variation, RefusesATableThatDoesNotFit) {
  CellModel model = model_of(VariationLaw::table, 0);
  EXPECT_EQ(problem(model), "");
  model.range.top = 15;
  EXPECT_EQ(problem(model), "the table has 4 levels, and the cells have 16");
  model = model_of(VariationLaw::table, 0);
  for (double& mean : model.variation.levels.mean) mean *= 1e6;
  EXPECT_EQ(problem(model), "the table's mean of level 3 is 33 siemens, and g_max is 3.5e-05 siemens");
}

}  // namespace cell_variation_test
}  // namespace ohmcarlo
