#pragma once
// Quantiles with intervals that assume nothing about the distribution (David and Nagaraja, Order Statistics,
// section 7.1).

#include <cstddef>
#include <span>

#include "statistics/sample.hpp"

namespace ohmcarlo {

/// Which of n ordered values x_(1) <= .. <= x_(n) are the ends of an interval of the q-quantile; 0 where n values are
/// too few for that end.
struct QuantileRanks {
  std::size_t lower = 0;  ///< the largest l with P(Bin(n, q) <= l - 1) <= (1 - confidence) / 2
  std::size_t upper = 0;  ///< the smallest u <= n with P(Bin(n, q) >= u) <= (1 - confidence) / 2
  double coverage = 1.0;  ///< P(l <= Bin(n, q) <= u - 1): at least `confidence`; a missing end is never missed
};

/// The ranks for n = count values. q and confidence in (0, 1).
[[nodiscard]] QuantileRanks quantile_ranks(std::size_t count, double q, double confidence = 0.95);

/// The fewest values with which both ends of the q-quantile's interval exist: 6 for the median, 72 for 5 %, 368 for 1 %
/// (at 95 %).
[[nodiscard]] std::size_t fewest_for_quantile(double q, double confidence = 0.95);

/// The fewest values whose smallest is a lower confidence bound of the q-quantile, one-sided: (1 - q)^n <= 1 -
/// confidence; 5, 59 and 299 for 50, 5 and 1 % (at 95 %).
[[nodiscard]] std::size_t fewest_for_lower_bound(double q, double confidence = 0.95);

/// A quantile of a sample. `value` interpolates between order statistics at 1 + (n - 1) q (Hyndman and Fan's type 7,
/// which for q = 1/2 is the median); the interval is that of quantile_ranks, with an infinite end where values are too
/// few.
struct QuantileEstimate {
  std::size_t count = 0;
  double value = kNaN;
  Interval interval;
  double coverage = kNaN;
};

/// Estimates the q-quantile of finite values, in any order. NaN without values. Throws std::logic_error if a value is
/// not finite.
[[nodiscard]] QuantileEstimate estimate_quantile(std::span<const double> values, double q, double confidence = 0.95);

}  // namespace ohmcarlo
