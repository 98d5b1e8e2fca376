#pragma once
// Spreads between chips where each chip saw a sample of the test images.

#include <cstddef>
#include <optional>

#include "records/table.hpp"
#include "statistics/summary.hpp"

namespace ohmcarlo {

/// Whether chips of the point saw samples, so that this metric, a mean over images, is an estimate for each of them.
[[nodiscard]] bool is_sampled(const Table& table, std::size_t point, std::size_t metric);

/// What the choice of images adds to the variance of one chip's value, mean over the chips of a replica (of all, if
/// none is given): 0 where they saw all images or the metric is of no images, NaN where it is not known.
[[nodiscard]] double image_variance(const Table& table, std::size_t point, std::size_t metric,
                                    std::optional<std::size_t> replica = {});

/// Takes out of a summary what the choice of images adds to it, at a point whose chips saw samples; means and intervals
/// stay: they are those of independent chips, whatever makes these differ (statistics/stratified.hpp).
///
/// The sd between chips of accuracy and loss becomes sqrt(max(0, s^2 - mean sampling variance)). That of other means
/// over images is not known: NaN, as are medians of all of them. The sd between trainings stays, which has hardly any
/// of it.
void correct_for_sampling(PointSummary& summary, const Table& table, std::size_t point, std::size_t metric);

}  // namespace ohmcarlo
