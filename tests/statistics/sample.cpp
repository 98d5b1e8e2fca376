#include "statistics/sample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace sample_test {

TEST(Sample, MomentsByHand) {
  const Sample sample = summarise(std::array{4.0, 1.0, 2.0, 8.0, 5.0});
  EXPECT_EQ(sample.count, 5U);
  EXPECT_DOUBLE_EQ(sample.mean, 4.0);
  EXPECT_DOUBLE_EQ(sample.sd, std::sqrt(30.0 / 4.0));
  EXPECT_EQ(sample.median, 4.0);
  EXPECT_EQ(sample.minimum, 1.0);
  EXPECT_EQ(sample.maximum, 8.0);
}

TEST(Sample, MedianOfAnEvenCountLiesBetweenTheMiddleTwo) {
  EXPECT_EQ(summarise(std::array{4.0, 1.0, 2.0, 8.0}).median, 3.0);
}

TEST(Sample, EmptyAndSingleSamplesSayNoMoreThanTheyKnow) {
  const Sample none = summarise({});
  EXPECT_EQ(none.count, 0U);
  EXPECT_TRUE(std::isnan(none.mean) && std::isnan(none.sd) && std::isnan(none.median));
  EXPECT_TRUE(std::isnan(none.minimum) && std::isnan(none.maximum));
  const Sample one = summarise(std::array{0.7});
  EXPECT_EQ(one.mean, 0.7);
  EXPECT_EQ(one.median, 0.7);
  EXPECT_TRUE(std::isnan(one.sd));
  EXPECT_TRUE(std::isnan(mean_interval(none).low) && std::isnan(mean_interval(none).high));
  EXPECT_TRUE(std::isnan(mean_interval(one).low) && std::isnan(mean_interval(one).high));
}

TEST(Sample, EqualValuesHaveNoSpreadAtAll) {
  const std::vector<double> values(7, 0.1);  // seven times 0.1 is not 0.7
  const Sample sample = summarise(values);
  EXPECT_EQ(sample.mean, 0.1);
  EXPECT_EQ(sample.sd, 0.0);
  EXPECT_EQ(mean_interval(sample).low, 0.1);
  EXPECT_EQ(mean_interval(sample).high, 0.1);
}

TEST(Sample, OrderDoesNotChangeTheLastBit) {
  std::mt19937_64 generator(1);
  std::vector<double> values(1001);
  for (double& value : values) value = std::ldexp(static_cast<double>(generator() >> 11), -53);
  const Sample first = summarise(values);
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::shuffle(values.begin(), values.end(), generator);
    const Sample again = summarise(values);
    EXPECT_EQ(again.mean, first.mean);
    EXPECT_EQ(again.sd, first.sd);
  }
}

TEST(Sample, SmallSpreadOnALargeMeanSurvives) {
  const Sample sample = summarise(std::array{1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0});
  EXPECT_DOUBLE_EQ(sample.mean, 1e9 + 2.0);
  EXPECT_DOUBLE_EQ(sample.sd, 1.0);
}

TEST(Sample, ValuesThatAreNotFiniteAreABug) {
  EXPECT_THROW(static_cast<void>(summarise(std::array{1.0, kNaN})), std::logic_error);
  EXPECT_EQ(finite_values(std::array{1.0, kNaN, 2.0, HUGE_VAL}), (std::vector{1.0, 2.0}));
}

TEST(Skewness, IsThatOfSciPy) {
  EXPECT_NEAR(skewness(std::array{.70, .80, .85, .88, .90, .91, .92, .92, .93, .93}), -1.4873724336794716, 1e-9);
  EXPECT_NEAR(skewness(std::array{0.0, 0.0, 3.0}), 1.0 / std::sqrt(2.0), 1e-12);  // m2 = 2, m3 = 2
  EXPECT_NEAR(skewness(std::array{3e-120, 0.0, 0.0}), 1.0 / std::sqrt(2.0), 1e-12);
}

TEST(Skewness, IsNoneWithoutSpread) {
  EXPECT_EQ(skewness({}), 0.0);
  EXPECT_EQ(skewness(std::array{0.7}), 0.0);
  EXPECT_EQ(skewness(std::vector<double>(7, 0.1)), 0.0);
  EXPECT_NEAR(skewness(std::array{1.0, 2.0, 3.0}), 0.0, 1e-15);
}

