#pragma once
// Shares of chips, such as yield.

#include <cstddef>

#include "statistics/sample.hpp"

namespace ohmcarlo {

/// Wilson's score interval (1927) of a probability of which `successes` of `count` trials are a sample, within 0..1:
/// (p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n), n = count, p = successes / n, z the normal
/// quantile at (1 + confidence) / 2. 0..1 if count is 0. successes <= count, confidence in (0, 1).
[[nodiscard]] Interval wilson_interval(std::size_t successes, std::size_t count, double confidence = 0.95);

}  // namespace ohmcarlo
