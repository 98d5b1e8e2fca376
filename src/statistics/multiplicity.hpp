#pragma once
// Many tests at once.

#include <span>
#include <vector>

namespace ohmcarlo {

/// Holm's (1979) adjusted p-values, in the order given: a family of tests rejected where these are <= alpha has at
/// least one false rejection with probability at most alpha, however the tests depend on each other. With p sorted
/// ascending, adjusted_(k) = max_{j<=k} min(1, (m - j + 1) p_(j)), m = number of p. NaN (no test) stays NaN and is not
/// counted.
[[nodiscard]] std::vector<double> holm_adjusted(std::span<const double> p_values);

}  // namespace ohmcarlo
