#pragma once
// Intervals of the mean of values in 0..1 that assume nothing else, by betting against it (Waudby-Smith and Ramdas,
// Estimating means of bounded random variables by betting, 2023: the hedged capital process).

#include <cstddef>
#include <span>
#include <vector>

#include "statistics/sample.hpp"

namespace ohmcarlo {

/// The bets l_1..l_n on values x_1..x_n in 0..1, each of which knows only the values before its own:
/// l_i = sqrt(2 ln(2 / alpha) / (v_{i-1} i ln(1 + i))), v_i = (1/4 + sum_{j<=i} (x_j - mu_j)^2) / (i + 1), v_0 = 1/4,
/// mu_i = (1/2 + sum_{j<=i} x_j) / (i + 1), alpha = 1 - confidence.
[[nodiscard]] std::vector<double> betting_fractions(std::span<const double> values, double confidence = 0.95);

/// ln K_n(m), the capital after betting against the mean being m (in 0..1), both ways with half of it each:
/// K = max(prod(1 + min(l_i, c / m) (x_i - m)), prod(1 - min(l_i, c / (1 - m)) (x_i - m))) / 2, c = 1/2.
[[nodiscard]] double log_capital(std::span<const double> values, double m, double confidence = 0.95);

/// The means m at which the capital never reached 1 / alpha: an interval within 0..1 that holds at every number of
/// values. Depends on their order. 0..1 without values; NaN if no mean is left. Throws std::logic_error if a value is
/// not in 0..1.
[[nodiscard]] Interval betting_interval(std::span<const double> values, double confidence = 0.95);

/// The fewest values after which the betting interval may lie within mean +- half_width, however little they vary:
/// ln(2 / alpha) / ln(1 + c w / (m - w)) rounded up, w = half_width, m = max(mean, 1 - mean) (the end that is harder to
/// exclude); 1 if mean +- half_width leaves 0..1 on both sides. mean in 0..1, half_width > 0. Thousands for +-0.001: no
/// method that assumes nothing can exclude a rare catastrophe with fewer.
[[nodiscard]] std::size_t betting_floor(double mean, double half_width, double confidence = 0.95);

}  // namespace ohmcarlo
