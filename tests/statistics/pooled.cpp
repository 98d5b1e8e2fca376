#include <cmath>

#include <gtest/gtest.h>

#include "statistics/grid.hpp"
#include "statistics/summary.hpp"

namespace ohmcarlo::test {
namespace pooled_test {

// Reference values: NumPy and SciPy.
TEST(Pooled, ChipsWeighByTheirCorrectImages) {
  Grid ekl({{0.1, 0.2, 0.4, kNaN, kNaN}});
  const Grid correct({{90, 80, 30, 0, kNaN}});  // the fourth chip classified nothing correctly, the fifth was not run
  ekl.states[3] = TrialState::done;
  const PointSummary summary = summarise_pooled(ekl.view(), correct.view(), {});
  EXPECT_NEAR(summary.mean, (9.0 + 16.0 + 12.0) / 200.0, 1e-15);
  EXPECT_NEAR(summary.sd, 0.11637009925234229, 1e-12);
  EXPECT_NEAR(summary.interval.low, -0.00017079620558985154, 1e-10);
  EXPECT_NEAR(summary.interval.high, 0.37017079620558985, 1e-10);
  EXPECT_EQ(summary.chip_interval.low, summary.interval.low);
  EXPECT_EQ(summary.count, 4U);
  EXPECT_EQ(summary.median, 0.2);
  EXPECT_EQ(summary.interval_over, IntervalOver::chips);
}

TEST(Pooled, EquallyManyCorrectImagesGiveTheOrdinaryInterval) {
  const Grid ekl({{4.0, 1.0, 2.0, 8.0, 5.0}});
  const Grid correct({{70, 70, 70, 70, 70}});
  const PointSummary pooled = summarise_pooled(ekl.view(), correct.view(), {});
  const PointSummary plain = summarise_point(ekl.view(), {});
  EXPECT_NEAR(pooled.mean, plain.mean, 1e-12);
  EXPECT_NEAR(pooled.sd, plain.sd, 1e-12);
  EXPECT_NEAR(pooled.interval.low, plain.interval.low, 1e-12);
  EXPECT_NEAR(pooled.interval.high, plain.interval.high, 1e-12);
}

TEST(Pooled, BalancedReplicasGiveStudentsIntervalOverTheirPooledValues) {
  const Grid ekl({{0.1, 0.3}, {0.4, 0.2}, {0.8, 0.6}});
  const Grid correct({{60, 40}, {50, 50}, {10, 90}});
  const PointSummary summary = summarise_pooled(ekl.view(), correct.view(), {});
  const Sample replicas = summarise(std::vector{0.18, 0.30, 0.62});
  EXPECT_NEAR(summary.mean, replicas.mean, 1e-12);
  EXPECT_NEAR(summary.sd, replicas.sd, 1e-12);
  EXPECT_NEAR(summary.interval.low, mean_interval(replicas).low, 1e-12);
  EXPECT_NEAR(summary.interval.high, mean_interval(replicas).high, 1e-12);
  EXPECT_EQ(summary.interval_over, IntervalOver::trainings);
  ASSERT_EQ(summary.per_replica.size(), 3U);
  EXPECT_NEAR(summary.per_replica[2].chips.mean, 0.62, 1e-12);
}

TEST(Pooled, UnbalancedReplicasStayPooled) {
  const Grid ekl({{0.1, 0.2, 0.4}, {0.5, 0.3, kNaN}});
  const Grid correct({{90, 80, 30}, {60, 70, kNaN}});
  const PointSummary summary = summarise_pooled(ekl.view(), correct.view(), {});
  EXPECT_NEAR(summary.mean, (9.0 + 16.0 + 12.0 + 30.0 + 21.0) / 330.0, 1e-15);
  EXPECT_NEAR(summary.sd, 0.1399928576894579, 1e-12);
  EXPECT_NEAR(summary.interval.low, -0.9911192567377227, 1e-9);
  EXPECT_NEAR(summary.interval.high, 1.524452590071056, 1e-9);
  EXPECT_NEAR(summary.chip_interval.low, 0.0721366569790903, 1e-9);
  EXPECT_NEAR(summary.chip_interval.high, 0.461196676354243, 1e-9);
  EXPECT_EQ(summary.count, 5U);
  EXPECT_EQ(summary.replicas, 2U);
}

TEST(Pooled, NoCorrectImageAnywhereIsNoValue) {
  Grid ekl({{kNaN, kNaN}, {kNaN, kNaN}});
  const Grid correct({{0, 0}, {0, 0}});
  for (TrialState& state : ekl.states) state = TrialState::done;
  const PointSummary summary = summarise_pooled(ekl.view(), correct.view(), {});
  EXPECT_TRUE(std::isnan(summary.mean) && std::isnan(summary.interval.low) && std::isnan(summary.chip_interval.low));
  EXPECT_EQ(summary.count, 4U);
}

}  // namespace pooled_test
}  // namespace ohmcarlo::test
