#include "trial/tail.hpp"

#include <set>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace tail_test {

constexpr std::uint64_t kChipKey = 17;

SubsetLevel level_of(std::vector<double> accuracies) {
  SubsetLevel level;
  for (const double accuracy : accuracies) level.scores.push_back({accuracy, 0});
  return level;
}

/// Ten plain chips, of which 3 and 7 are seeds (equal scores); two chains of five, the first of which moved at steps 2
/// and 3, the second at step 4.
SubsetRun two_levels(const SubsetRule& rule) {
  SubsetRun run;
  end_level(rule, level_of({0.9, 0.8, 0.9, 0.3, 0.9, 0.9, 0.9, 0.3, 0.8, 0.7}), run);
  SubsetLevel second = begin_level(rule, run);
  second.scores = level_of({0.3, 0.3, 0.25, 0.2, 0.2, 0.3, 0.3, 0.3, 0.3, 0.1}).scores;
  second.accepted = {false, false, true, true, false, false, false, false, false, true};
  end_level(rule, std::move(second), run);
  return run;
}

TEST(TailKey, IsDifferentEverywhere) {
  std::set<std::uint64_t> keys;
  for (std::uint32_t run = 0; run < 3; ++run)
    for (std::size_t level = 1; level < 4; ++level)
      for (std::size_t chain = 0; chain < 5; ++chain)
        for (std::size_t step = 0; step < 5; ++step) keys.insert(tail_key(kChipKey, run, level, chain, step));
  EXPECT_EQ(keys.size(), 3U * 3 * 5 * 5);
  EXPECT_FALSE(keys.contains(kChipKey));
}

TEST(FindTailChip, PlainChipsHaveNoMoves) {
  const SubsetRule rule{.chips = 10, .share = 0.2, .target = 0};
  const TailChip chip = find_tail_chip(two_levels(rule), kChipKey, 2, 1, 7);
  EXPECT_EQ(chip.lineage.key, tail_key(kChipKey, 2, 1, 7, 0));
  EXPECT_TRUE(chip.lineage.moves.empty());
  EXPECT_EQ(chip.place, 7U);
}

TEST(FindTailChip, AcceptedMovesAreItsAncestry) {
  const SubsetRule rule{.chips = 10, .share = 0.2, .target = 0};
  const SubsetRun run = two_levels(rule);
  const TailChip moved = find_tail_chip(run, kChipKey, 2, 2, 4);
  EXPECT_EQ(moved.lineage.key, tail_key(kChipKey, 2, 1, 3, 0));
  const std::vector<Move> moves{{tail_key(kChipKey, 2, 2, 0, 2), 0.8F, 0.6F},
                                {tail_key(kChipKey, 2, 2, 0, 3), 0.8F, 0.6F}};
  EXPECT_EQ(moved.lineage.moves, moves);
  EXPECT_EQ(moved.place, 0U);
  const TailChip rejected = find_tail_chip(run, kChipKey, 2, 2, 8);
  EXPECT_EQ(rejected.lineage.key, tail_key(kChipKey, 2, 1, 7, 0));
  EXPECT_TRUE(rejected.lineage.moves.empty());
  EXPECT_EQ(rejected.place, 7U);  // where it was evaluated
  EXPECT_EQ(find_tail_chip(run, kChipKey, 2, 2, 9).place, 1U);
}

TEST(NextStage, BeginsWithPlainChipsAndGoesOnFromTheSeeds) {
  const SubsetRule rule{.chips = 10, .share = 0.2, .target = 0};
  const TailStage first = next_stage(rule, {}, kChipKey, 2);
  EXPECT_EQ(first.level, 1U);
  ASSERT_EQ(first.chains.size(), 10U);
  EXPECT_EQ(first.chains[4].first.key, tail_key(kChipKey, 2, 1, 4, 0));
  const TailStage third = next_stage(rule, two_levels(rule), kChipKey, 2);
  EXPECT_EQ(third.level, 3U);
  EXPECT_EQ(third.threshold.accuracy, 0.2);
  ASSERT_EQ(third.chains.size(), 3U);  // states 3, 4 (the same chip again) and 9
  EXPECT_EQ(third.chains[0].first.moves, third.chains[1].first.moves);
  EXPECT_EQ(third.chains[2].score.accuracy, 0.1);
  EXPECT_EQ(third.chains[0].length, 4U);
  EXPECT_EQ(third.chains[2].length, 3U);
}

TEST(NextStage, IsNoneOnceTheTargetIsReached) {
  const SubsetRule rule{.chips = 10, .share = 0.2, .target = 0.2};
  EXPECT_EQ(next_stage(rule, two_levels(rule), kChipKey, 0).level, 0U);
}

}  // namespace tail_test
}  // namespace ohmcarlo
