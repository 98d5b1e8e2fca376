#include "statistics/mean_estimate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace mean_estimate_test {

constexpr std::array kSkewed{.70, .80, .85, .88, .90, .91, .92, .92, .93, .93};

std::vector<double> forty() {  // mean .925, sd .0151910905
  std::vector<double> values;
  for (int i = 0; i < 4; ++i) values.insert(values.end(), {.91, .93, .90, .95, .92, .94, .92, .93, .91, .94});
  return values;
}

TEST(MeanEstimate, StudentsKnownAnswer) {
  const MeanEstimate estimate = estimate_mean(forty(), {.kind = IntervalKind::student});
  EXPECT_EQ(estimate.count, 40U);
  EXPECT_NEAR(estimate.mean, .925, 1e-12);
  EXPECT_NEAR(estimate.sd, .0151910905, 1e-9);
  EXPECT_NEAR(estimate.half_width, .004858346, 1e-9);
  EXPECT_NEAR(estimate.interval.low, .925 - .004858346, 1e-9);
  EXPECT_NEAR(estimate.interval.high, .925 + .004858346, 1e-9);
}

TEST(MeanEstimate, FixedWidthKnownAnswerAndItsSkewness) {
  const MeanEstimate estimate = estimate_mean(kSkewed, {.kind = IntervalKind::fixed_width});
  EXPECT_NEAR(estimate.skewness, -1.4873724337, 1e-9);
  EXPECT_NEAR(estimate.half_width, .0732136190, 1e-9);
  EXPECT_TRUE(estimate.is_skewed());
  EXPECT_FALSE(estimate_mean(forty(), {}).is_skewed());
}

TEST(MeanEstimate, SequenceIsTunedForItsConfidence) {
  const MeanEstimate estimate = estimate_mean(forty(), {.kind = IntervalKind::sequence});
  const double c = 1 / 0.032847872, r = std::pow((40 + c) / (c * .0025), 1.0 / 40);
  EXPECT_NEAR(estimate.half_width, .0151910905 * std::sqrt(39.0 / 40 * (r - 1) / (1 - r * c / (40 + c))), 1e-7);
  const double tuned = 1 / 0.04702548488998168, s = std::pow((40 + tuned) / (tuned * .0001), 1.0 / 40);
  EXPECT_NEAR(estimate_mean(forty(), {.kind = IntervalKind::sequence, .confidence = 0.99}).half_width,
              .0151910905 * std::sqrt(39.0 / 40 * (s - 1) / (1 - s * tuned / (40 + tuned))), 1e-8);
}

TEST(MeanEstimate, BettingReportsTheLongerSide) {
  const MeanEstimate estimate = estimate_mean(forty(), {.kind = IntervalKind::betting});
  EXPECT_GT(estimate.mean - estimate.interval.low, estimate.interval.high - estimate.mean);
  EXPECT_EQ(estimate.half_width, estimate.mean - estimate.interval.low);
}

TEST(MeanEstimate, FailedChipsAreLeftOutAndCounted) {
  std::vector<double> values = forty();
  values.insert(values.begin() + 3, kNaN);
  values.push_back(kNaN);
  for (const IntervalKind kind :
       {IntervalKind::student, IntervalKind::fixed_width, IntervalKind::sequence, IntervalKind::betting}) {
    const MeanEstimate with = estimate_mean(values, {.kind = kind}), without = estimate_mean(forty(), {.kind = kind});
    EXPECT_EQ(with.failures, 2U);
    EXPECT_EQ(with.count, 40U);
    EXPECT_EQ(with.mean, without.mean);
    EXPECT_EQ(with.half_width, without.half_width);
  }
}

TEST(MeanEstimate, EqualChipsOfFewImagesAreNotCertain) {
  const std::vector<double> equal(32, 1.0);
  const double sd = std::sqrt(1.0 / (4.0 * 20 * 32));
  const MeanEstimate fixed = estimate_mean(equal, {.kind = IntervalKind::fixed_width, .images = 20});
  EXPECT_EQ(fixed.sd, 0.0);
  EXPECT_EQ(fixed.skewness, 0.0);
  EXPECT_NEAR(fixed.half_width, 2.0395134463964077 * sd / std::sqrt(32.0), 1e-12);
  EXPECT_NEAR(estimate_mean(equal, {.kind = IntervalKind::sequence, .images = 20}).half_width, 0.752857039 * sd, 1e-9);
  EXPECT_EQ(estimate_mean(equal, {.kind = IntervalKind::student, .images = 20}).half_width, 0.0);  // as ever
}

TEST(MeanEstimate, TooFewChipsSayNothing) {
  for (const IntervalKind kind :
       {IntervalKind::student, IntervalKind::fixed_width, IntervalKind::sequence, IntervalKind::betting}) {
    for (const std::vector<double>& values : {std::vector<double>{}, {0.5}, {kNaN, kNaN, 0.5}}) {
      const MeanEstimate estimate = estimate_mean(values, {.kind = kind});
      EXPECT_TRUE(std::isinf(estimate.half_width));
      EXPECT_TRUE(std::isnan(estimate.sd) && std::isnan(estimate.interval.low) && std::isnan(estimate.skewness));
      EXPECT_FALSE(estimate.is_skewed());
    }
  }
  const MeanEstimate two = estimate_mean(std::array{0.5, 0.5}, {.kind = IntervalKind::sequence});
  EXPECT_TRUE(std::isinf(two.half_width) && std::isinf(two.interval.low) && std::isinf(two.interval.high));
}

TEST(MeanEstimate, OrderDoesNotChangeTheLastBit) {
  std::vector<double> values(kSkewed.begin(), kSkewed.end());
  const MeanEstimate first = estimate_mean(values, {.kind = IntervalKind::fixed_width});
  while (std::next_permutation(values.begin() + 5, values.end())) {
    const MeanEstimate again = estimate_mean(values, {.kind = IntervalKind::fixed_width});
    EXPECT_EQ(again.mean, first.mean);
    EXPECT_EQ(again.half_width, first.half_width);
  }
}

}  // namespace mean_estimate_test
}  // namespace ohmcarlo
