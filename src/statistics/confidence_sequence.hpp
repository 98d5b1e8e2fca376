#pragma once
// Intervals and p-values of a mean that hold at every number of values at once, however one stops (Lai 1976; Wang and
// Ramdas, Anytime-valid t-tests and confidence sequences for Gaussian means with unknown variance, 2024). Both come
// from one t-mixture martingale: exact for normal values of unknown sd, and for large numbers equal to the asymptotic
// confidence sequence of Waudby-Smith et al. (2021).

#include <cstddef>

namespace ohmcarlo {

/// The number of values for which sequences are tightest unless another is asked for. Chosen once for all experiments,
/// never from data: within 15 % of the best half-width for stops at 60..1000 values.
inline constexpr double kSequenceTunedFor = 250;

/// The variance rho^2 of the mixture for which the half-width is smallest at n0 values, at error alpha:
/// (-W(-alpha^2 / e) - 1) / n0, W the lower branch W_{-1} of Lambert's function. alpha in (0, 1), n0 > 0.
[[nodiscard]] double tuned_rho2(double alpha, double n0 = kSequenceTunedFor);

/// Half the width of the sequence at `count` = n values of standard deviation `sd` (divisor n - 1), with error alpha
/// over all n together. With c = 1 / rho2 and R = ((n + c) / (c alpha^2))^(1/n):
///
///     sd sqrt((n - 1) / n) sqrt((R - 1) / (1 - R c / (n + c))),
///
/// infinite while that denominator is not positive (n <= 15 at alpha .05 tuned for 250), whatever the sd. alpha in
/// (0, 1), rho2 > 0, possibly tuned for another alpha.
[[nodiscard]] double sequence_half_width(std::size_t count, double sd, double alpha, double rho2);

/// The sequence's p-value of "the mean is 0" at `count` = n values of mean `mean` and standard deviation `sd` (divisor
/// n - 1): min(1, 1 / M), M = sqrt(c / (n + c)) (1 - n mean^2 / ((n + c) (mean^2 + (n - 1) sd^2 / n)))^(-n/2), c = 1 /
/// rho2. It is below alpha exactly where the sequence with error alpha and this rho2 excludes 0. The smallest of any
/// number of looks is again a p-value. 1 if count < 2 or mean and sd are 0.
[[nodiscard]] double sequence_p_value(std::size_t count, double mean, double sd, double rho2);

}  // namespace ohmcarlo
