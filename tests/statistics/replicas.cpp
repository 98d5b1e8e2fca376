#include "statistics/replicas.hpp"

#include <gtest/gtest.h>

#include "statistics/grid.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo::test {
namespace replicas_test {

using Verdicts = std::vector<bool>;

TEST(Replicas, ReplicaFarBelowItsGroupFails) {
  // Group mean 0.94: 0.88 is 0.06 below, 0.90 is 0.04 below.
  const Grid grid({{0.98, 0.96}, {0.90, 0.90}, {0.88, 0.88}, {1.0, 1.0}, {0.99, 0.97}});
  const Judgement judgement = judge_replicas(grid.view(), 0.1);
  EXPECT_EQ(judgement.failures, 1U);
  EXPECT_EQ(judgement.failed, (Verdicts{false, false, true, false, false}));
  EXPECT_EQ(judgement.collapses, 0U);
}

// Accuracies are multiples of 1 / images: the verdict must not depend on how they round.
TEST(Replicas, ExactlyFivePointsBelowDoesNotFailAndOneImageLessDoes) {
  for (int images = 3000; images <= 10000; images += 7) {
    const double above = images / 10000.0;
    const Grid exactly({{above}, {(images - 1000) / 10000.0}});
    EXPECT_EQ(judge_replicas(exactly.view(), 0.1).failures, 0U) << images;
    const Grid below({{above}, {(images - 1002) / 10000.0}});
    EXPECT_EQ(judge_replicas(below.view(), 0.1).failures, 1U) << images;
  }
}

TEST(Replicas, MeanOfAReplicaIsJudgedNotItsWorstChip) {
  const Grid grid({{0.95, 0.95}, {0.99, 0.85}});
  EXPECT_EQ(judge_replicas(grid.view(), 0.1).failures, 0U);
}

TEST(Replicas, NearChanceIsCollapsed) {
  const Grid grid({{0.149, 0.149}, {0.15, 0.15}, {0.151, 0.151}});
  EXPECT_EQ(judge_replicas(grid.view(), 0.1).collapsed, (Verdicts{true, false, false}));
  EXPECT_EQ(judge_replicas(grid.view(), 0.01).collapses, 0U);  // a hundred classes
}

TEST(Replicas, DivergedTrainingIsCollapsedAndLeavesTheGroupMeanAlone) {
  Grid grid({{0.95, 0.95}, {kNaN, kNaN}, {0.93, kNaN}});
  grid.states[2] = TrialState::failed;
  grid.states[3] = TrialState::failed;
  const Judgement judgement = judge_replicas(grid.view(), 0.1);
  EXPECT_EQ(judgement.collapsed, (Verdicts{false, true, false}));
  EXPECT_EQ(judgement.failures, 0U);
}

TEST(Replicas, NaNAccuracyOfATrialThatWasDoneIsCollapsed) {
  Grid grid({{kNaN, kNaN}});
  grid.states[0] = TrialState::done;
  EXPECT_EQ(judge_replicas(grid.view(), 0.1).collapses, 1U);
}

TEST(Replicas, ReplicaNotYetRunGetsNoVerdict) {
  const Grid grid({{0.95, 0.95}, {kNaN, kNaN}});
  const Judgement judgement = judge_replicas(grid.view(), 0.1);
  EXPECT_EQ(judgement.failures, 0U);
  EXPECT_EQ(judgement.collapses, 0U);
  EXPECT_EQ(judgement.collapsed.size(), 2U);
}

}  // namespace replicas_test
}  // namespace ohmcarlo::test
