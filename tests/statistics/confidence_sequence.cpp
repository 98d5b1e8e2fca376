#include "statistics/confidence_sequence.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace confidence_sequence_test {

double half(std::size_t count, double n0, double alpha = 0.05) {
  return sequence_half_width(count, 1.0, alpha, tuned_rho2(alpha, n0));
}

// Reference values: SciPy's lambertw.
TEST(TunedRho2, HasItsKnownValues) {
  EXPECT_NEAR(tuned_rho2(0.05, 30), 0.273732269, 1e-9);
  EXPECT_NEAR(tuned_rho2(0.05, 100), 0.082119681, 1e-9);
  EXPECT_NEAR(tuned_rho2(0.05), 0.032847872, 1e-9);
  EXPECT_NEAR(tuned_rho2(0.01), 0.04702548488998168, 1e-12);
  EXPECT_NEAR(tuned_rho2(0.2), 0.020051038573125735, 1e-12);
}

// The asymptotic sequence is narrowest where its slope in rho2 is 0; that is what "tuned" means.
TEST(TunedRho2, IsWhereTheAsymptoticSequenceIsNarrowest) {
  for (const double alpha : {0.2, 0.05, 0.001}) {
    const auto asymptotic = [alpha](double rho2) {
      const double grown = 250 * rho2 + 1;
      return std::sqrt(2 * grown / (250.0 * 250.0 * rho2) * std::log(std::sqrt(grown) / alpha));
    };
    const double rho2 = tuned_rho2(alpha, 250);
    EXPECT_LT(asymptotic(rho2), asymptotic(1.01 * rho2));
    EXPECT_LT(asymptotic(rho2), asymptotic(0.99 * rho2));
  }
}

TEST(Sequence, HasItsKnownHalfWidths) {
  EXPECT_NEAR(half(24, 250), 1.068050, 1e-6);
  EXPECT_NEAR(half(32, 250), 0.752857, 1e-6);
  EXPECT_NEAR(half(120, 250), 0.287286, 1e-6);
  EXPECT_NEAR(half(480, 250), 0.140294, 1e-6);
  EXPECT_NEAR(half(5000, 250), 0.047279, 1e-6);
  EXPECT_NEAR(half(16, 100), 1.215845, 1e-6);
  EXPECT_NEAR(half(32, 100), 0.615178, 1e-6);
  EXPECT_NEAR(half(100, 100), 0.309917, 1e-6);
  EXPECT_NEAR(half(1000, 100), 0.102880, 1e-6);
  EXPECT_NEAR(sequence_half_width(40, 0.0151910905, 0.05, tuned_rho2(0.05, 100)), 0.008002796, 1e-9);
}

TEST(Sequence, ConfidenceSetsTheWidth) {
  EXPECT_NEAR(half(32, 250, 0.01), 0.893201031, 1e-9);
  EXPECT_NEAR(half(480, 250, 0.01), 0.165039193, 1e-9);
  EXPECT_NEAR(half(24, 250, 0.2), 0.850338155, 1e-9);
  EXPECT_NEAR(half(5000, 30, 0.05 / 11), 0.0608969224, 1e-9);
}

TEST(Sequence, IsInfiniteWhereUndefinedWhateverTheSpread) {
  for (std::size_t count = 0; count <= 15; ++count) {
    EXPECT_TRUE(std::isinf(sequence_half_width(count, 0.0, 0.05, tuned_rho2(0.05)))) << count;
  }
  EXPECT_NEAR(half(16, 250), 4.661865301569498, 1e-8);
}

TEST(Sequence, LeadsToTheAsymptoticOne) {
  const double rho2 = tuned_rho2(0.05), n = 1e6;
  const double asymptotic = std::sqrt(2 * (n * rho2 + 1) / (n * n * rho2) * std::log(std::sqrt(n * rho2 + 1) / 0.05));
  EXPECT_NEAR(half(1000000, 250) / asymptotic, 1.0, 1e-5);
}

TEST(SequencePValue, HasItsKnownValues) {  // eight times .02 .01 .00 .04 .02
  EXPECT_NEAR(sequence_p_value(40, 0.018, std::sqrt(8 * 8.8e-4 / 39), tuned_rho2(0.05)), 0.00015744611079043552, 1e-12);
}

TEST(SequencePValue, IsBelowAlphaExactlyWhereTheSequenceExcludesZero) {
  for (const double alpha : {0.2, 0.05, 0.001}) {
    const double rho2 = tuned_rho2(0.05);
    for (const std::size_t count : {60U, 300U, 5000U}) {
      const double edge = sequence_half_width(count, 0.3, alpha, rho2);
      EXPECT_LT(sequence_p_value(count, edge * 1.0001, 0.3, rho2), alpha);
      EXPECT_LT(sequence_p_value(count, -edge * 1.0001, 0.3, rho2), alpha);
      EXPECT_GT(sequence_p_value(count, edge * 0.9999, 0.3, rho2), alpha);
    }
  }
}

TEST(SequencePValue, IsOneWithoutEvidence) {
  EXPECT_EQ(sequence_p_value(50, 0.0, 0.0, 0.03), 1.0);
  EXPECT_EQ(sequence_p_value(50, 0.0, 0.2, 0.03), 1.0);
  EXPECT_EQ(sequence_p_value(1, 0.5, 0.0, 0.03), 1.0);
}

TEST(SequencePValue, EqualDifferencesHaveAFiniteOne) {  // M = (1 + n rho2)^((n - 1) / 2)
  EXPECT_NEAR(sequence_p_value(10, 0.01, 0.0, 0.03), std::pow(1.3, -4.5), 1e-12);
}

}  // namespace confidence_sequence_test
}  // namespace ohmcarlo
