#include "statistics/stopping.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "statistics/betting.hpp"
#include "statistics/grid.hpp"

namespace ohmcarlo::test {
namespace stopping_test {

// Chip by chip mean + spread, mean - spread, ...: sd = spread sqrt(n / (n - 1)), skewness 0 at every even number.
std::vector<double> alternating(std::size_t count, double spread = 0.01) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(0.9 + (i % 2 == 0 ? spread : -spread));
  return values;
}

std::vector<double> first(const std::vector<double>& values, std::size_t count) {
  return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)};
}

// half = t spread / sqrt(n - 1): at 380 chips 1.9662 * .01 / 19.47 = .00101, at 384 chips .001005, at 480 chips
// .000898.
TEST(StoppingRule, StopsAtTheFirstLookThatIsNarrowEnough) {
  const StoppingRule rule{.half_width = 0.001, .min = 30, .max = 5000, .group = 8};
  const std::vector<double> values = alternating(600);
  const StoppingDecision decision = apply_rule(rule, values);
  EXPECT_TRUE(decision.stopped() && decision.met);
  EXPECT_EQ(decision.chips, 480U);
  EXPECT_EQ(decision.estimate.count, 480U);
  EXPECT_EQ(decision.estimate.kind, IntervalKind::fixed_width);
  EXPECT_NEAR(decision.estimate.half_width, 1.9649315 * 0.01 / std::sqrt(479.0), 1e-8);
  EXPECT_EQ(apply_rule({.half_width = 0.00101, .group = 8}, values).chips, 384U);
}

TEST(StoppingRule, SequenceNeedsItsOwnNumberOfChips) {  // in units of sd: .140 at 480 chips, .127 at 600
  const StoppingRule rule{.half_width = 0.0013, .group = 8, .kind = IntervalKind::sequence};
  const StoppingDecision decision = apply_rule(rule, alternating(1000));
  EXPECT_EQ(decision.chips, 600U);
  EXPECT_EQ(decision.estimate.kind, IntervalKind::sequence);
}

TEST(StoppingRule, HigherConfidenceNeedsMoreChips) {  // t .995: 2.586 * .01 / sqrt(751) = .00094, .00106 at 600 chips
  for (const IntervalKind kind : {IntervalKind::fixed_width, IntervalKind::sequence}) {
    const StoppingRule usual{.half_width = 0.0015, .group = 8, .kind = kind};
    StoppingRule surer = usual;
    surer.confidence = 0.99;
    EXPECT_LT(apply_rule(usual, alternating(2000)).chips, apply_rule(surer, alternating(2000)).chips);
  }
  EXPECT_EQ(apply_rule({.half_width = 0.001, .confidence = 0.99, .group = 8}, alternating(2000)).chips, 752U);
}

// Brute force over prefixes: before the 480th chip the rule goes on, and afterwards nothing moves it.
TEST(StoppingRule, LaterChipsNeverChangeADecision) {
  const StoppingRule rule{.half_width = 0.001, .group = 8};
  std::vector<double> values = alternating(480);
  values.insert(values.end(), 300, 0.2);  // chips that would widen any interval
  for (std::size_t count = 0; count <= values.size(); ++count) {
    const StoppingDecision decision = apply_rule(rule, first(values, count));
    EXPECT_EQ(decision.chips, count < 480 ? 0U : 480U) << count;
    EXPECT_EQ(decision.met, count >= 480) << count;
    EXPECT_EQ(decision.estimate.count, std::min<std::size_t>(count, 480)) << count;
  }
}

// Narrow at 33 chips already, but between looks nobody looks.
TEST(StoppingRule, OnlyLooksStop) {
  const StoppingRule rule{.half_width = 0.0037, .min = 30, .group = 8};  // .00366 at 32 chips, wide before
  EXPECT_EQ(apply_rule(rule, alternating(31)).chips, 0U);
  EXPECT_EQ(apply_rule(rule, alternating(32)).chips, 32U);
  const StoppingRule narrower{.half_width = 0.0036, .min = 30, .group = 8};  // .00355 at 34, .00324 at 40
  for (std::size_t count = 32; count < 40; ++count) EXPECT_EQ(apply_rule(narrower, alternating(count)).chips, 0U);
  EXPECT_EQ(apply_rule(narrower, alternating(40)).chips, 40U);
}

TEST(StoppingRule, WhatDidNotStopByItselfIsASequence) {
  const StoppingRule rule{.half_width = 0.0001, .min = 30, .max = 100, .group = 8};
  const StoppingDecision on = apply_rule(rule, alternating(99));
  EXPECT_FALSE(on.stopped());
  EXPECT_EQ(on.estimate.kind, IntervalKind::sequence);
  EXPECT_EQ(on.estimate.count, 99U);
  const StoppingDecision end = apply_rule(rule, alternating(120));
  EXPECT_TRUE(end.stopped());
  EXPECT_FALSE(end.met);
  EXPECT_EQ(end.chips, 100U);
  EXPECT_EQ(end.estimate.count, 100U);
  EXPECT_EQ(end.estimate.kind, IntervalKind::sequence);
  EXPECT_EQ(apply_rule({.half_width = 0.0001, .max = 40, .kind = IntervalKind::betting}, alternating(60)).estimate.kind,
            IntervalKind::betting);
}

