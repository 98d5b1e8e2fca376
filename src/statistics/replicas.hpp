#pragma once
// The trials of one point as a table, and which of its trainings went wrong.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ohmcarlo {

/// What a cell of the results file may be; the numbers are those of /results/state.
enum class TrialState : std::uint8_t { not_run = 0, done = 1, failed = 2 };

/// One metric of one point: a row for each replica (independent training), a column for each trial (chip). A value
/// counts if its state is `done` and it is finite.
struct TrialGrid {
  std::size_t replicas = 0;            ///< of the experiment, run or not
  std::size_t trials = 0;              ///< per replica
  std::span<const double> values;      ///< [replicas, trials]
  std::span<const TrialState> states;  ///< [replicas, trials]

  [[nodiscard]] bool counts(std::size_t replica, std::size_t trial) const;
  /// The values of a replica that count, in the order of trials.
  [[nodiscard]] std::vector<double> chips(std::size_t replica) const;
  /// Throws std::logic_error unless both spans have replicas * trials entries.
  void check() const;
};

/// A replica fails if its mean accuracy is more than this below the mean of its group ("not
/// converged" in variation-aware training studies), and is collapsed if it is less than this above chance.
inline constexpr double kAccuracyMargin = 0.05;

/// Verdicts on the replicas of one point. `failed` and `collapsed` have one entry a replica.
struct Judgement {
  std::vector<bool> failed;  ///< mean accuracy more than 0.05 below the mean of all finite replica means of the point
  std::vector<bool> collapsed;  ///< run without one finite accuracy (it diverged), or mean below chance + 0.05
  std::size_t failures = 0;     ///< replicas that failed
  std::size_t collapses = 0;    ///< replicas that collapsed
};

/// Judges replicas by accuracy (fraction, 0..1), whatever metric is then summarised. `chance` = 1 / classes. A replica
/// without a trial that was run gets no verdict.
[[nodiscard]] Judgement judge_replicas(const TrialGrid& accuracy, double chance);

}  // namespace ohmcarlo
