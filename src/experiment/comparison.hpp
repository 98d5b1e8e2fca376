#pragma once
// Points of a results file against each other, on common chips.

#include <cstddef>
#include <vector>

#include "records/results.hpp"
#include "statistics/paired.hpp"
#include "statistics/summary.hpp"

namespace ohmcarlo {

/// What is compared.
struct ComparisonOptions {
  std::size_t metric = kAccuracy;   ///< its number in the table; one value a chip
  std::size_t axis = 0;             ///< whose values are compared, all other axes equal
  std::vector<std::size_t> points;  ///< that take part, ascending
};

/// What holds for all comparisons of one file. The units of a comparison are chips if the experiment has one replica,
/// else trainings, of which the means over chips are compared.
struct ComparisonBasis {
  IntervalOver units = IntervalOver::chips;
  /// Of the intervals: Student's where the number of units was fixed (of trainings it is unless they were raced), a
  /// sequence where trials.until or trials.race decided it.
  IntervalKind kind = IntervalKind::student;
  double tuned_for = kSequenceTunedFor;  ///< number of units for which sequences are tightest
  double confidence = 0.95;
  /// Whether chip t is the same at every point (trials.common_random_numbers). If not, pairs are of independent chips:
  /// intervals and p-values hold as well, but pairing saves nothing.
  bool common_chips = true;

  [[nodiscard]] static ComparisonBasis find(const Results& results);
};

/// The difference of one point from another, value - baseline, over the chips before the first that either has yet to
/// run.
struct Comparison {
  std::size_t point = 0;
  std::size_t baseline = 0;
  PairedDifference difference = {};
  Interval interval = {};  ///< of the mean difference, within what the metric allows; NaN where there is none yet
  double p = kNaN;         ///< two-sided, of the basis' kind; NaN with fewer than two pairs
  double adjusted_p = 1;   ///< by Holm, over all comparisons made together
  double units_saved = 0;  ///< more units that either point would need without pairs: count (pairing_gain - 1)
};

/// Compares each of the options' points with the one that has the value number `baseline` on the axis and is like it on
/// all others.
[[nodiscard]] std::vector<Comparison> compare_with_baseline(const Results& results, const ComparisonOptions& options,
                                                            std::size_t baseline);

/// One value in a contest.
struct Contender {
  std::size_t point = 0;
  double mean = kNaN;                ///< over the units that all values have in common
  PairedDifference difference = {};  ///< leader - this one; empty for the leader
  Interval interval = {};            ///< of it, at the contest's confidence
  double adjusted_p = kNaN;          ///< two-sided p of the difference times the number of other values, at most 1
  bool told_apart = false;           ///< whether it is worse than the leader for certain enough
};

/// The values of an axis, all other axes equal. The first is the leader: the highest mean, the lowest where lower is
/// better. A value is told apart from it where the interval of the difference at 1 - alpha / (m - 1), m values in all,
/// lies on the leader's side of 0. So choosing the leader from the same chips is accounted for: that the truly best
/// value is told apart from the leader takes one wrong interval of m - 1, with probability at most alpha, whichever
/// leads. That is why no looks before the last count here.
struct Contest {
  double confidence = kNaN;           ///< 1 - alpha / (m - 1), of its intervals
  std::vector<Contender> contenders;  ///< from the best mean to the worst
  std::vector<std::size_t> absent;    ///< points without a chip that was run and has a value
};

/// A contest for each combination of the other axes' values among the options' points, in their order.
[[nodiscard]] std::vector<Contest> find_best(const Results& results, const ComparisonOptions& options);

}  // namespace ohmcarlo
