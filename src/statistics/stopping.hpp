#pragma once
// Sequential stopping: chips are added until their mean is known well enough.

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "statistics/mean_estimate.hpp"
#include "statistics/replicas.hpp"

namespace ohmcarlo {

/// A look at fewer chips that count never stops, however narrow its interval.
inline constexpr std::size_t kFewestChipsToStop = 8;

/// When to stop: at the first look (statistics/looks.hpp) at which the half-width is at most the target.
struct StoppingRule {
  double half_width = 0.001;                      ///< target, > 0, in units of the metric
  double confidence = 0.95;                       ///< in (0, 1)
  std::size_t min = 30;                           ///< chips before the first look, >= 1
  std::size_t max = 5000;                         ///< chips after which it stops whatever the half-width, >= min
  std::size_t group = 1;                          ///< chips that are computed together: looks are at whole groups
  IntervalKind kind = IntervalKind::fixed_width;  ///< any but `student`, which repeated looks would ruin
  double images = std::numeric_limits<double>::infinity();  ///< that a chip's value is counted over: EstimateOptions
};

/// What a rule says about the chips that are complete.
struct StoppingDecision {
  std::size_t chips = 0;  ///< n*: the result is that of chips 0..n*-1; 0 means to go on
  bool met = false;       ///< whether the target was met; if not and chips > 0, `max` was reached
  /// Of chips 0..n*-1, or of all that are complete while it goes on. Its interval is of the rule's kind if the target
  /// was met; else a sequence, which holds however one stops (betting stays betting, which does so, too).
  MeanEstimate estimate;

  [[nodiscard]] bool stopped() const { return chips > 0; }
};

/// Applies a rule to the values of chips 0..n-1, all of which are complete; NaN is a failed chip, which is left out and
/// counted. The decision is a function of the values up to n* alone, so further chips never change it: neither the
/// number of workers, nor the order in which chips end, nor an interruption can. A result of more chips than n* has not
/// stopped by the rule: estimate_mean gives its sequence. Throws std::logic_error if the rule is out of range.
[[nodiscard]] StoppingDecision apply_rule(const StoppingRule& rule, std::span<const double> values);

/// The values of the chips before the first that any replica has yet to run: the mean over replicas of each chip, NaN
/// if it failed or is not finite in any of them. What ran out of turn beyond that chip is not looked at.
[[nodiscard]] std::vector<double> complete_prefix(const TrialGrid& grid);

}  // namespace ohmcarlo
