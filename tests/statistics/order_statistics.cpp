#include "statistics/order_statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace order_statistics_test {

void expect_ranks(const QuantileRanks& ranks, std::size_t lower, std::size_t upper, double coverage) {
  EXPECT_EQ(ranks.lower, lower);
  EXPECT_EQ(ranks.upper, upper);
  EXPECT_NEAR(ranks.coverage, coverage, 1e-6);
}

// Reference values: scipy.stats.binom.
TEST(QuantileRanks, HaveTheirKnownValues) {
  expect_ranks(quantile_ranks(30, .5), 10, 21, .957226);
  expect_ranks(quantile_ranks(200, .5), 86, 115, .959963);
  expect_ranks(quantile_ranks(200, .05), 4, 17, .967152);
  expect_ranks(quantile_ranks(72, .05), 1, 9, .965490);
  expect_ranks(quantile_ranks(368, .01), 1, 9, .962416);
  expect_ranks(quantile_ranks(1000, .01), 4, 18, .976095);
}

TEST(QuantileRanks, ConfidenceSetsThem) {
  expect_ranks(quantile_ranks(30, .5, .99), 8, 23, .9947771206);
  expect_ranks(quantile_ranks(1000, .01, .99), 3, 20, .9940322082);
}

TEST(QuantileRanks, OneChipTooFewHasNoLowerEnd) {
  expect_ranks(quantile_ranks(367, .01), 0, 9, .9873807469);
  EXPECT_EQ(quantile_ranks(0, .5).lower, 0U);
  EXPECT_EQ(quantile_ranks(0, .5).upper, 0U);
}

TEST(QuantileRanks, UpperQuantilesMirrorTheLower) {
  for (const std::size_t count : {5U, 6U, 30U, 367U, 368U}) {
    for (const double q : {.01, .05, .3}) {
      const QuantileRanks low = quantile_ranks(count, q), high = quantile_ranks(count, 1 - q);
      EXPECT_EQ(high.upper, low.lower == 0 ? 0 : count + 1 - low.lower);
      EXPECT_EQ(high.lower, low.upper == 0 ? 0 : count + 1 - low.upper);
    }
  }
}

TEST(QuantileRanks, BothEndsExistFromTheFewestOn) {
  EXPECT_EQ(fewest_for_quantile(.5), 6U);
  EXPECT_EQ(fewest_for_quantile(.05), 72U);
  EXPECT_EQ(fewest_for_quantile(.01), 368U);
  EXPECT_EQ(fewest_for_quantile(.99), 368U);
  for (const double confidence : {.8, .95, .99}) {
    for (const double q : {.01, .05, .5, .9}) {
      const std::size_t fewest = fewest_for_quantile(q, confidence);
      const QuantileRanks enough = quantile_ranks(fewest, q, confidence);
      const QuantileRanks too_few = quantile_ranks(fewest - 1, q, confidence);
      EXPECT_TRUE(enough.lower > 0 && enough.upper > 0) << q;
      EXPECT_TRUE(too_few.lower == 0 || too_few.upper == 0) << q;
    }
  }
}

TEST(QuantileRanks, ALowerBoundAloneNeedsFewer) {
  EXPECT_EQ(fewest_for_lower_bound(.5), 5U);
  EXPECT_EQ(fewest_for_lower_bound(.05), 59U);
  EXPECT_EQ(fewest_for_lower_bound(.01), 299U);
}

TEST(Quantile, EndsAreOrderStatistics) {
  std::vector<double> values;
  for (int i = 30; i >= 1; --i) values.push_back(i / 100.0);
  const QuantileEstimate median = estimate_quantile(values, .5);
  EXPECT_EQ(median.count, 30U);
  EXPECT_NEAR(median.value, .155, 1e-12);
  EXPECT_NEAR(median.value, summarise(values).median, 1e-12);
  EXPECT_EQ(median.interval.low, .10);
  EXPECT_EQ(median.interval.high, .21);
  EXPECT_NEAR(median.coverage, .957226, 1e-6);
  const QuantileEstimate low = estimate_quantile(values, .05);  // 1 + 29 * .05 = 2.45
  EXPECT_NEAR(low.value, .0245, 1e-12);
  EXPECT_EQ(low.interval.low, -HUGE_VAL);
  EXPECT_TRUE(std::isfinite(low.interval.high));
}

TEST(Quantile, SmallSamplesSayLittle) {
  EXPECT_TRUE(std::isnan(estimate_quantile({}, .5).value) && std::isnan(estimate_quantile({}, .5).interval.low));
  const QuantileEstimate one = estimate_quantile(std::array{.7}, .01);
  EXPECT_EQ(one.value, .7);
  EXPECT_EQ(one.interval.low, -HUGE_VAL);
  EXPECT_THROW(static_cast<void>(estimate_quantile(std::array{.7, kNaN}, .5)), std::logic_error);
  EXPECT_THROW(static_cast<void>(estimate_quantile(std::array{.7}, 1.0)), std::logic_error);
}

}  // namespace order_statistics_test
}  // namespace ohmcarlo
