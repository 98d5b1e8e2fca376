#include "trial/tail_level.hpp"

#include <cmath>
#include <functional>
#include <stdexcept>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace tail_level_test {

constexpr std::uint64_t kChipKey = 23;

/// The score of a chip that is its first normal, and all others': a sum over its ancestry in double, by the formula.
ChipScore score_of(const Lineage& chip) {
  const auto normal = [](std::uint64_t key) { return static_cast<double>(key % 1000003) / 1000003 - 0.5; };
  double z = normal(chip.key);
  for (const Move& move : chip.moves)
    z = static_cast<double>(move.keep) * z + static_cast<double>(move.fresh) * normal(move.key);
  return {std::round(z * 20), z};
}

/// Goes through a level group by group in the order that `pick` gives of those that are not over.
ChainStates go_through(TailLevel level, const std::function<std::size_t(const std::vector<std::size_t>&)>& pick) {
  while (!level.is_over()) {
    std::vector<std::size_t> open;
    for (std::size_t group = 0; group < level.groups(); ++group)
      if (!level.is_over(group)) open.push_back(group);
    const std::size_t group = pick(open);
    std::vector<ChipScore> scores;
    for (const Lineage& chip : level.next_chips(group)) scores.push_back(score_of(chip));
    (void)level.take(group, scores);
  }
  return level.states();
}

/// The same chains from words: one after the other, each by itself.
ChainStates one_by_one(const TailStage& stage, std::uint32_t run) {
  ChainStates states;
  for (std::size_t c = 0; c < stage.chains.size(); ++c) {
    Lineage last = stage.chains[c].first;
    ChipScore score = stage.level == 1 ? score_of(last) : stage.chains[c].score;
    states.scores.push_back(score);
    states.accepted.push_back(false);
    for (std::size_t step = 1; step < stage.chains[c].length; ++step) {
      Lineage chip = last;
      chip.moves.push_back({tail_key(kChipKey, run, stage.level, c, step),
                            static_cast<float>(std::sqrt(1 - stage.step * stage.step)),
                            static_cast<float>(stage.step)});
      const ChipScore there = score_of(chip);
      const bool accepted = !(there > stage.threshold);
      if (accepted) {
        last = chip;
        score = there;
      }
      states.scores.push_back(score);
      states.accepted.push_back(accepted);
    }
  }
  return states;
}

/// Three levels of 60 chips.
SubsetRun some_run(std::uint32_t number, std::size_t together) {
  const SubsetRule rule{.chips = 60, .share = 0.2, .target = -100};
  SubsetRun run;
  for (int l = 0; l < 3; ++l) {
    SubsetLevel level = run.levels.empty() ? SubsetLevel() : begin_level(rule, run);
    ChainStates states = go_through(TailLevel(next_stage(rule, run, kChipKey, number), kChipKey, number, together),
                                    [](const std::vector<std::size_t>& open) { return open.front(); });
    level.scores = states.scores;
    if (!run.levels.empty()) level.accepted = states.accepted;
    end_level(rule, std::move(level), run);
  }
  return run;
}

TailStage stage_of(const SubsetRun& run, std::uint32_t number) {
  return next_stage({.chips = 60, .share = 0.2, .target = -100}, run, kChipKey, number);
}

TEST(TailLevel, IsWhatChainsAreOneByOneInWhateverOrderGroupsCome) {
  for (const std::size_t together : {1U, 5U, 8U, 60U}) {
    SubsetRun run;
    for (const SubsetLevel& level : some_run(3, together).levels) {
      const TailStage stage = stage_of(run, 3);
      const ChainStates wanted = one_by_one(stage, 3);
      std::uint64_t random = 1;
      const ChainStates found =
          go_through(TailLevel(stage, kChipKey, 3, together), [&](const std::vector<std::size_t>& open) {
            random = random * 6364136223846793005ULL + 1442695040888963407ULL;
            return open[(random >> 33) % open.size()];
          });
      EXPECT_EQ(found.scores, wanted.scores);
      EXPECT_EQ(found.accepted, wanted.accepted);
      EXPECT_EQ(level.scores, wanted.scores);
      run.levels.push_back(level);
    }
    // Moves were accepted, and others were not.
    EXPECT_GT(run.levels[2].acceptance(), 0.1);
    EXPECT_LT(run.levels[2].acceptance(), 0.9);
  }
}

TEST(TailLevel, CountsTheChipsThatAreStates) {
  const SubsetRun run = some_run(0, 8);
  TailStage stage = stage_of(run, 0);
  std::size_t counted = 0, evaluated = 0;
  TailLevel level(stage, kChipKey, 0, 8);
  for (std::size_t group = 0; group < level.groups(); ++group)
    while (!level.is_over(group)) {
      const std::vector<Lineage> chips = level.next_chips(group);
      evaluated += chips.size();
      counted += level.take(group, std::vector<ChipScore>(chips.size()));
    }
  EXPECT_EQ(counted, 60 - stage.chains.size());
  EXPECT_GE(evaluated, counted);
}

// After every step of a level: the rest is the same as without a break.
TEST(TailLevel, GoesOnFromWhatIsKnown) {
  SubsetRun run = some_run(1, 7);
  for (std::size_t before : {0U, 2U}) {
    SubsetRun part_of_run;
    part_of_run.levels.assign(run.levels.begin(), run.levels.begin() + static_cast<std::ptrdiff_t>(before));
    const TailStage stage = stage_of(part_of_run, 1);
    const ChainStates wanted = one_by_one(stage, 1);
    TailLevel level(stage, kChipKey, 1, 7);
    std::size_t group = 0, breaks = 0;
    for (; !level.is_over(); ++breaks) {
      TailLevel again(stage, kChipKey, 1, 7);
      again.restore(level.part());
      const ChainStates rest = go_through(std::move(again), [](const auto& open) { return open.back(); });
      EXPECT_EQ(rest.scores, wanted.scores);
      EXPECT_EQ(rest.accepted, wanted.accepted);
      while (level.is_over(group % level.groups())) ++group;
      std::vector<ChipScore> scores;
      for (const Lineage& chip : level.next_chips(group % level.groups())) scores.push_back(score_of(chip));
      (void)level.take(group % level.groups(), scores);
      group += 2;
    }
    EXPECT_GT(breaks, 5U);
  }
}

TEST(TailLevel, RefusesWhatIsNotKnownOfIt) {
  const SubsetRun run = some_run(1, 7);
  TailLevel level(stage_of(run, 1), kChipKey, 1, 7);
  const TailPart fresh = level.part();
  EXPECT_NO_THROW(level.restore(fresh));
  TailPart less = fresh, apart = fresh, short_of_scores = fresh;
  less.states.pop_back();
  EXPECT_THROW(level.restore(less), std::runtime_error);
  ++apart.states[0];  // and not the others of its group
  EXPECT_THROW(level.restore(apart), std::runtime_error);
  short_of_scores.accuracy.pop_back();
  EXPECT_THROW(level.restore(short_of_scores), std::runtime_error);
  EXPECT_THROW(TailLevel(TailStage(), kChipKey, 1, 7), std::logic_error);
}

}  // namespace tail_level_test
}  // namespace ohmcarlo
