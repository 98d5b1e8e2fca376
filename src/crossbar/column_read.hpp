#pragma once
// What a column sum is distributed like: its mean and its variance, in one pass over the cells. The sum over a column
// of independent Gaussian noise is Gaussian with the sum of the variances, so that one normal a column replaces one a
// cell, exactly.

#include <span>

#include "device/sd_law.hpp"
#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// mean[j] = sum over i of x[i] cells(i, j), variance[j] = sum over i of x[i]^2 sd(cells(i, j))^2: a read of the column
/// is mean[j] + sqrt(variance[j]) z. levels of cells [rows = inputs, cols = outputs], x [rows], mean and variance
/// [cols], which overlap nothing else. Overwrites them, whatever was in them. Rows with x[i] = 0 cost nothing.
/// Throws std::logic_error when the sizes disagree.
void read_columns(View<const float> cells, std::span<const float> x, const SdLaw& sd, std::span<float> mean,
                  std::span<float> variance);

}  // namespace ohmcarlo
