#pragma once
// What is said about one point: a headline, its interval and what the interval generalises over.

#include <cstddef>
#include <vector>

#include "statistics/mean_estimate.hpp"
#include "statistics/replicas.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo {

/// What the headline interval generalises over: other chips of this one trained network, or other trainings.
enum class IntervalOver { chips, trainings };

/// The chips of one replica. `interval` (95 %, Student) is over chips: for this trained network.
struct ReplicaSummary {
  Sample chips;
  Interval interval;
};

/// The summary of one metric at one point. All intervals are 95 %; NaN where there is too little to say.
///
/// One replica in the experiment: mean, sd (between chips) and interval are those of its chips.
/// More: mean and sd are of the replica means, the interval is Student's over the replica means; the chip interval
/// beside it treats the trainings as given.
struct PointSummary {
  double mean = kNaN;
  double sd = kNaN;
  Interval interval;         ///< ci_low, ci_high
  double median = kNaN;      ///< over all chips of the point
  std::size_t count = 0;     ///< chips done
  std::size_t replicas = 0;  ///< with at least one chip done
  IntervalOver interval_over = IntervalOver::chips;
  Interval chip_interval;  ///< chip_ci_low, chip_ci_high; equals `interval` for one replica
  IntervalKind chip_interval_kind = IntervalKind::student;
  TailShape shape;            ///< of the chips, each around the mean of its training; NaN for what is pooled
  std::size_t failures = 0;   ///< of the judgement
  std::size_t collapsed = 0;  ///< of the judgement
  std::vector<ReplicaSummary> per_replica;  ///< [replicas of the experiment]
};

/// Summarises a metric. `judgement` comes from judge_replicas on the accuracy of the same point.
///
/// The chip interval of R replicas with n_r chips of standard deviation s_r is the mean of the replica means
/// +- t sqrt(sum s_r^2 / n_r) / R, with the degrees of freedom of Welch (1947) and Satterthwaite (1946):
/// (sum v_r)^2 / sum(v_r^2 / (n_r - 1)), v_r = s_r^2 / n_r. It needs two chips in every replica that has one.
[[nodiscard]] PointSummary summarise_point(const TrialGrid& metric, const Judgement& judgement);

/// Summarises the expected Kullback-Leibler divergence, pooled: sum(ekl * correct) / sum(correct), where `correct` is
/// the number of images a chip classified correctly and `ekl` (nats) its mean over just those. A chip without a correct
/// image (ekl NaN, correct 0) adds nothing to either sum.
///
/// Intervals come from the linearised ratio estimator (Cochran, Sampling Techniques, 3rd ed., section 6.3): with v the
/// pooled value and d_i = (ekl_i - v) correct_i, the standard error over n units is sqrt(n / (n - 1) sum d_i^2) /
/// sum(correct). Units are chips for one replica. With more, they are replicas (d_r is a replica's sum of d_i); if all
/// replicas have equally many correct images, this is exactly Student's interval over the pooled replica values. The
/// chip interval beside it takes deviations from each replica's mean d and Welch-Satterthwaite degrees of freedom. `sd`
/// is sqrt(n) times the standard error; the median is that of the chips' ekl.
[[nodiscard]] PointSummary summarise_pooled(const TrialGrid& ekl, const TrialGrid& correct, const Judgement& judgement);

}  // namespace ohmcarlo