TEST(StoppingRule, BettingStopsOnceItMay) {
  const StoppingRule rule{.half_width = 0.02, .max = 2000, .kind = IntervalKind::betting};
  const StoppingDecision decision = apply_rule(rule, alternating(2000, 0.001));
  EXPECT_TRUE(decision.met);
  EXPECT_GE(decision.chips, betting_floor(0.9, 0.02));
}

TEST(StoppingRule, FailedChipsAreCountedAndDoNotHoldItUp) {
  std::vector<double> values = alternating(600);
  for (const std::size_t failed : {3U, 4U, 77U, 78U}) values[failed] = kNaN;
  const StoppingDecision decision = apply_rule({.half_width = 0.001, .group = 8}, values);
  EXPECT_EQ(decision.chips, 480U);
  EXPECT_EQ(decision.estimate.count, 476U);
  EXPECT_EQ(decision.estimate.failures, 4U);
}

TEST(StoppingRule, FewChipsThatCountDoNotStopIt) {
  std::vector<double> values(40, kNaN);
  for (std::size_t i = 0; i < 7; ++i) values[i] = 0.5;
  EXPECT_FALSE(apply_rule({.max = 100}, values).stopped());
  values[7] = 0.5;
  EXPECT_EQ(apply_rule({.max = 100}, values).chips, 30U);
  const StoppingDecision none = apply_rule({.max = 40}, std::vector<double>(40, kNaN));
  EXPECT_EQ(none.chips, 40U);
  EXPECT_FALSE(none.met);
  EXPECT_EQ(none.estimate.failures, 40U);
}

TEST(StoppingRule, EqualChipsOfManyImagesStopAtOnceAndOfFewDoNot) {
  const std::vector<double> equal(1000, 0.95);
  EXPECT_EQ(apply_rule({.half_width = 0.001, .images = 10000}, equal).chips, 30U);  // .0003
  EXPECT_GT(apply_rule({.half_width = 0.001, .images = 20}, equal).chips, 30U);     // .0076
  EXPECT_FALSE(std::isnan(apply_rule({.half_width = 0.001, .images = 20}, equal).estimate.half_width));
}

TEST(StoppingRule, RulesThatAreNoneAreABug) {
  EXPECT_THROW(static_cast<void>(apply_rule({.half_width = 0.0}, {})), std::logic_error);
  EXPECT_THROW(static_cast<void>(apply_rule({.min = 40, .max = 30}, {})), std::logic_error);
  EXPECT_THROW(static_cast<void>(apply_rule({.kind = IntervalKind::student}, {})), std::logic_error);
  EXPECT_FALSE(apply_rule({}, {}).stopped());
}

TEST(CompletePrefix, EndsBeforeTheFirstChipThatAReplicaHasYetToRun) {
  const Grid grid({{0.1, 0.2, 0.3, kNaN, 0.5}, {0.3, 0.4, kNaN, 0.6, 0.7}});
  const std::vector<double> values = complete_prefix(grid.view());
  ASSERT_EQ(values.size(), 2U);
  EXPECT_DOUBLE_EQ(values[0], 0.2);
  EXPECT_DOUBLE_EQ(values[1], 0.3);
}

TEST(CompletePrefix, AChipThatFailedInOneReplicaFailed) {
  Grid grid({{0.1, 0.2, kNaN, 0.4}, {0.3, 0.4, 0.5, kNaN}});
  grid.states[2] = TrialState::failed;
  grid.states[7] = TrialState::done;  // a value that is not finite
  const std::vector<double> values = complete_prefix(grid.view());
  ASSERT_EQ(values.size(), 4U);
  EXPECT_TRUE(std::isnan(values[2]) && std::isnan(values[3]));
  EXPECT_DOUBLE_EQ(values[1], 0.3);
}

// Chips end in any order: whatever ran beyond a gap must not move the decision.
TEST(CompletePrefix, ChipsBeyondAGapAreNotLookedAt) {
  const StoppingRule rule{.half_width = 0.001, .group = 8};
  std::vector<double> values = alternating(600);
  values[470] = kNaN;
  Grid grid({values});  // chip 470 has yet to run
  EXPECT_EQ(complete_prefix(grid.view()).size(), 470U);
  EXPECT_FALSE(apply_rule(rule, complete_prefix(grid.view())).stopped());
  grid.states[470] = TrialState::failed;
  EXPECT_EQ(apply_rule(rule, complete_prefix(grid.view())).chips, 480U);
}

}  // namespace stopping_test
}  // namespace ohmcarlo::test
