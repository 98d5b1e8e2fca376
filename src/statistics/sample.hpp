#pragma once
// One sample of independent values: its moments, and Student's interval for the mean.

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace ohmcarlo {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// A closed interval; both ends NaN where it is not defined.
struct Interval {
  double low = kNaN;
  double high = kNaN;
};

/// The part of an interval that lies within lowest..highest, the bounds of the quantity (0 and 1 for an accuracy): no
/// interval is shown beyond them. An end beyond a bound becomes that bound, infinite ends too; NaN stays.
[[nodiscard]] Interval clip_interval(Interval interval, double lowest, double highest);

/// Moments and order statistics of `count` values; NaN where not defined (sd: count < 2, the others: count 0).
struct Sample {
  std::size_t count = 0;
  double mean = kNaN;
  double sd = kNaN;      ///< standard deviation, divisor count - 1; exactly 0 if all values are equal
  double median = kNaN;  ///< the mean of the two middle values if count is even
  double minimum = kNaN;
  double maximum = kNaN;
};

/// Summarises finite values. The values are sorted first and then summed in two passes, so the result does not depend
/// on their order, to the last bit. Throws std::logic_error if a value is not finite.
[[nodiscard]] Sample summarise(std::span<const double> values);

/// Skewness g1 = m3 / m2^1.5, with central moments of divisor count: 0 for a symmetric sample, negative if its long
/// tail lies below. 0 if all values are equal or there are fewer than two. Does not depend on the order of the values.
/// Throws std::logic_error if a value is not finite.
[[nodiscard]] double skewness(std::span<const double> values);

/// How far a sample is from the shape of a normal one, for which both are 0.
struct TailShape {
  double skewness = kNaN;         ///< m3 / m2^1.5
  double excess_kurtosis = kNaN;  ///< m4 / m2^2 - 3: above 0 if more values lie far out than normal ones do
};

/// The shape of values that come in groups, around the mean of their own group: central moments m_k are over all values
/// together, with their number as divisor. NaN with fewer than three values, or if no value differs from its group's
/// mean. Does not depend on the order of the values in a group. Throws std::logic_error if a value is not finite.
[[nodiscard]] TailShape tail_shape(std::span<const std::vector<double>> groups);

/// The finite ones of some values, in their order.
[[nodiscard]] std::vector<double> finite_values(std::span<const double> values);

/// The p-quantile of Student's t with `df` degrees of freedom. p in (0, 1), df > 0, not necessarily whole; infinite df
/// is the normal distribution. NaN if df is NaN.
[[nodiscard]] double student_t_quantile(double p, double df);

/// centre +- t * standard_error with `df` degrees of freedom. Zero width if standard_error is 0; NaN if it is NaN.
/// confidence in (0, 1).
[[nodiscard]] Interval t_interval(double centre, double standard_error, double df, double confidence = 0.95);

/// Student's interval for the expected value of normal observations: mean +- t sd / sqrt(count). NaN if count < 2, zero
/// width if sd is 0.
[[nodiscard]] Interval mean_interval(const Sample& sample, double confidence = 0.95);

}  // namespace ohmcarlo
