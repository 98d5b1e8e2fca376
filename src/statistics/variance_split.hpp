#pragma once
// Where the spread of one point comes from.

#include "statistics/replicas.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo {

/// Variances of one metric at one point, in squared units of the metric. Estimated without bias, but for being cut at
/// 0.
struct VarianceSplit {
  double trainings = kNaN;  ///< between trainings; NaN with fewer than two replicas, or one of a single chip
  double chips = kNaN;      ///< between chips of one training, averaged over trainings; NaN without two chips in one
  double images = 0.0;      ///< what the sampling of images adds to the variance of one chip's value
};

/// Splits the variance of a metric: one-way analysis with trainings as groups of unlike variances. With s_r^2 the
/// variance (divisor n_r - 1) of the n_r chips of replica r,
///
///     chips = mean s_r^2 - images,   trainings = variance of the replica means - mean(s_r^2 / n_r).
///
/// Chips of different replicas are independent. `image_variance` >= 0 is the known or estimated variance that sampled
/// images add to one chip's value, 0 if every chip sees all images. Replicas without a value are passed over.
[[nodiscard]] VarianceSplit split_variance(const TrialGrid& metric, double image_variance = 0.0);

}  // namespace ohmcarlo
