#include "experiment/tails.hpp"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"

namespace ohmcarlo {
namespace tails_test {

/// n chips of accuracies 1/n, 2/n, .. 1, shuffled.
std::vector<double> ladder(std::size_t n) {
  std::vector<double> chips;
  for (std::size_t i = 0; i < n; ++i)
    chips.push_back(static_cast<double>(i * 7 % n + 1) / static_cast<double>(n));  // 7 and n have no common factor
  return chips;
}

TailOptions options_of(std::vector<double> quantiles, std::optional<double> target = {}) {
  return {.metric = kAccuracy, .points = {0}, .quantiles = std::move(quantiles), .target = target};
}

// The ranks of 200 values: 86 and 115 for the median, 4 and 17 for 5 %.
TEST(Tails, QuantilesHaveIntervalsOfOrderStatistics) {
  const Results results = test::results_of({}, {ladder(200)});
  const auto tails = find_tails(results.table, options_of({0.05, 0.5}));
  ASSERT_EQ(tails.size(), 1U);
  EXPECT_EQ(tails[0].chips, 200U);
  EXPECT_DOUBLE_EQ(tails[0].quantiles[0].interval.low, 4 / 200.0);
  EXPECT_DOUBLE_EQ(tails[0].quantiles[0].interval.high, 17 / 200.0);
  EXPECT_DOUBLE_EQ(tails[0].quantiles[1].interval.low, 86 / 200.0);
  EXPECT_DOUBLE_EQ(tails[0].quantiles[1].interval.high, 115 / 200.0);
  EXPECT_NEAR(tails[0].quantiles[1].value, 100.5 / 200, 1e-12);
}

TEST(Tails, TooFewChipsHaveNoLowerEnd) {
  const auto few = find_tails(test::results_of({}, {ladder(367)}).table, options_of({0.01}));
  EXPECT_TRUE(std::isinf(few[0].quantiles[0].interval.low));
  const auto enough = find_tails(test::results_of({}, {ladder(368)}).table, options_of({0.01}));
  EXPECT_DOUBLE_EQ(enough[0].quantiles[0].interval.low, 1 / 368.0);
  EXPECT_DOUBLE_EQ(enough[0].quantiles[0].interval.high, 9 / 368.0);
}

// Wilson: 190 of 200 is .910422 .. .972617.
TEST(Tails, YieldCountsChipsAtTheTargetOrAbove) {
  const Results results = test::results_of({}, {ladder(200)});
  const Yield yield = find_tails(results.table, options_of({}, 11 / 200.0))[0].yield;
  EXPECT_EQ(yield.reached, 190U);
  EXPECT_DOUBLE_EQ(yield.share, 0.95);
  EXPECT_NEAR(yield.interval.low, 0.910422, 1e-6);
  EXPECT_NEAR(yield.interval.high, 0.972617, 1e-6);
}

TEST(Tails, YieldOfALossCountsChipsAtTheTargetOrBelow) {
  const Results results = test::results_of({}, {{.5, .75, 1, .9}});  // losses 5, 2.5, 0, 1
  TailOptions options = options_of({}, 2.5);
  options.metric = kLoss;
  EXPECT_EQ(find_tails(results.table, options)[0].yield.reached, 3U);
}

TEST(Tails, FailedChipsAreLeftOutAndCounted) {
  Results results = test::results_of({}, {{.9, kNaN, .7, .8, .5}});
  results.table.state[4] = CellState::not_run;
  const Tails tails = find_tails(results.table, options_of({0.5}, 0.75))[0];
  EXPECT_EQ(tails.chips, 3U);
  EXPECT_EQ(tails.failed, 1U);
  EXPECT_EQ(tails.yield.reached, 2U);
  EXPECT_DOUBLE_EQ(tails.yield.share, 2 / 3.0);
  EXPECT_DOUBLE_EQ(tails.quantiles[0].value, 0.8);
}

TEST(Tails, TrainingsAreKeptApart) {
  const Results results = test::results_of({test::sigmas({0, 1})}, {{.1, .2}, {.3, .4}, {.5, .6}, {.7, .8}}, 2);
  TailOptions options = options_of({0.5});
  options.points = {1, 0};
  const auto tails = find_tails(results.table, options);
  ASSERT_EQ(tails.size(), 4U);
  EXPECT_EQ(tails[1].point, 1U);
  EXPECT_EQ(tails[1].replica, 1U);
  EXPECT_DOUBLE_EQ(tails[1].quantiles[0].value, 0.75);
  EXPECT_DOUBLE_EQ(tails[2].quantiles[0].value, 0.15);
}

TEST(Tails, APointWithoutChipsHasNone) {
  const auto tails = find_tails(test::results_of({test::sigmas({0, 1})}, {{}, {.5}}).table, options_of({0.5}, 0.5));
  EXPECT_EQ(tails[0].chips, 0U);
  EXPECT_TRUE(std::isnan(tails[0].quantiles[0].value));
  EXPECT_TRUE(std::isnan(tails[0].yield.share));
  EXPECT_TRUE(std::isnan(tails[0].yield.interval.low));
}

// Chips .1 .3 | .5 .9: variances .02 and .08, mean .05; means .2 and .7, variance .125, less (.01 + .04) / 2.
TEST(Tails, VarianceIsThatOfChipsAndThatOfTrainings) {
  const Results results = test::results_of({}, {{.1, .3}, {.5, .9}}, 2);
  const std::vector<std::size_t> points = {0};
  const VarianceSplit split = split_variances(results.table, kAccuracy, points).at(0);
  EXPECT_NEAR(split.chips, 0.05, 1e-12);
  EXPECT_NEAR(split.trainings, 0.1, 1e-12);
  EXPECT_EQ(split.images, 0);
}

}  // namespace tails_test
}  // namespace ohmcarlo
