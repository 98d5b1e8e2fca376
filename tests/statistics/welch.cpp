// Intervals for sums of means against the textbook formula of two samples and against Student's for one.

#include "statistics/welch.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo::welch_test {
namespace welch_test {

TEST(WelchInterval, OfOneTermIsStudents) {
  const std::array terms = {VarianceTerm{.variance = 0.09, .df = 7}};
  const Interval interval = welch_interval(2.0, terms, 1.0), expected = t_interval(2.0, 0.3, 7);
  EXPECT_NEAR(interval.low, expected.low, 1e-12);
  EXPECT_NEAR(interval.high, expected.high, 1e-12);
}

// Samples of 5 and 9 with variances 4 and 1: standard error sqrt(4/5 + 1/9) = 0.954521, df = (4/5 + 1/9)^2 /
// ((4/5)^2/4 + (1/9)^2/8) = 5.136985; t(0.975) between those of 5 and 6 degrees, 2.570582 and 2.446912.
TEST(WelchInterval, OfTwoTermsHasTheDegreesOfFreedomOfWelchAndSatterthwaite) {
  const std::array terms = {VarianceTerm{4.0 / 5, 4}, VarianceTerm{1.0 / 9, 8}};
  const double error = std::sqrt(4.0 / 5 + 1.0 / 9);
  const double df = (4.0 / 5 + 1.0 / 9) * (4.0 / 5 + 1.0 / 9) / (16.0 / 25 / 4 + 1.0 / 81 / 8);
  const double t = student_t_quantile(0.975, df);
  EXPECT_GT(t, 2.446912);
  EXPECT_LT(t, 2.570582);
  const Interval interval = welch_interval(1.0, terms, 2.0);
  EXPECT_NEAR(interval.high, 1.0 + t * error / 2, 1e-12);
  EXPECT_NEAR(interval.low, 1.0 - t * error / 2, 1e-12);
}

TEST(WelchInterval, OfTinyVariancesDoesNotUnderflow) {
  const std::array terms = {VarianceTerm{4e-200, 4}, VarianceTerm{4e-200, 4}};  // df = 8
  EXPECT_NEAR(welch_interval(0.0, terms, 1.0).high / (student_t_quantile(0.975, 8) * std::sqrt(8e-200)), 1.0, 1e-12);
}

TEST(WelchInterval, HasNoWidthWithoutVarianceAndIsNotDefinedWithoutTerms) {
  const std::array constant = {VarianceTerm{0.0, 3}, VarianceTerm{0.0, 1}};
  EXPECT_EQ(welch_interval(0.7, constant, 2.0).low, 0.7);
  EXPECT_EQ(welch_interval(0.7, constant, 2.0).high, 0.7);
  EXPECT_TRUE(std::isnan(welch_interval(0.7, {}, 2.0).low));
  const std::array undefined = {VarianceTerm{1.0, 3}, VarianceTerm{kNaN, 1}};
  EXPECT_TRUE(std::isnan(welch_interval(0.7, undefined, 2.0).high));
}

}  // namespace welch_test
}  // namespace ohmcarlo::welch_test
