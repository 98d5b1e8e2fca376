#pragma once
// From the values of a sample to the inputs of a network: mean 0 and standard deviation 1, or what was published.

#include <cstdint>
#include <span>
#include <vector>

#include "data/sample_shape.hpp"

namespace ohmcarlo {

/// What a network is given for a value: (value - mean) / sd. Of images a mean and a standard deviation for each
/// channel, in units of the full scale of a pixel, 255; of speech for each coefficient. Without either: the value
/// unchanged, of a pixel pixel / 255.
struct InputScaling {
  std::vector<float> mean;  ///< [channels] of images, [coefficients] of speech, or empty
  std::vector<float> sd;    ///< standard deviations, as many as means, each above 0

  friend bool operator==(const InputScaling&, const InputScaling&) = default;
};

/// The scaling that brings every coefficient of `values` [frames, coefficients] to mean 0 and standard deviation 1 (of
/// the population); sums in double. A coefficient that never varies keeps its scale: its standard deviation counts
/// as 1. Throws std::logic_error without frames.
[[nodiscard]] InputScaling standardise_features(std::span<const float> values, std::size_t coefficients);

/// values[t, i] = (values[t, i] - mean[i]) / sd[i]. Throws std::logic_error unless the rows are as wide as the scaling.
void scale_features(const InputScaling& scaling, std::span<float> values);

/// Writes `shape.values()` inputs for as many bytes: channel, row, column, like the bytes. Throws std::logic_error
/// unless the scaling has no channels or those of the shape.
void scale_pixels(const std::uint8_t* bytes, const SampleShape& shape, const InputScaling& scaling, float* row);

}  // namespace ohmcarlo
