#pragma once
// Matrices of repeatable numbers for the tests of linalg.

#include <random>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Elements in [-1, 1), a share of them exactly zero.
template <class T>
Matrix<T> random_matrix(Index rows, Index cols, std::uint32_t seed, double zeros = 0) {
  std::mt19937 bits(seed);
  Matrix<T> m(rows, cols);
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < cols; ++j) {
      const T value = static_cast<T>(bits()) * static_cast<T>(0x1p-31) - T(1);
      const bool drop = static_cast<double>(bits()) * 0x1p-32 < zeros;
      m(i, j) = drop ? T(0) : value;
    }
  }
  return m;
}

}  // namespace ohmcarlo
