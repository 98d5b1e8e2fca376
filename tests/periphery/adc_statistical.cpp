// The laws of converter noise. Every check fails with probability 1e-6 if the law is right; seeds are fixed.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "periphery/adc.hpp"

namespace ohmcarlo {
namespace adc_statistical_test {

constexpr std::size_t kCount = 1'000'000;
constexpr double kLimit = 4.892;            // P(|Z| > kLimit) = 1e-6
constexpr double kKolmogorovLimit = 2.694;  // 2 exp(-2 x^2) = 1e-6

std::vector<float> draw(AdcNoiseLaw law) {
  std::vector<float> noise(kCount);
  add_adc_noise({law, 1}, {}, 20, {.layer = 3, .event = 5}, 0, noise);
  return noise;
}

/// `kurtosis` and `sixth` are the moments of the law with sd 1, `cumulative` its distribution function.
template <class Cumulative>
void expect_law(std::vector<float> noise, double kurtosis, double eighth, Cumulative cumulative) {
  double sum = 0, squares = 0, fourths = 0;
  for (const double z : noise) {
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
  }
  const double n = kCount;
  const double mean = sum / std::sqrt(n);
  const double variance = (squares / n - 1) / std::sqrt((kurtosis - 1) / n);
  const double fourth = (fourths / n - kurtosis) / std::sqrt((eighth - kurtosis * kurtosis) / n);
  std::sort(noise.begin(), noise.end());
  double distance = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const double p = cumulative(noise[i]);
    distance = std::max({distance, std::fabs((i + 1.0) / n - p), std::fabs(p - i / n)});
  }
  std::cout << "mean " << mean << ", variance " << variance << ", fourth moment " << fourth
            << " standard errors off; Kolmogorov-Smirnov " << distance * std::sqrt(n) << "\n";
  EXPECT_LT(std::fabs(mean), kLimit);
  EXPECT_LT(std::fabs(variance), kLimit);
  EXPECT_LT(std::fabs(fourth), kLimit);
  EXPECT_LT(distance * std::sqrt(n), kKolmogorovLimit);
}

TEST(AdcNoiseLaw, GaussianHasItsMomentsAndShape) {
  expect_law(draw(AdcNoiseLaw::gaussian), 3, 105, [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); });
}

TEST(AdcNoiseLaw, LogisticHasItsMomentsAndShape) {
  // E x^4 = 21/5, E x^8 = 127 pi^8 / 15 s^8 with s = sqrt(3) / pi.
  expect_law(draw(AdcNoiseLaw::logistic), 4.2, 127.0 / 15 * 81,
             [](double z) { return 1 / (1 + std::exp(-z * std::numbers::pi / std::sqrt(3.0))); });
}

}  // namespace adc_statistical_test
}  // namespace ohmcarlo
