#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "device/exp_minus_one.hpp"
#include "device/planes.hpp"
#include "device/read_noise.hpp"

namespace ohmcarlo {
namespace {

constexpr PlaneShape kPlane{.outputs = 70, .inputs = 71};  // more than one block of cells, and a part of one

CellModel model_of(VariationLaw law, double sigma) {
  return {.range = kTwoBits,
          .variation = {.law = law,
                        .sigma = sigma,
                        .band_factor = 2,
                        .levels = {.mean = {6e-6, 14e-6, 26e-6, 33e-6}, .sd = {1e-6, 2e-6, 0, 3e-6}}}};
}

TEST(ExpMinusOne, AgreesWithTheLibrary) {
  double worst = 0;
  for (double x = -80; x <= 80; x += 0.0137) {
    const auto rounded = static_cast<float>(x);
    const double exact = std::expm1(static_cast<double>(rounded));
    worst = std::max(worst, std::abs(exp_minus_one(rounded) / exact - 1));
  }
  for (double x = 1e-30; x < 1; x *= 1.7) {
    for (const float rounded : {static_cast<float>(x), static_cast<float>(-x)}) {
      worst = std::max(worst, std::abs(exp_minus_one(rounded) / std::expm1(static_cast<double>(rounded)) - 1));
    }
  }
  EXPECT_LT(worst, 4e-7);
  EXPECT_EQ(exp_minus_one(0), 0);
}

TEST(ExpMinusOne, StaysFiniteWhereItEnds) {
  for (const float x : {-1e6F, -1000.0F, -100.0F}) EXPECT_NEAR(exp_minus_one(x), -1, 1e-30);
  for (const float x : {88.0F, 88.7F}) EXPECT_GT(exp_minus_one(x), 1e38F);
}

// The table of the published fit: microsiemens, sd in microsiemens.
TEST(FittedSd, HasThePublishedValues) {
  constexpr std::array<std::array<double, 2>, 7> kPublished = {
      {{1.25, 0.8004}, {4, 0.9617}, {10, 1.282}, {20, 1.719}, {40, 2.232}, {44, 2.277}, {51.2, 2.308}}};
  for (const CellRange& range : {CellRange{.g_min = 0, .g_max = 51.24e-6, .top = 1},
                                 CellRange{.g_min = 4e-6, .g_max = 44e-6, .top = 15}, kTwoBits}) {
    const SdLaw law = sd_of_fit({}, range);
    for (const auto& [conductance, sd] : kPublished) {
      const double steps = range.steps(conductance * 1e-6);
      EXPECT_NEAR(law(static_cast<float>(steps)) * range.step() * 1e6, sd, 5e-4 * sd) << conductance;
    }
  }
}

TEST(FittedSd, TakesOtherCoefficientsAndAScale) {
  // Phase-change cells (Joshi et al., Nat. Commun. 11, 2020), worked out by hand.
  const FittedSd joshi{.c0 = 0.28638599, .c1 = 0.07585724, .c2 = -0.00178767, .largest = 25};
  const CellRange range{.g_min = 0, .g_max = 25e-6, .top = 1};
  EXPECT_EQ(problem(joshi, range), "");
  for (const auto& [share, sd] : {std::pair{0.25, 0.69066}, {0.5, 0.95528}, {0.75, 1.08023}, {1.0, 1.06552}}) {
    EXPECT_NEAR(sd_of_fit(joshi, range)(static_cast<float>(share)) * 25, sd, 6e-6);
  }
  FittedSd half = joshi;
  half.scale = 0.5;
  EXPECT_FLOAT_EQ(sd_of_fit(half, range)(0.3F), sd_of_fit(joshi, range)(0.3F) / 2);
}

TEST(FittedSd, IsRefusedWhereItDoesNotHold) {
  EXPECT_EQ(problem(FittedSd{}, {.g_min = 0, .g_max = 51.24e-6, .top = 3}), "");
  EXPECT_EQ(problem(FittedSd{}, {.g_min = 0, .g_max = 1e-3, .top = 3}),
            "the polynomial holds up to 51.24 microsiemens, and g_max is 1000 microsiemens");
  const FittedSd to_infinity{.largest = std::numeric_limits<double>::infinity()};
  EXPECT_EQ(problem(to_infinity, {.g_min = 0, .g_max = 113e-6, .top = 3}), "");
  EXPECT_NE(problem(to_infinity, {.g_min = 0, .g_max = 114e-6, .top = 3}), "");
  // Positive at both ends, negative between.
  const FittedSd dip{.c0 = 1, .c1 = -1, .c2 = 0.1, .largest = 10};
  EXPECT_EQ(problem(dip, {.g_min = 0, .g_max = 10e-6}), "the polynomial is a negative sd (-1.5) at 5 microsiemens");
}

TEST(ReadNoise, IsInSteps) {
  const float steps = 2;  // 25 microsiemens of 5..35
  EXPECT_FLOAT_EQ(sd_law({.sigma = 0.1}, kTwoBits)(steps), 0.3F);
  EXPECT_FLOAT_EQ(sd_law({.law = ReadNoiseLaw::proportional, .sigma = 0.1}, kTwoBits)(steps), 0.25F);
  EXPECT_NEAR(sd_law({.law = ReadNoiseLaw::polynomial}, kTwoBits)(steps),
              (0.7240 + 0.06184 * 25 - 0.0006034 * 625) / 10, 1e-6);
  EXPECT_TRUE(sd_law({}, kTwoBits).zero());
  EXPECT_EQ(problem(ReadNoise{}, {.g_min = 0, .g_max = 1}), "");
  EXPECT_NE(problem(ReadNoise{.law = ReadNoiseLaw::polynomial}, {.g_min = 0, .g_max = 1}), "");
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

}  // namespace
}  // namespace ohmcarlo
