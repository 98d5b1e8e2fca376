#pragma once
// Checks of samples of programmed cells. Each fails by chance once in 10^6, both sides together; seeds are fixed.

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "random/normal_checks.hpp"

namespace ohmcarlo {

using normal_checks::kKolmogorovLimit;
using normal_checks::kLimit;

/// The number in [0, n] is as a binomial one with probability p: exact tail, half of the false-alarm rate a side.
inline void expect_binomial(double observed, double n, double p) {
  EXPECT_GT(normal_checks::binomial_tail(n, p, observed), normal_checks::kFalseAlarm / 2)
      << observed << " of " << n << ", expected " << n * p;
}

/// A sum of many independent terms, of which the mean and the variance are given: as a normal.
inline void expect_sum(double sum, double n, double mean, double variance) {
  EXPECT_LT(std::abs(sum - n * mean) / std::sqrt(n * variance), kLimit) << sum / n << ", expected " << mean;
}

/// Chi-squared of so many degrees of freedom, by Wilson and Hilferty's cube root.
inline void expect_chi_squared(double observed, double freedom) {
  const double deviate = (std::cbrt(observed / freedom) - 1 + 2 / (9 * freedom)) / std::sqrt(2 / (9 * freedom));
  EXPECT_LT(std::abs(deviate), kLimit) << observed / freedom << ", expected 1";
}

/// Mean (normal) and variance about 0 (chi-squared), both exact, of what should be standard normals: two checks.
inline void expect_standard_moments(const std::vector<double>& z) {
  double sum = 0;
  double squares = 0;
  for (const double each : z) {
    sum += each;
    squares += each * each;
  }
  const auto n = static_cast<double>(z.size());
  expect_sum(sum, n, 0, 1);
  expect_chi_squared(squares, n);
}

/// Kolmogorov and Smirnov's test with the limit of their distribution: one check.
template <class Distribution>
void expect_distribution(std::vector<double> sample, Distribution cumulative) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double gap = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double exact = cumulative(sample[i]);
    gap = std::max({gap, exact - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - exact});
  }
  EXPECT_LT(gap * std::sqrt(n), kKolmogorovLimit);
}

inline double normal_cumulative(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

inline double normal_density(double z) {
  return std::exp(-z * z / 2) / std::sqrt(2 * std::acos(-1.0));
}

}  // namespace ohmcarlo
