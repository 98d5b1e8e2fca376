// Write-verify against closed forms: a pulse succeeds with P = erf(c / sqrt 2), c = tolerance / sigma; pulses are
// geometric, errors truncated normal. 33 checks, each of which fails by chance once in 10^6: 3e-5 for all of them.

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/moments.hpp"
#include "device/planes.hpp"

namespace ohmcarlo {
namespace write_verify_statistical_test {

constexpr PlaneShape kPlane{.outputs = 1000, .inputs = 1000};
constexpr auto kCells = static_cast<double>(kPlane.cells());
constexpr double kSigma = 0.1;
constexpr double kTolerances[] = {0.05, 0.1, 0.2};

Programmed verified(double tolerance, int max_pulses) {
  return program({.range = kTwoBits,
                  .variation = {.sigma = kSigma},
                  .verify = WriteVerify{.tolerance = tolerance, .max_pulses = max_pulses}},
                 kPlane);
}

/// Chance of one pulse.
double success(double tolerance) {
  return std::erf(tolerance / kSigma / std::sqrt(2.0));
}

/// Errors of cells in sd: all, or those inside (outside) the tolerance only.
std::vector<double> errors(const Programmed& chip) {
  std::vector<double> z(chip.steps.size());
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = (chip.steps[i] - chip.targets[i]) / (3 * kSigma);
  return z;
}

TEST(WriteVerify, ErrorsAreTruncatedNormal) {
  for (const double tolerance : kTolerances) {
    const double c = tolerance / kSigma;
    const double p = success(tolerance);
    const Programmed chip = verified(tolerance, 10'000);
    EXPECT_EQ(chip.report.missed, 0U);
    const double variance = 1 - 2 * c * normal_density(c) / p;
    const double fourth = 3 - 2 * (c * c * c + 3 * c) * normal_density(c) / p;
    double sum = 0;
    double squares = 0;
    const std::vector<double> z = errors(chip);
    for (const double each : z) {
      sum += each;
      squares += each * each;
    }
    expect_sum(sum, kCells, 0, variance);
    expect_sum(squares, kCells, variance, fourth - variance * variance);
    // A little wider at the ends, where the sum of target and error was rounded.
    expect_distribution(
        z, [&](double at) { return std::clamp((normal_cumulative(at) - normal_cumulative(-c)) / p, 0.0, 1.0); });
    EXPECT_NEAR(chip.report.error_squares / kCells, variance * kSigma * kSigma, 0.02 * variance * kSigma * kSigma);
  }
}

TEST(WriteVerify, PulsesAreGeometric) {
  for (const double tolerance : kTolerances) {
    const double p = success(tolerance);
    const Programmed chip = verified(tolerance, 10'000);
    expect_sum(static_cast<double>(chip.report.pulses), kCells, 1 / p, (1 - p) / (p * p));
  }
}

// After k pulses (1 - P)^k of the cells are still outside, with the tails of the last draw.
TEST(WriteVerify, ABudgetLeavesItsShareOutside) {
  for (const double tolerance : kTolerances) {
    const double c = tolerance / kSigma;
    const double p = success(tolerance);
    for (const int budget : {1, 2, 3, 5}) {
      const Programmed chip = verified(tolerance, budget);
      expect_binomial(static_cast<double>(chip.report.missed), kCells, std::pow(1 - p, budget));
      if (budget != 3) continue;
      double sum = 0;
      double squares = 0;
      double outside = 0;
      for (const double z : errors(chip)) {
        if (std::abs(z) <= c) continue;
        ++outside;
        sum += z;
        squares += z * z;
      }
      EXPECT_NEAR(outside, static_cast<double>(chip.report.missed), 5);  // rounding decides at the edge
      const double variance = 1 + 2 * c * normal_density(c) / (1 - p);
      const double fourth = 3 + 2 * (c * c * c + 3 * c) * normal_density(c) / (1 - p);
      expect_sum(sum, outside, 0, variance);
      expect_sum(squares, outside, variance, fourth - variance * variance);
      // pulses: min(geometric, 3)
      const double mean = 1 + (1 - p) + (1 - p) * (1 - p);
      const double square = 1 * p + 4 * p * (1 - p) + 9 * (1 - p) * (1 - p);
      expect_sum(static_cast<double>(chip.report.pulses), kCells, mean, square - mean * mean);
    }
  }
}

}  // namespace write_verify_statistical_test
}  // namespace ohmcarlo
