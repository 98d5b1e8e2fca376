#pragma once
// Probabilities of rare bad chips by subset simulation (Au, Beck, Probabilistic Engineering Mechanics 16, 2001), with
// moves of Papaioannou et al. (Probabilistic Engineering Mechanics 41, 2015): levels of ever worse chips, each reached
// from the one before by chains.

#include <compare>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "statistics/sample.hpp"

namespace ohmcarlo {

/// How good a chip is: its accuracy, and among chips of one accuracy the mean margin of its answers.
struct ChipScore {
  double accuracy = 0;
  double margin = 0;  ///< never NaN
  friend auto operator<=>(const ChipScore&, const ChipScore&) = default;
};

struct SubsetRule {
  std::size_t chips = 300;       ///< of every level; chips * share is 10 or more
  double share = 0.1;            ///< of a level's chips from which the next one begins, in (0, 1)
  std::size_t most_levels = 10;  ///< at least 1
  double target = 0;             ///< wanted is the probability of an accuracy of at most this
  double probability = 0;        ///< levels end at it, too: wanted is the accuracy that so few chips stay below
};

/// Where a chain begins, and how many states it has, that one among them.
struct Chain {
  std::size_t first = 0;  ///< number of a state of the level before
  std::size_t length = 1;
};

/// The states of a level that chains have gone through, chain after chain.
struct ChainStates {
  std::vector<ChipScore> scores;
  std::vector<bool> accepted;  ///< whether a state is the one that was proposed; else it repeats the one before it.
                               ///< False for the first of a chain
};

struct SubsetLevel {
  std::vector<ChipScore> scores;
  std::vector<Chain> chains;       ///< that led to these states; none at the first level, whose chips are plain ones
  std::vector<bool> accepted;      ///< as of ChainStates; empty at the first level
  double step = 0;                 ///< sqrt(1 - rho^2) of the moves of its chains; 0 at the first level
  ChipScore threshold;             ///< the next level is that of chips that are no better
  std::vector<std::size_t> seeds;  ///< numbers of its states that are no better, ascending
  /// Of the states, that are seeds.
  [[nodiscard]] double share() const { return static_cast<double>(seeds.size()) / static_cast<double>(scores.size()); }
  /// Of the moves that were proposed, that were accepted; NaN at the first level.
  [[nodiscard]] double acceptance() const;
  /// Of neighbouring states of a chain: the correlation of their accuracies; NaN where there is none.
  [[nodiscard]] double correlation() const;
};

/// One run: its levels. The last one's threshold is at the target, or beyond which no run goes.
struct SubsetRun {
  std::vector<SubsetLevel> levels;

  /// Whether its last level has the target within reach: its threshold is at most that.
  [[nodiscard]] bool reaches(double target) const { return levels.back().threshold.accuracy <= target; }
  /// The estimate of P(accuracy <= target): shares of the levels passed, times that of the last level's states that are
  /// at the target.
  [[nodiscard]] double probability(double target) const;
  /// The score that chips stay at or below with probability `q`: of the first level that has so rare ones. Throws
  /// std::logic_error if there is none.
  [[nodiscard]] ChipScore quantile(double q) const;
  /// The probability of a chip no better than the last threshold: an upper bound where the target is not reached.
  [[nodiscard]] double last_probability() const;
};

/// Whether the run is over: the target is reached, there are as many levels as allowed, or all chips are alike.
[[nodiscard]] bool is_over(const SubsetRule& rule, const SubsetRun& run);
/// The chains and the step of the run's next level, which is not over.
[[nodiscard]] SubsetLevel begin_level(const SubsetRule& rule, const SubsetRun& run);
/// Appends a level that has its scores: finds its threshold and its seeds.
void end_level(const SubsetRule& rule, SubsetLevel level, SubsetRun& run);

/// Gives so many plain, independent chips their scores.
using DrawChips = std::function<std::vector<ChipScore>(std::size_t count)>;
/// Goes through chains of level number `level` (the second is 2) with moves of size `step`: a proposal is accepted if
/// it is no better than `threshold`.
using RunChains = std::function<ChainStates(std::size_t level, std::span<const Chain> chains,
                                            const ChipScore& threshold, double step)>;

/// Carries out one run.
[[nodiscard]] SubsetRun simulate_subsets(const SubsetRule& rule, const DrawChips& draw, const RunChains& run);

/// Lengths of chains that have `states` states together: the same for all, and one more for the first ones.
[[nodiscard]] std::vector<Chain> make_chains(std::span<const std::size_t> seeds, std::size_t states);

/// What several runs say together.
struct TailEstimate {
  double probability = 0;  ///< mean over the runs
  Interval interval;       ///< log-normal over the runs; NaN where they differ too much to have one
  double spread = 0;       ///< sd of the logarithms; infinite if a run found none
  static constexpr double kMostSpread = 1.2;
};

/// From independent runs, two at least: exp(ln mean +- t(R - 1) sd / sqrt(R)).
[[nodiscard]] TailEstimate combine_runs(std::span<const double> probabilities, double confidence);

}  // namespace ohmcarlo
