#pragma once
// How the weights of a layer lie, and what signed 8-bit codes would make of them.

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// The codes are q = round(127 w / max|W|).
struct WeightStatistics {
  double kurtosis = 0;        ///< training/kurtosis.hpp
  double entropy = 0;         ///< of the codes over the layer, bits: -sum p log2 p
  double relative_error = 0;  ///< median of 1 / max(1, |q|): one step relative to the weight
};

/// Throws std::logic_error unless there are weights. Weights that are all zero have the code 0.
[[nodiscard]] WeightStatistics weight_statistics(View<const float> weights);

}  // namespace ohmcarlo
