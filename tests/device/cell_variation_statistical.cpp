// Each law of variation against its closed form, a million cells a time. 59 checks, each of which fails by chance once
// in 10^6: 6e-5 for all of them. An sd that is off by 1 % at one level would be seen 99 times in 100.

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/moments.hpp"
#include "device/planes.hpp"

namespace ohmcarlo {
namespace cell_variation_statistical_test {

constexpr PlaneShape kPlane{.outputs = 1024, .inputs = 1024};
constexpr double kPi = 3.14159265358979323846;

/// g(l) and its published sd, in siemens, say how many sd a cell of level l is off.
template <class Mean, class Sd>
void expect_normal_levels(const CellVariation& variation, Mean mean, Sd sd) {
  const Programmed chip = program({.range = kTwoBits, .variation = variation}, kPlane);
  std::array<std::vector<double>, 4> z;
  for (std::size_t i = 0; i < kPlane.cells(); ++i) {
    const double level = chip.targets[i];
    const double g = kTwoBits.siemens(chip.steps[i]);
    z[i % 4].push_back((g - mean(level)) / sd(level));
  }
  for (std::size_t level = 0; level < 4; ++level) {
    SCOPED_TRACE(level);
    expect_standard_moments(z[level]);
  }
}

double target(double level) {
  return 5e-6 + level * 10e-6;
}

TEST(Laws, GaussianHasSigmaTimesTheRange) {
  expect_normal_levels({.sigma = 0.1}, target, [](double) { return 3e-6; });
}

TEST(Laws, ProportionalHasSigmaTimesTheConductance) {
  expect_normal_levels({.law = VariationLaw::proportional, .sigma = 0.1}, target,
                       [](double level) { return 0.1 * target(level); });
}

TEST(Laws, PolynomialHasTheSdOfItsTable) {
  // The fit at 5, 15, 25, 35 microsiemens, worked out by hand.
  expect_normal_levels({.law = VariationLaw::polynomial}, target, [](double level) {
    constexpr std::array<double, 4> kSd = {1.018115e-6, 1.515835e-6, 1.892875e-6, 2.149235e-6};
    return kSd[static_cast<std::size_t>(level)];
  });
}

TEST(Laws, BandedHasMoreInTheMiddle) {
  expect_normal_levels({.law = VariationLaw::banded, .sigma = 0.1, .band_factor = 4}, target,
                       [](double level) { return 30e-6 * 0.1 / std::sqrt(7.0) * (level == 1 || level == 2 ? 4 : 1); });
}

TEST(Laws, TableHasItsMeansAndSds) {
  const LevelTable levels{.mean = {6e-6, 14e-6, 26e-6, 33e-6}, .sd = {1e-6, 2e-6, 3e-6, 4e-6}};
  expect_normal_levels(
      {.law = VariationLaw::table, .levels = levels},
      [&](double level) { return levels.mean[static_cast<std::size_t>(level)]; },
      [&](double level) { return levels.sd[static_cast<std::size_t>(level)]; });
}

TEST(Laws, LognormalHasNormalLogarithmsAndTheMeanOfTheFormula) {
  constexpr double kSigma = 0.5;
  const Programmed chip =
      program({.range = kTwoBits, .variation = {.law = VariationLaw::lognormal, .sigma = kSigma}}, kPlane);
  std::array<std::vector<double>, 4> z;
  double sum = 0;
  for (std::size_t i = 0; i < kPlane.cells(); ++i) {
    const double factor = kTwoBits.siemens(chip.steps[i]) / target(chip.targets[i]);
    z[i % 4].push_back(std::log(factor) / kSigma);
    sum += factor;
  }
  for (const std::vector<double>& level : z) expect_standard_moments(level);
  expect_sum(sum, static_cast<double>(kPlane.cells()), std::exp(kSigma * kSigma / 2),
             std::exp(kSigma * kSigma) * std::expm1(kSigma * kSigma));
}

// Analog cells at g_min = 0 cannot conduct less: half of them stay at 0, the others are half-normal.
TEST(Laws, GaussianClippedAtZeroHasTheMeanOfAHalfNormal) {
  constexpr double kSigma = 0.05;
  const CellRange range{.g_min = 0, .g_max = 1e-5, .top = 1};
  const Programmed chip = program({.range = range, .variation = {.sigma = kSigma}, .clip = Clip::zero}, kPlane,
                                  std::vector<float>(kPlane.cells(), 0.0F));
  double sum = 0;
  double at_zero = 0;
  for (const float cell : chip.steps) {
    sum += cell;
    at_zero += cell == 0 ? 1 : 0;
  }
  const auto n = static_cast<double>(kPlane.cells());
  expect_sum(sum, n, kSigma / std::sqrt(2 * kPi), kSigma * kSigma * (0.5 - 1 / (2 * kPi)));
  expect_binomial(at_zero, n, 0.5);
}

// With a pedestal of half a step, zero is 0.5 / 0.3 sd below level 0.
TEST(Laws, GaussianIsClippedAtZeroSiemensNotAtGMin) {
  const Programmed chip = program({.range = kTwoBits, .variation = {.sigma = 0.1}, .clip = Clip::zero}, kPlane,
                                  std::vector<float>(kPlane.cells(), 0.0F));
  double at_zero = 0;
  for (const float cell : chip.steps) at_zero += cell == -0.5F ? 1 : 0;
  expect_binomial(at_zero, static_cast<double>(kPlane.cells()), normal_cumulative(-0.5 / 0.3));
}

// Neighbours along both sides of a plane, its partner, another slice, the next layer and the next chip.
TEST(Laws, CellsAreIndependent) {
  const CellModel model{.range = kTwoBits, .variation = {.sigma = 0.1}};
  const auto errors = [&](const Address& address) {
    const Programmed chip = program(model, kPlane, address);
    std::vector<double> z(chip.steps.size());
    for (std::size_t i = 0; i < z.size(); ++i) z[i] = (chip.steps[i] - chip.targets[i]) / 0.3;
    return z;
  };
  const std::vector<double> here = errors(kPlaneChip);
  const auto expect_unrelated = [&](const std::vector<double>& other, std::size_t distance) {
    double sum = 0;
    for (std::size_t i = distance; i < here.size(); ++i) sum += here[i] * other[i - distance];
    expect_sum(sum, static_cast<double>(here.size() - distance), 0, 1);
  };
  expect_unrelated(here, 1);
  expect_unrelated(here, kPlane.inputs);
  for (const auto change : {&Address::trial, &Address::layer, &Address::slice}) {
    Address other = kPlaneChip;
    other.*change += 1;
    expect_unrelated(errors(other), 0);
  }
  Address partner = kPlaneChip;
  partner.negative = true;
  expect_unrelated(errors(partner), 0);
  expect_distribution(here, normal_cumulative);
}

}  // namespace cell_variation_statistical_test
}  // namespace ohmcarlo
