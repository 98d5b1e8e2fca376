#pragma once
// Derivatives by central differences, in double.

#include <cmath>
#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "network/network.hpp"

namespace ohmcarlo::gradients {

/// Numbers of either sign, none nearer to 0 than 0.05: no kink of an activation lies within a step.
inline void fill(Eigen::Ref<Matrix<double>> values, std::uint32_t seed) {
  std::mt19937 bits(seed);
  for (Index i = 0; i < values.rows(); ++i)
    for (Index j = 0; j < values.cols(); ++j) {
      const double size = 0.05 + static_cast<double>(bits()) * 0x1p-32;
      values(i, j) = bits() % 2 == 0 ? size : -size;
    }
}

inline void fill(Vector<double>& values, std::uint32_t seed) {
  Matrix<double> column(values.size(), 1);
  fill(column, seed);
  values = column.col(0);
}

/// Compares dloss/dvalue for each of `values` with its analytic value: equal within 1e-6 of it, or 1e-10.
inline void expect_derivatives(double* values, Index count, const double* analytic,
                               const std::function<double()>& loss) {
  constexpr double kStep = 1e-4;  // five points: an error of order step^4
  for (Index i = 0; i < count; ++i) {
    const double kept = values[i];
    const auto at = [&](double steps) {
      values[i] = kept + steps * kStep;
      return loss();
    };
    const double numeric = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * kStep);
    values[i] = kept;
    EXPECT_NEAR(analytic[i], numeric, 1e-6 * std::abs(numeric) + 1e-10) << "element " << i;
  }
}

}  // namespace ohmcarlo::gradients