TEST(ClipInterval, NoEndLiesBeyondItsBound) {
  const auto expect_clipped = [](Interval interval, double low, double high) {
    const Interval clipped = clip_interval(interval, 0.0, 1.0);
    EXPECT_EQ(clipped.low, low);
    EXPECT_EQ(clipped.high, high);
  };
  expect_clipped({0.97, 1.02}, 0.97, 1.0);
  expect_clipped({-0.1, 0.2}, 0.0, 0.2);
  expect_clipped({0.3, 0.4}, 0.3, 0.4);
  expect_clipped({1.1, 1.2}, 1.0, 1.0);
  expect_clipped({-HUGE_VAL, HUGE_VAL}, 0.0, 1.0);
  EXPECT_TRUE(std::isnan(clip_interval({}, 0.0, 1.0).low) && std::isnan(clip_interval({}, 0.0, 1.0).high));
  EXPECT_EQ(clip_interval({2.0, 5.0}, 0.0, HUGE_VAL).high, 5.0);  // a loss
}

TEST(StudentT, QuantilesAreThoseOfTheTables) {
  EXPECT_NEAR(student_t_quantile(0.975, 1), 12.706, 5e-4);
  EXPECT_NEAR(student_t_quantile(0.975, 2), 4.303, 5e-4);
  EXPECT_NEAR(student_t_quantile(0.975, 4), 2.776, 5e-4);
  EXPECT_NEAR(student_t_quantile(0.975, 10), 2.228, 5e-4);
  EXPECT_NEAR(student_t_quantile(0.90, 3), 1.638, 5e-4);
  EXPECT_NEAR(student_t_quantile(0.975, 1e9), 1.95996, 5e-6);
  EXPECT_NEAR(student_t_quantile(0.975, INFINITY), 1.95996, 5e-6);
}

TEST(StudentT, QuantilesHaveTheirClosedForms) {
  constexpr double kPi = 3.14159265358979323846;
  for (const double p : {0.01, 0.3, 0.6, 0.975, 0.9999}) {
    EXPECT_NEAR(student_t_quantile(p, 1) / std::tan(kPi * (p - 0.5)), 1.0, 1e-12);  // Cauchy
    EXPECT_NEAR(student_t_quantile(p, 2) / ((2 * p - 1) / std::sqrt(2 * p * (1 - p))), 1.0, 1e-12);
  }
  EXPECT_EQ(student_t_quantile(0.5, 3), 0.0);
  EXPECT_TRUE(std::isnan(student_t_quantile(0.975, kNaN)));
  EXPECT_THROW(static_cast<void>(student_t_quantile(1.0, 3)), std::logic_error);
}

TEST(MeanInterval, IsStudentsByHand) {
  const Interval interval = mean_interval(summarise(std::array{4.0, 1.0, 2.0, 8.0, 5.0}));
  const double half_width = 2.7764451051977987 * std::sqrt(7.5 / 5.0);
  EXPECT_NEAR(interval.low, 4.0 - half_width, 1e-12);
  EXPECT_NEAR(interval.high, 4.0 + half_width, 1e-12);
}

TEST(MeanInterval, ConfidenceSetsTheWidth) {
  const Sample sample = summarise(std::array{1.0, 3.0});     // sd sqrt(2), standard error 1
  EXPECT_NEAR(mean_interval(sample, 0.5).high, 3.0, 1e-12);  // t(0.75, 1) = 1
  EXPECT_NEAR(mean_interval(sample).high, 2.0 + 12.706204736174707, 1e-10);
}

// scipy.stats.skew and kurtosis of the distances from the groups' means.
TEST(Sample, ShapeIsThatOfAllGroupsAroundTheirMeans) {
  const std::vector<std::vector<double>> groups = {{9, 1, 3, 2}, {10, 10.5, 14}};
  const TailShape shape = tail_shape(groups);
  EXPECT_NEAR(shape.skewness, 1.0213001749159023, 1e-12);
  EXPECT_NEAR(shape.excess_kurtosis, -0.3789699052323554, 1e-12);
  const std::vector<std::vector<double>> one = {{.70, .80, .85, .88, .90, .91, .92, .92, .93, .93}};
  EXPECT_NEAR(tail_shape(one).skewness, skewness(one.front()), 1e-12);
}

TEST(Sample, ShapeNeedsValuesThatDiffer) {
  const std::vector<std::vector<double>> few = {{1}, {2}}, equal = {{1, 1, 1}, {2, 2}};
  for (const auto& groups : {few, equal, std::vector<std::vector<double>>{}}) {
    EXPECT_TRUE(std::isnan(tail_shape(groups).skewness));
    EXPECT_TRUE(std::isnan(tail_shape(groups).excess_kurtosis));
  }
}

}  // namespace sample_test
}  // namespace ohmcarlo
