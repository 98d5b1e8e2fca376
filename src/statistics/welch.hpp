#pragma once
// Inside the statistics module: the standard error of a sum of independent means.

#include <span>

#include "statistics/sample.hpp"

namespace ohmcarlo {

/// The variance of one estimated term (squared standard error) and its degrees of freedom.
struct VarianceTerm {
  double variance;
  double df;
};

/// centre +- t sqrt(sum of variances) / divisor, with Welch-Satterthwaite degrees of freedom. NaN without terms or if
/// one is NaN, zero width if all variances are 0.
[[nodiscard]] Interval welch_interval(double centre, std::span<const VarianceTerm> terms, double divisor);

}  // namespace ohmcarlo
