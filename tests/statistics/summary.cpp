#include "statistics/summary.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "statistics/grid.hpp"

namespace ohmcarlo::test {
namespace summary_test {

TEST(PointSummary, OneReplicaSpeaksOfChips) {
  const Grid grid({{4.0, 1.0, 2.0, 8.0, 5.0}});
  const PointSummary summary = summarise_point(grid.view(), {});
  EXPECT_EQ(summary.interval_over, IntervalOver::chips);
  EXPECT_EQ(summary.count, 5U);
  EXPECT_EQ(summary.replicas, 1U);
  EXPECT_DOUBLE_EQ(summary.mean, 4.0);
  EXPECT_DOUBLE_EQ(summary.sd, std::sqrt(7.5));
  EXPECT_NEAR(summary.interval.low, 4.0 - 2.7764451051977987 * std::sqrt(1.5), 1e-12);
  EXPECT_EQ(summary.chip_interval.low, summary.interval.low);
  EXPECT_EQ(summary.chip_interval.high, summary.interval.high);
  EXPECT_EQ(summary.median, 4.0);
}

TEST(PointSummary, CellsThatWereNotRunOrFailedDoNotCount) {
  Grid grid({{4.0, kNaN, 1.0, 2.0, 99.0, 8.0, 5.0, kNaN}});
  grid.states[4] = TrialState::failed;  // whatever stands there
  grid.states[7] = TrialState::done;    // done, but this metric has no value
  const PointSummary summary = summarise_point(grid.view(), {});
  EXPECT_EQ(summary.count, 5U);
  EXPECT_DOUBLE_EQ(summary.mean, 4.0);
}

// Reference values: NumPy and SciPy.
TEST(PointSummary, SeveralReplicasSpeakOfTrainings) {
  const Grid grid({{0.90, 0.92, 0.94, kNaN}, {0.80, 0.84, kNaN, kNaN}, {0.88, 0.90, 0.92, 0.94}});
  const PointSummary summary = summarise_point(grid.view(), {});
  EXPECT_EQ(summary.interval_over, IntervalOver::trainings);
  EXPECT_EQ(summary.count, 9U);
  EXPECT_EQ(summary.replicas, 3U);
  EXPECT_NEAR(summary.mean, (0.92 + 0.82 + 0.91) / 3, 1e-12);  // not the mean of the nine chips
  EXPECT_NEAR(summary.sd, 0.05507570547286097, 1e-12);
  EXPECT_NEAR(summary.interval.low, 0.7465176963618, 1e-9);
  EXPECT_NEAR(summary.interval.high, 1.0201489703048665, 1e-9);
  EXPECT_NEAR(summary.chip_interval.low, 0.853770195090401, 1e-9);  // 2.7505 degrees of freedom
  EXPECT_NEAR(summary.chip_interval.high, 0.9128964715762656, 1e-9);
  EXPECT_DOUBLE_EQ(summary.median, 0.90);
  ASSERT_EQ(summary.per_replica.size(), 3U);
  EXPECT_NEAR(summary.per_replica[1].chips.mean, 0.82, 1e-12);
  EXPECT_NEAR(summary.per_replica[1].interval.high, 0.82 + 12.706204736174707 * 0.02, 1e-9);
}

TEST(PointSummary, EmptyReplicasAreLeftOutOfTheHeadline) {
  const Grid grid({{0.8, 0.9}, {kNaN, kNaN}, {0.6, 0.7}});
  const PointSummary summary = summarise_point(grid.view(), {});
  EXPECT_EQ(summary.replicas, 2U);
  EXPECT_NEAR(summary.mean, 0.75, 1e-12);
  EXPECT_NEAR(summary.interval.high, 0.75 + 12.706204736174707 * 0.1, 1e-9);
  // Two equal variances with one degree of freedom each: two in all; sqrt(2 * 0.0025) / 2.
  EXPECT_NEAR(summary.chip_interval.high, 0.75 + 4.302652729911275 * std::sqrt(0.005) / 2, 1e-9);
  ASSERT_EQ(summary.per_replica.size(), 3U);
  EXPECT_EQ(summary.per_replica[1].chips.count, 0U);
}

TEST(PointSummary, OneFinishedReplicaOfSeveralStillSpeaksOfTrainings) {
  const Grid grid({{0.8, 0.9}, {kNaN, kNaN}});
  const PointSummary summary = summarise_point(grid.view(), {});
  EXPECT_EQ(summary.interval_over, IntervalOver::trainings);
  EXPECT_NEAR(summary.mean, 0.85, 1e-12);
  EXPECT_TRUE(std::isnan(summary.sd) && std::isnan(summary.interval.low));
  EXPECT_NEAR(summary.chip_interval.high, 0.85 + 12.706204736174707 * 0.05, 1e-9);
}

TEST(PointSummary, OneChipAReplicaHasNoChipInterval) {
  const Grid grid({{0.8, kNaN}, {0.9, kNaN}, {0.7, kNaN}});
  const PointSummary summary = summarise_point(grid.view(), {});
  EXPECT_FALSE(std::isnan(summary.interval.low));
  EXPECT_TRUE(std::isnan(summary.chip_interval.low));
}

TEST(PointSummary, ChipsThatAreAllAlikeGiveZeroWidth) {
  const Grid one({{0.1, 0.1, 0.1}});
  EXPECT_EQ(summarise_point(one.view(), {}).interval.low, 0.1);
  const Grid two({{0.1, 0.1, 0.1}, {0.3, 0.3, 0.3}});
  const PointSummary summary = summarise_point(two.view(), {});
  EXPECT_EQ(summary.chip_interval.low, summary.mean);
  EXPECT_EQ(summary.chip_interval.high, summary.mean);
  EXPECT_LT(summary.interval.low, summary.mean);
}

TEST(PointSummary, NothingRunSaysNothing) {
  const Grid grid({{kNaN, kNaN}, {kNaN, kNaN}});
  const PointSummary summary = summarise_point(grid.view(), {});
  EXPECT_EQ(summary.count, 0U);
  EXPECT_EQ(summary.replicas, 0U);
  EXPECT_TRUE(std::isnan(summary.mean) && std::isnan(summary.median) && std::isnan(summary.chip_interval.low));
}

TEST(PointSummary, TakesTheVerdictsOfTheJudgement) {
  Judgement judgement;
  judgement.failures = 2;
  judgement.collapses = 1;
  const Grid grid({{0.8, 0.9}});
  EXPECT_EQ(summarise_point(grid.view(), judgement).failures, 2U);
  EXPECT_EQ(summarise_point(grid.view(), judgement).collapsed, 1U);
}

TEST(PointSummary, GridOfAnotherShapeIsABug) {
  const Grid grid({{0.8, 0.9}});
  TrialGrid view = grid.view();
  view.trials = 3;
  EXPECT_THROW(static_cast<void>(summarise_point(view, {})), std::logic_error);
}

}  // namespace summary_test
}  // namespace ohmcarlo::test
