#include "app/tail_record.hpp"

#include <cmath>
#include <tuple>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "scratch.hpp"

namespace ohmcarlo {
namespace tail_record_test {

using ::testing::HasSubstr;

TailRecord asked(double below) {
  TailRecord tail{.name = "one", .point = "the only point"};
  tail.below = below;
  tail.chips = 10;
  return tail;
}

/// Ten plain chips at 0.0, 0.1, ... 0.9.
TailLevelRecord plain_level() {
  TailLevelRecord level;
  for (int i = 0; i < 10; ++i) {
    level.accuracy.push_back(i / 10.0);
    level.margin.push_back(0);
  }
  return level;
}

/// A chain from the worst chip: half of its states are below .05 and the moves to them were accepted.
TailLevelRecord second_level() {
  TailLevelRecord level;
  for (int i = 0; i < 10; ++i) {
    level.accuracy.push_back(i < 5 ? 0 : -0.1 * i);
    level.margin.push_back(0);
    level.accepted.push_back(i < 5 ? 0 : 1);
  }
  level.chain_first = {0};
  level.chain_length = {10};
  level.step = 0.6;
  return level;
}

TEST(TailRecord, RunsAreReadAsTheyWereRecorded) {
  const SubsetRule rule = rule_of(asked(-0.75));
  const SubsetRun run = run_of(rule, {plain_level(), second_level()});
  ASSERT_EQ(run.levels.size(), 2U);
  EXPECT_EQ(run.levels[0].seeds, std::vector<std::size_t>{0});
  const std::vector<TailLevelRecord> again = record_of(run);
  EXPECT_EQ(again[1].accepted, second_level().accepted);
  EXPECT_EQ(again[1].chain_length, second_level().chain_length);
  EXPECT_EQ(again[0].share, 0.1);
  EXPECT_NEAR(again[1].acceptance, 5.0 / 9, 1e-15);
}

// One tenth, then two states of ten at or below -.75: the probability is .02 in every run. 10 plain chips and 9 moves
// each.
TEST(TailRecord, SaysEstimateAndCost) {
  TailRecord tail = asked(-0.75);
  const SubsetRule rule = rule_of(tail);
  const std::vector<SubsetRun> runs(8, run_of(rule, {plain_level(), second_level()}));
  for (const SubsetRun& run : runs) tail.runs.push_back(record_of(run));
  conclude_tail(rule, runs, tail);
  EXPECT_NEAR(tail.estimate, 0.02, 1e-15);
  EXPECT_NEAR(tail.ci_low, 0.02, 1e-12);
  EXPECT_EQ(tail.evaluations, 8U * 19);
  EXPECT_TRUE(std::isnan(tail.upper_bound));
  EXPECT_THAT(tail_text(tail), HasSubstr("P(accuracy <= -0.75) = 0.02, 95 % interval"));
}

TEST(TailRecord, ATargetThatIsNotReachedHasABound) {
  TailRecord tail = asked(-2);
  const SubsetRule rule = rule_of(tail);
  const std::vector<SubsetRun> runs(8, run_of(rule, {plain_level(), second_level()}));
  for (const SubsetRun& run : runs) tail.runs.push_back(record_of(run));
  conclude_tail(rule, runs, tail);
  EXPECT_NEAR(tail.upper_bound, 0.01, 1e-15);
  EXPECT_TRUE(std::isnan(tail.estimate));
  EXPECT_THAT(tail_text(tail), HasSubstr("at most about 0.01"));
}

TEST(TailRecord, RunsThatDifferTooMuchHaveNoInterval) {
  TailRecord tail = asked(0.1);
  tail.runs = {{plain_level()}};
  tail.estimate = 1e-3;
  tail.spread = 1.5;
  EXPECT_THAT(tail_text(tail),
              HasSubstr("no interval: the runs differ too much (sd of ln P 1.50, more than 1.2): a larger "
                        "--chips is needed"));
}

// The worst is the last state of the second level; what was not accepted is a chip that was met before.
TEST(TailRecord, WorstChipsAreInOrderAndOneOfASmallerBoundCountsForALargerOne) {
  TailRecord tail = asked(0.5);
  for (const WorstChip& chip : {WorstChip{2, 0.3, 0.5}, WorstChip{0.5, 0.8, 0.9}, WorstChip{1, 0.2, 0.4}})
    add_worst(chip, tail);
  std::vector<double> bounds, accuracies;
  for (const WorstChip& chip : tail.worst) {
    bounds.push_back(chip.bound);
    accuracies.push_back(chip.accuracy);
  }
  EXPECT_EQ(bounds, (std::vector<double>{0.5, 1, 2}));
  EXPECT_EQ(accuracies, (std::vector<double>{0.8, 0.2, 0.2}));
  EXPECT_EQ(tail.worst[2].one_step, 0.5);
}

TEST(TailRecord, AChipOfTheAdversaryIsThatOfTheSmallestBoundThatHasIt) {
  TailRecord tail = asked(0.5);
  EXPECT_THAT(test::error_of([&] { (void)find_bound(tail, 1); }, typeid(BadUsage)), HasSubstr("had no --adversary"));
  for (const WorstChip& chip : {WorstChip{0.5, 0.8, 0.9}, WorstChip{1, 0.2, 0.4}, WorstChip{2, 0.3, 0.5},
                                WorstChip{3, 0.2, 0.5}, WorstChip{4, 0.1, 0.1}})
    add_worst(chip, tail);
  const std::size_t found[] = {0, 1, 1, 1, 4};
  for (std::size_t i = 0; i < 5; ++i) {
    const WorstPlace place = find_bound(tail, tail.worst[i].bound);
    EXPECT_EQ(place.asked, i);
    EXPECT_EQ(place.found, found[i]);
  }
  EXPECT_THAT(test::error_of([&] { (void)find_bound(tail, 0.7); }, typeid(BadUsage)),
              HasSubstr("--adversary 0.7: no such bound in the file (allowed: 0.5, 1, 2, 3, 4)"));
}

TEST(TailRecord, RanksCountChipsOnce) {
  const SubsetRule rule = rule_of(asked(-0.75));
  const std::vector<SubsetRun> runs(1, run_of(rule, {plain_level(), second_level()}));
  const TailPlace worst = find_rank(runs, 1), sixth = find_rank(runs, 6);
  EXPECT_EQ(worst.level, 2U);
  EXPECT_EQ(worst.state, 9U);
  EXPECT_EQ(sixth.level, 1U);
  EXPECT_EQ(sixth.state, 0U);
  EXPECT_NO_THROW((void)find_rank(runs, 15));
  EXPECT_THROW((void)find_rank(runs, 16), BadUsage);
  EXPECT_THROW((void)find_rank(runs, 0), BadUsage);
}

// The chip at 0.0 is met at the first level of both runs, and again, as another chip, at the second one of run 0.
TEST(TailRecord, EquallyBadChipsAreRankedByRunLevelAndState) {
  const SubsetRule rule = rule_of(asked(-0.75));
  TailLevelRecord second = second_level();
  second.accuracy.assign(10, 0);
  const std::vector<SubsetRun> runs = {run_of(rule, {plain_level(), second}), run_of(rule, {plain_level()})};
  std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> places;
  for (std::size_t rank = 1; rank <= 7; ++rank) {
    const TailPlace place = find_rank(runs, rank);
    places.emplace_back(place.run, place.level, place.state);
  }
  using Place = std::tuple<std::size_t, std::size_t, std::size_t>;
  EXPECT_EQ(places, (std::vector<Place>{{0, 1, 0}, {0, 2, 5}, {0, 2, 6}, {0, 2, 7}, {0, 2, 8}, {0, 2, 9}, {1, 1, 0}}));
}

}  // namespace tail_record_test
}  // namespace ohmcarlo
