#pragma once
// The programming of weights (device/variation.hpp) as a function of one cell, for either side.

#include <cstdint>

#include "gpu/both_sides.hpp"

namespace ohmcarlo {

struct Variation;

namespace gpu {

inline constexpr int kMostSlices = 16;  ///< of a weight: 16 bits on cells of one

/// The errors of one layer's weights, in numbers that write_weights() works out from a Variation. The values of one
/// weight are combined in its order: each normal times a scale is added, slice by slice, to the clean weight; with a
/// band the errors alone are summed and then weighted.
struct WeightLaw {
  std::int32_t slices = 0;        ///< normals a weight; 0: weights are written without errors
  float scale[kMostSlices] = {};  ///< of each of them, in units of the weights
  bool banded = false;            ///< weights with low < |w| < high have `factor` times the errors
  float factor = 1;
  float low = 0, high = 0;

  /// What the normals of the slices are added to, one after the other.
  [[nodiscard]] OHMCARLO_BOTH_SIDES float begin(float clean) const { return banded ? 0.0F : clean; }
  [[nodiscard]] OHMCARLO_BOTH_SIDES float add(float sum, std::int32_t slice, float normal) const {
    return sum + scale[slice] * normal;
  }
  /// The weight that a chip holds.
  [[nodiscard]] OHMCARLO_BOTH_SIDES float finish(float clean, float sum) const {
    if (!banded) return sum;
    const float size = absolute(clean);
    return clean + (size > low && size < high ? factor * sum : sum);
  }
};

/// The law of a layer whose largest |weight| is `max_weight`. Throws std::logic_error for more slices than kMostSlices.
[[nodiscard]] WeightLaw weight_law(const Variation& variation, float max_weight);

}  // namespace gpu
}  // namespace ohmcarlo
