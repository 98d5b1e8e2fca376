#include "trial/tail_search.hpp"

#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace tail_search_test {

constexpr std::uint64_t kChipKey = 29;
constexpr std::size_t kRuns = 4;
const SubsetRule kRule{.chips = 50, .share = 0.2, .most_levels = 4, .target = -100};

/// Made of two digits of a sum over the ancestry: many scores are equal.
ChipScore score_of(const Lineage& chip) {
  const auto normal = [](std::uint64_t key) { return static_cast<double>(key % 1000003) / 1000003 - 0.5; };
  double z = normal(chip.key);
  for (const Move& move : chip.moves)
    z = static_cast<double>(move.keep) * z + static_cast<double>(move.fresh) * normal(move.key);
  return {std::round(z * 20), std::round(z * 60)};
}

/// A run by itself, with the ancestry of every state beside its score.
SubsetRun alone(std::uint32_t number) {
  std::vector<Lineage> before, states;
  return simulate_subsets(
      kRule,
      [&](std::size_t count) {
        std::vector<ChipScore> scores;
        for (std::size_t i = 0; i < count; ++i) {
          states.emplace_back(tail_key(kChipKey, number, 1, i, 0));
          scores.push_back(score_of(states.back()));
        }
        return scores;
      },
      [&](std::size_t level, std::span<const Chain> chains, const ChipScore& threshold, double size) {
        before = std::exchange(states, {});
        ChainStates found;
        for (std::size_t c = 0; c < chains.size(); ++c) {
          Lineage chip = before[chains[c].first];
          for (std::size_t step = 0; step < chains[c].length; ++step) {
            Lineage next = chip;
            if (step > 0)
              next.moves.push_back({tail_key(kChipKey, number, level, c, step),
                                    static_cast<float>(std::sqrt(1 - size * size)), static_cast<float>(size)});
            const bool accepted = step > 0 && score_of(next) <= threshold;
            if (accepted) chip = next;
            states.push_back(chip);
            found.scores.push_back(score_of(chip));
            found.accepted.push_back(accepted);
          }
        }
        return found;
      });
}

/// Who answers requests of all runs in an order of his own.
class Crew {
 public:
  explicit Crew(std::uint64_t seed) : random_(seed) {}

  /// Answers at most so many; returns how many states came of it.
  std::size_t work(TailSearch& search, std::size_t most) {
    open_.clear();
    for (std::size_t run = 0; run < kRuns; ++run) add(run, 0, search.requests(run));
    std::size_t states = 0;
    for (; most > 0 && !open_.empty(); --most) {
      random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
      const auto place = open_.begin() + static_cast<std::ptrdiff_t>((random_ >> 33) % open_.size());
      const auto [run, request] = *place;
      open_.erase(place);
      std::vector<ChipScore> scores;
      for (const Lineage& chip : search.chips_of(run, request)) scores.push_back(score_of(chip));
      const TailSearch::Answered answered = search.take(run, request, scores);
      states += answered.states;
      add(run, search.requests(run) - answered.more, search.requests(run));
    }
    return states;
  }

 private:
  void add(std::size_t run, std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t request = from; request < to; ++request) open_.emplace_back(run, request);
  }

  std::uint64_t random_;
  std::vector<std::pair<std::size_t, std::uint32_t>> open_;
};

void expect_alone(const TailSearch& search) {
  EXPECT_EQ(search.runs_left(), 0U);
  for (std::uint32_t number = 0; number < kRuns; ++number) {
    const SubsetRun wanted = alone(number);
    const SubsetRun& run = search.runs()[number];
    ASSERT_EQ(run.levels.size(), wanted.levels.size());
    ASSERT_EQ(run.levels.size(), 4U);
    for (std::size_t l = 0; l < run.levels.size(); ++l) {
      EXPECT_EQ(run.levels[l].scores, wanted.levels[l].scores) << number << " " << l;
      EXPECT_EQ(run.levels[l].accepted, wanted.levels[l].accepted);
      EXPECT_EQ(run.levels[l].step, wanted.levels[l].step);
      EXPECT_EQ(run.levels[l].seeds, wanted.levels[l].seeds);
    }
  }
}

TEST(TailSearch, RunsAreWhatEachIsAloneInWhateverOrderScoresCome) {
  for (const std::size_t together : {1U, 8U})
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      TailSearch search(kRule, std::vector<SubsetRun>(kRuns), {}, kChipKey, together);
      EXPECT_EQ(search.runs_left(), kRuns);
      EXPECT_EQ(search.levels_done(), 0U);
      (void)Crew(seed).work(search, 1000000);
      expect_alone(search);
    }
}

// Cut after every 20 requests and taken up from what a file would hold: no chip that is known is evaluated again.
TEST(TailSearch, GoesOnFromWhatIsKnown) {
  std::vector<SubsetRun> runs(kRuns);
  std::vector<TailPart> parts;
  std::size_t states = 0, cuts = 0;
  for (bool under_way = true; under_way; ++cuts) {
    TailSearch search(kRule, runs, parts, kChipKey, 8);
    states += Crew(cuts).work(search, 20);
    runs = search.runs();
    parts.clear();
    for (std::size_t run = 0; run < kRuns; ++run) parts.push_back(search.part(run));
    under_way = search.runs_left() > 0;
    if (!under_way) expect_alone(search);
  }
  EXPECT_GT(cuts, 5U);
  std::size_t wanted = 0;
  for (const SubsetRun& run : runs)
    for (const SubsetLevel& level : run.levels) wanted += level.scores.size() - level.chains.size();
  EXPECT_EQ(states, wanted);
}

TEST(TailSearch, RefusesWhatIsKnownOfAnotherLevel) {
  TailSearch search(kRule, std::vector<SubsetRun>(kRuns), {}, kChipKey, 8);
  (void)Crew(1).work(search, 60);
  std::vector<TailPart> parts;
  for (std::size_t run = 0; run < kRuns; ++run) parts.push_back(search.part(run));
  ++parts[2].states[0];
  EXPECT_THROW(TailSearch(kRule, search.runs(), parts, kChipKey, 8), std::runtime_error);
}

}  // namespace tail_search_test
}  // namespace ohmcarlo
