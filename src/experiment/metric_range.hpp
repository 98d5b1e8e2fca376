#pragma once
// What is known of a metric by its name: the bounds of its values, and which way is better.

#include "records/metric.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo {

/// Whether the metric is a share, which tables show in percent: all accuracies.
[[nodiscard]] bool is_share(const Metric& metric);

/// The smallest and the largest value that the metric can have: 0..1 for a share, 0..infinity for losses, divergences
/// and counts, infinite ends for all else.
[[nodiscard]] Interval range_of(const Metric& metric);

/// Whether a lower value is the better one: true for losses, divergences, writes and updates.
[[nodiscard]] bool is_better_when_lower(const Metric& metric);

}  // namespace ohmcarlo
