#pragma once
// Features to mean 0 and standard deviation 1, coefficient by coefficient, over a whole corpus.

#include <span>
#include <vector>

namespace ohmcarlo {

/// Taken from training data alone, kept with the model, applied to everything the model sees.
struct FeatureScaling {
  std::vector<float> mean;  ///< [coefficients]
  std::vector<float> sd;    ///< [coefficients] of the population, above 0
};

/// Over the rows of `values` [frames, coefficients]; sums in double. A coefficient that never varies gets sd 1.
/// Throws std::logic_error without rows.
[[nodiscard]] FeatureScaling feature_scaling(std::span<const float> values, std::size_t coefficients);

/// values[t, i] = (values[t, i] - mean[i]) / sd[i]. Throws std::logic_error unless the rows are as wide as the scaling.
void scale(const FeatureScaling& scaling, std::span<float> values);

}  // namespace ohmcarlo
