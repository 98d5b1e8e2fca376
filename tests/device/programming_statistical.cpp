// Defects, drift and what cells share against closed forms. 21 checks, each of which fails by chance once in 10^6:
// 2e-5 for all of them.

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/moments.hpp"
#include "device/planes.hpp"

namespace ohmcarlo {
namespace programming_statistical_test {

constexpr PlaneShape kPlane{.outputs = 1024, .inputs = 1024};
constexpr auto kCells = static_cast<double>(kPlane.cells());

/// E sigma^k of a sigma uniform from a to b.
double sigma_moment(double a, double b, int k) {
  return (std::pow(b, k + 1) - std::pow(a, k + 1)) / ((k + 1) * (b - a));
}

TEST(Defects, HaveTheSharesAndTheSpreadOfTheirDefinition) {
  for (const double rate : {0.05, 0.2}) {
    const Defects defects{.rate = rate, .stuck_share = 0.3, .sigma_low = 0.6, .sigma_high = 1.0};
    const std::vector<float> targets(kPlane.cells(), 2.0F);
    const Programmed chip = program({.range = kTwoBits, .defects = defects}, kPlane, targets);
    double stuck = 0;
    double varied = 0;
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (const float cell : chip.steps) {
      if (cell == 2) continue;
      if (cell == 0) {
        ++stuck;
        continue;
      }
      const double theta = std::log(kTwoBits.siemens(cell) / 25e-6);
      ++varied;
      sum += theta;
      squares += theta * theta;
      fourths += std::pow(theta, 4);
    }
    expect_binomial(stuck + varied, kCells, rate);
    expect_binomial(stuck, stuck + varied, 0.3);
    const double m2 = sigma_moment(0.6, 1, 2);
    const double m4 = 3 * sigma_moment(0.6, 1, 4);
    expect_sum(sum, varied, 0, m2);
    expect_sum(squares, varied, m2, m4 - m2 * m2);
    expect_sum(fourths, varied, m4, 105 * sigma_moment(0.6, 1, 8) - m4 * m4);
    EXPECT_NEAR(sigma_moment(0.6, 1, 2), (0.36 + 0.6 + 1) / 3, 1e-12);
  }
}

TEST(Drift, HasTheMeanOfItsClosedForm) {
  constexpr double kNu = 0.05;
  constexpr double kSd = 0.02;
  const double e_foldings = std::log(1e6);
  const Programmed chip = program({.range = kTwoBits, .drift = Drift{.nu = kNu, .nu_sd = kSd, .time = 1e6}}, kPlane);
  std::vector<double> z;
  double sum = 0;
  for (std::size_t i = 0; i < kPlane.cells(); ++i) {
    const double factor = kTwoBits.siemens(chip.steps[i]) / kTwoBits.siemens(chip.targets[i]);
    z.push_back((-std::log(factor) / e_foldings - kNu) / kSd);
    sum += factor;
  }
  expect_standard_moments(z);
  const double s2 = std::pow(kSd * e_foldings, 2);
  const double mean = std::exp(-kNu * e_foldings + s2 / 2);
  expect_sum(sum, kCells, mean, mean * mean * std::expm1(s2));
}

TEST(ArrayFactors, OfManyDiesAreNormal) {
  const PlaneShape one_cell{.outputs = 1, .inputs = 1};
  const CellModel model{.range = kTwoBits, .array = {.die_sigma = 0.1}};
  std::vector<double> z;
  for (std::uint32_t trial = 0; trial < 20'000; ++trial) {
    Address chip = kPlaneChip;
    chip.trial = trial;
    const Programmed die = program(model, one_cell, {3.0F}, chip);
    z.push_back((kTwoBits.siemens(die.steps[0]) / 35e-6 - 1) / 0.1);
  }
  expect_standard_moments(z);
  expect_distribution(z, normal_cumulative);
}

// Arrays of 2 x 2: u and v are +-1/4, so that sums and differences of cells give the slopes back.
TEST(ArrayFactors, OfManyArraysHaveIndependentNormalSlopes) {
  PlaneShape plane = kPlane;
  plane.tile_rows = 2;
  plane.tile_columns = 2;
  const Programmed chip =
      program({.range = kTwoBits, .array = {.gradient_sigma = 0.2}}, plane, std::vector<float>(plane.cells(), 3.0F));
  std::vector<double> a;
  std::vector<double> b;
  double products = 0;
  double middles = 0;
  const auto change = [&](std::size_t output, std::size_t input) {
    return kTwoBits.siemens(chip.steps[output * plane.inputs + input]) / 35e-6 - 1;
  };
  for (std::size_t output = 0; output < plane.outputs; output += 2) {
    for (std::size_t input = 0; input < plane.inputs; input += 2) {
      const double c00 = change(output, input);
      const double c01 = change(output, input + 1);
      const double c10 = change(output + 1, input);
      const double c11 = change(output + 1, input + 1);
      a.push_back((c01 + c11 - c00 - c10) / 0.2);
      b.push_back((c10 + c11 - c00 - c01) / 0.2);
      products += a.back() * b.back();
      middles = std::max(middles, std::abs(c00 + c01 + c10 + c11));
    }
  }
  expect_standard_moments(a);
  expect_standard_moments(b);
  expect_sum(products, static_cast<double>(a.size()), 0, 1);
  EXPECT_LT(middles, 1e-6);  // an array as a whole is neither better nor worse
}

}  // namespace programming_statistical_test
}  // namespace ohmcarlo
