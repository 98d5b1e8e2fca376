#pragma once
// A mean over chips with the interval that fits how its chips were counted.

#include <cstddef>
#include <limits>
#include <span>

#include "statistics/sample.hpp"

namespace ohmcarlo {

/// The kinds of intervals of a mean over chips.
enum class IntervalKind {
  student,      ///< for a number of chips that was fixed beforehand
  fixed_width,  ///< for a rule that stopped because the interval was narrow enough: statistics/fixed_width.hpp
  sequence,     ///< holds at every number of chips, however one stopped: statistics/confidence_sequence.hpp
  betting,      ///< the same for values in 0..1, without any assumption on them: statistics/betting.hpp
};

/// How a mean is to be estimated.
struct EstimateOptions {
  IntervalKind kind = IntervalKind::student;
  double confidence = 0.95;  ///< in (0, 1)
  /// Images a chip's value is counted over, for the least sd that equal chips are credited with (guarded_sd), in
  /// fixed-width intervals and sequences. Infinite: none.
  double images = std::numeric_limits<double>::infinity();
};

/// A mean and its interval. NaN where there is too little to say, except for the half-width, which is then infinite.
struct MeanEstimate {
  std::size_t count = 0;     ///< chips that count
  std::size_t failures = 0;  ///< chips without a value, left out
  double mean = kNaN;
  double sd = kNaN;        ///< divisor count - 1, as measured (the guard is in the half-width only)
  double skewness = kNaN;  ///< g1
  IntervalKind kind = IntervalKind::student;
  double half_width = std::numeric_limits<double>::infinity();  ///< the larger of the distances from mean to the ends
  Interval interval;                                            ///< not clipped to the bounds of the metric

  /// Whether the values are so skewed that one-sided errors of the interval are uneven: |g1| > 1. Rule of Cochran: even
  /// from about 25 g1^2 chips.
  [[nodiscard]] bool is_skewed() const { return skewness > 1.0 || skewness < -1.0; }
};

/// Estimates the mean of the finite values, one a chip in the order of chips; the others are failed chips, which are
/// left out and counted. Only the betting interval depends on the order; it needs values in 0..1 (std::logic_error).
[[nodiscard]] MeanEstimate estimate_mean(std::span<const double> values, const EstimateOptions& options);

}  // namespace ohmcarlo
