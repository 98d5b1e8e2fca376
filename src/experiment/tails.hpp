#pragma once
// The chips of a point beyond their mean: quantiles, yield, and where their spread comes from.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "records/results.hpp"
#include "statistics/order_statistics.hpp"
#include "statistics/variance_split.hpp"

namespace ohmcarlo {

/// What is wanted of the tails.
struct TailOptions {
  std::size_t metric = kAccuracy;     ///< its number in the table; one value a chip
  std::vector<std::size_t> points;    ///< in the order of the answers
  std::vector<double> quantiles;      ///< each in (0, 1)
  std::optional<double> target = {};  ///< of the yield, in the metric's unit
};

/// The share of chips that reach a target.
struct Yield {
  std::size_t reached = 0;  ///< chips at the target or better: >= target, <= where lower is better
  double share = kNaN;      ///< of the chips with a value
  Interval interval;        ///< Wilson's, at 95 %; NaN without chips
};

/// The chips of one training at one point. Trainings are kept apart: chips of several are no sample of independent
/// values, so that no interval of order statistics would hold for all of them together.
struct Tails {
  std::size_t point = 0;
  std::size_t replica = 0;
  std::size_t chips = 0;   ///< with a value
  std::size_t failed = 0;  ///< that were run and have none; they are left out
  /// One for each quantile that is wanted. The ends of 95 % intervals are values of chips, and so within the metric's
  /// bounds; infinite where the chips are fewer than fewest_for_quantile.
  std::vector<QuantileEstimate> quantiles;
  Yield yield;  ///< of the target, if there is one
};

/// The tails of every point and replica, points first. The intervals are for numbers of chips fixed beforehand; a rule
/// that stops on the spread of the chips changes little about them, but is not accounted for.
[[nodiscard]] std::vector<Tails> find_tails(const Table& table, const TailOptions& options);

/// The variance of a metric at each of the points. The part of images is what their choice adds to the value of a chip
/// that sees a sample; means are for these very test images in any case.
[[nodiscard]] std::vector<VarianceSplit> split_variances(const Table& table, std::size_t metric,
                                                         std::span<const std::size_t> points);

}  // namespace ohmcarlo
