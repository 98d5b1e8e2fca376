#include "statistics/subset_simulation.hpp"

#include <cmath>

#include <gmock/gmock.h>

namespace ohmcarlo {
namespace subset_simulation_test {

using ::testing::ElementsAre;

std::vector<ChipScore> scores(const std::vector<double>& accuracies) {
  std::vector<ChipScore> all;
  for (const double accuracy : accuracies) all.push_back({accuracy, 0});
  return all;
}

TEST(ChipScore, AccuracyCountsFirstThenTheMargin) {
  EXPECT_LT((ChipScore{0.5, 9}), (ChipScore{0.6, 1}));
  EXPECT_LT((ChipScore{0.5, 1}), (ChipScore{0.5, 2}));
}

// Chains of 300 states from 31 seeds: 9 each, and one more for the first 300 - 31 * 9 = 21.
TEST(MakeChains, ShareTheStatesOutEvenly) {
  std::vector<std::size_t> seeds(31);
  for (std::size_t i = 0; i < seeds.size(); ++i) seeds[i] = 2 * i;
  const std::vector<Chain> chains = make_chains(seeds, 300);
  ASSERT_EQ(chains.size(), 31U);
  EXPECT_EQ(chains[20].length, 10U);
  EXPECT_EQ(chains[21].length, 9U);
  EXPECT_EQ(chains[30].first, 60U);
}

// Ten chips, a share of .2: the second smallest score is the threshold, and all three chips at it are seeds.
TEST(SimulateSubsets, TiesAtTheThresholdAreSeedsToo) {
  const SubsetRule rule{.chips = 10, .share = 0.2, .most_levels = 1, .target = 0};
  const SubsetRun run = simulate_subsets(rule,
                                         [](std::size_t) {
                                           return scores({0.9, 0.3, 0.8, 0.5, 0.5, 0.7, 0.6, 0.9, 0.9, 0.8});
                                         },
                                         {});
  ASSERT_EQ(run.levels.size(), 1U);
  EXPECT_EQ(run.levels[0].threshold.accuracy, 0.5);
  EXPECT_THAT(run.levels[0].seeds, ElementsAre(1, 3, 4));
  EXPECT_DOUBLE_EQ(run.last_probability(), 0.3);
  EXPECT_DOUBLE_EQ(run.probability(0.3), 0.1);
}

// Two levels: .2 of the first, then .5 of the second's states are at the target.
TEST(SimulateSubsets, SharesAreMultiplied) {
  const SubsetRule rule{.chips = 10, .share = 0.2, .most_levels = 10, .target = 0.1};
  std::vector<Chain> seen;
  double step = 0;
  const SubsetRun run = simulate_subsets(
      rule,
      [](std::size_t) {
        return scores({0.9, 0.3, 0.8, 0.5, 0.6, 0.7, 0.6, 0.9, 0.9, 0.8});
      },
      [&](std::size_t level, std::span<const Chain> chains, const ChipScore& threshold, double size) {
        EXPECT_EQ(level, 2U);
        EXPECT_EQ(threshold.accuracy, 0.5);
        seen.assign(chains.begin(), chains.end());
        step = size;
        return ChainStates{scores({0.3, 0.2, 0.1, 0.1, 0.1, 0.5, 0.1, 0.1, 0.4, 0.4}),
                           {false, true, true, false, false, false, true, false, true, false}};
      });
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].first, 1U);
  EXPECT_EQ(seen[1].first, 3U);
  EXPECT_EQ(seen[0].length, 5U);
  EXPECT_EQ(step, 0.6);
  ASSERT_EQ(run.levels.size(), 2U);
  EXPECT_TRUE(run.reaches(0.1));
  EXPECT_DOUBLE_EQ(run.probability(0.1), 0.2 * 0.5);
  EXPECT_DOUBLE_EQ(run.levels[1].acceptance(), 4.0 / 8);  // the first states of two chains were no moves
}

// One move of each chain is accepted, the first of four: the state that it leads to counts four times.
TEST(SimulateSubsets, StatesThatRepeatTheOneBeforeCount) {
  const SubsetRule rule{.chips = 10, .share = 0.2, .most_levels = 2, .target = 0.1};
  const SubsetRun run = simulate_subsets(
      rule,
      [](std::size_t) {
        return scores({0.9, 0.3, 0.8, 0.5, 0.6, 0.7, 0.6, 0.9, 0.9, 0.8});
      },
      [](std::size_t, std::span<const Chain>, const ChipScore&, double) {
        return ChainStates{scores({0.3, 0.1, 0.1, 0.1, 0.1, 0.5, 0.4, 0.4, 0.4, 0.4}),
                           {false, true, false, false, false, false, true, false, false, false}};
      });
  EXPECT_DOUBLE_EQ(run.probability(0.1), 0.2 * 0.4);
  EXPECT_DOUBLE_EQ(run.levels[1].share(), 0.4);
}

TEST(SimulateSubsets, EqualScoresEndIt) {
  const SubsetRule rule{.chips = 100, .share = 0.1, .most_levels = 10, .target = 0.2};
  const SubsetRun run = simulate_subsets(rule,
                                         [](std::size_t count) {
                                           return std::vector<ChipScore>(count, {0.9, 1});
                                         },
                                         {});
  EXPECT_EQ(run.levels.size(), 1U);
  EXPECT_EQ(run.last_probability(), 1);
  EXPECT_EQ(run.probability(0.2), 0);
}

// ln of .01, .02, .04: sd ln 2 = .693; t(2) at .975 is 4.30265; half-width 4.30265 * .6931 / sqrt(3) = 1.7219.
TEST(CombineRuns, TheIntervalIsLogNormal) {
  const double p[] = {0.01, 0.02, 0.04};
  const TailEstimate estimate = combine_runs(p, 0.95);
  EXPECT_NEAR(estimate.probability, 0.07 / 3, 1e-15);
  EXPECT_NEAR(estimate.spread, std::log(2.0), 1e-12);
  EXPECT_NEAR(estimate.interval.low, 0.07 / 3 * std::exp(-1.72188), 1e-6);
  EXPECT_NEAR(estimate.interval.high, 0.07 / 3 * std::exp(1.72188), 1e-5);
}

TEST(CombineRuns, RunsThatDifferTooMuchHaveNoInterval) {
  const double far[] = {1e-5, 1e-3, 1e-4}, none[] = {1e-3, 0, 1e-3};
  EXPECT_GT(combine_runs(far, 0.95).spread, TailEstimate::kMostSpread);
  EXPECT_TRUE(std::isnan(combine_runs(far, 0.95).interval.low));
  EXPECT_TRUE(std::isinf(combine_runs(none, 0.95).spread));
  EXPECT_TRUE(std::isnan(combine_runs(none, 0.95).interval.high));
}

}  // namespace subset_simulation_test
}  // namespace ohmcarlo
