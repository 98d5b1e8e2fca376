#include "statistics/betting.hpp"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace betting_test {

constexpr std::array kAccuracies{.91, .93, .90, .95, .92, .94, .92, .93, .91, .94};

// Reference values: NumPy and SciPy's brentq.
TEST(Betting, BetsAreThoseOfTheHedgedProcess) {
  const std::vector<double> bets = betting_fractions(kAccuracies);
  ASSERT_EQ(bets.size(), 10U);
  EXPECT_NEAR(bets[0], 6.524985, 1e-6);
  EXPECT_NEAR(bets[1], 4.795457, 1e-6);
  EXPECT_NEAR(bets[2], 4.113457, 1e-6);
  EXPECT_NEAR(bets[9], 2.958521, 1e-6);
}

TEST(Betting, CapitalIsThatOfTheBetterSide) {
  EXPECT_NEAR(log_capital(kAccuracies, .5), 2.848017, 1e-6);
  EXPECT_NEAR(log_capital(kAccuracies, .8), 0.058709, 1e-6);
  EXPECT_NEAR(log_capital(kAccuracies, .9), -0.555552, 1e-6);
  EXPECT_NEAR(log_capital(kAccuracies, .97), 0.912851, 1e-6);
}

TEST(Betting, EndsAreWhereTheCapitalReachesItsTarget) {
  EXPECT_NEAR(betting_interval(kAccuracies).low, 0.48879370226024926, 1e-9);
  EXPECT_EQ(betting_interval(kAccuracies).high, 1.0);
  EXPECT_NEAR(betting_interval(kAccuracies, 0.8).low, 0.6093659932620258, 1e-9);
  std::vector<double> errors;
  for (int i = 0; i < 40; ++i) errors.push_back(1 - kAccuracies[i % 10]);
  EXPECT_NEAR(betting_interval(errors).low, 0.041080966271477566, 1e-9);
  EXPECT_NEAR(betting_interval(errors).high, 0.2248398664475113, 1e-9);
}

TEST(Betting, WhatWasExcludedOnceStaysOut) {
  std::vector<double> values(60, 0.9);
  const double before = betting_interval(values).low;
  values.insert(values.end(), 10, 0.2);
  EXPECT_GE(betting_interval(values).low, before);
}

TEST(Betting, ExtremeValuesHaveOneSidedIntervals) {
  const Interval ones = betting_interval(std::vector<double>(100, 1.0));
  EXPECT_TRUE(ones.low > 0.9 && ones.high == 1.0);
  const Interval zeros = betting_interval(std::vector<double>(100, 0.0));
  EXPECT_TRUE(zeros.low == 0.0 && zeros.high < 0.1);
  EXPECT_EQ(betting_interval({}).low, 0.0);
  EXPECT_EQ(betting_interval({}).high, 1.0);
}

TEST(Betting, DriftMayLeaveNoMean) {
  std::vector<double> values(300, 0.9);
  values.insert(values.end(), 3000, 0.1);
  EXPECT_TRUE(std::isnan(betting_interval(values).low) && std::isnan(betting_interval(values).high));
}

TEST(Betting, ValuesBeyondTheUnitIntervalAreABug) {
  EXPECT_THROW(static_cast<void>(betting_interval(std::array{0.5, 1.5})), std::logic_error);
  EXPECT_THROW(static_cast<void>(betting_interval(std::array{0.5, kNaN})), std::logic_error);
}

TEST(BettingFloor, HasItsKnownValues) {
  EXPECT_EQ(betting_floor(0.95, 0.001), 7004U);
  EXPECT_EQ(betting_floor(0.95, 0.005), 1397U);
  EXPECT_EQ(betting_floor(0.05, 0.001), 7004U);
  EXPECT_EQ(betting_floor(0.5, 0.6), 1U);
}

// At the floor even chips without any spread are only just known well enough.
TEST(BettingFloor, CannotBeBeaten) {
  const double mean = 0.95, half_width = 0.01;
  const std::size_t floor = betting_floor(mean, half_width);
  EXPECT_LT(betting_interval(std::vector<double>(floor - 1, mean)).low, mean - half_width);
  EXPECT_GT(betting_interval(std::vector<double>(floor + 40, mean)).low, mean - half_width);
}

}  // namespace betting_test
}  // namespace ohmcarlo
