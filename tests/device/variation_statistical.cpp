// The two samplers of a weight's error have one distribution. A million draws of each; every check fails by chance once
// in 10^6: 2e-5 for all of them.

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "device/variation.hpp"

namespace ohmcarlo {
namespace variation_statistical_test {

constexpr double kLimit = 4.892;            // P(|Z| > kLimit) = 1e-6
constexpr double kKolmogorovLimit = 2.694;  // 2 exp(-2 x^2) = 1e-6
constexpr std::size_t kDraws = 1'000'000;
constexpr double kMaxWeight = 1.7;

std::vector<float> sorted_errors(Sampler sampler, int weight_bits, int cell_bits) {
  const Variation variation{.sigma = 0.2, .weight_bits = weight_bits, .cell_bits = cell_bits, .sampler = sampler};
  const Purpose purpose = sampler == Sampler::cells ? Purpose::programming : Purpose::programming_equivalent;
  std::vector<float> errors(kDraws, 0.0F);
  add_variation(variation, kMaxWeight, 99, {.purpose = purpose, .trial = 5}, errors);
  std::sort(errors.begin(), errors.end());
  return errors;
}

/// sup |F_a - F_b| of two sorted samples.
double largest_gap(const std::vector<float>& a, const std::vector<float>& b) {
  double gap = 0;
  std::size_t j = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    while (j < b.size() && b[j] < a[i]) ++j;
    const double below = static_cast<double>(j) / static_cast<double>(b.size());
    gap = std::max({gap, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) - below),
                    std::abs(static_cast<double>(i + 1) / static_cast<double>(a.size()) - below)});
  }
  return gap;
}

void expect_normal_moments(const std::vector<float>& errors, double sd) {
  double sum = 0;
  double squares = 0;
  for (const float error : errors) {
    const double z = error / sd;
    sum += z;
    squares += z * z - 1;
  }
  const double n = static_cast<double>(errors.size());
  EXPECT_LT(std::abs(sum) / std::sqrt(n), kLimit);
  EXPECT_LT(std::abs(squares) / std::sqrt(2 * n), kLimit);
}

// A difference in the sd of 0.4 % would be seen 99 times in 100; so would a mean off by 0.5 % of it.
TEST(Samplers, DrawTheSameDistribution) {
  for (const auto& [weight_bits, cell_bits] : {std::pair{8, 2}, {8, 3}, {8, 8}, {4, 1}}) {
    SCOPED_TRACE(testing::Message() << weight_bits << " bits on " << cell_bits << "-bit cells");
    double squares = 0;
    for (int slice = 0; slice * cell_bits < weight_bits; ++slice) squares += std::pow(4.0, cell_bits * slice);
    const double sd =
        0.2 * kMaxWeight * (std::pow(2, cell_bits) - 1) * std::sqrt(squares) / (std::pow(2, weight_bits) - 1);
    const std::vector<float> by_weight = sorted_errors(Sampler::weight, weight_bits, cell_bits);
    const std::vector<float> by_cells = sorted_errors(Sampler::cells, weight_bits, cell_bits);
    EXPECT_NE(by_weight, by_cells);
    expect_normal_moments(by_weight, sd);
    expect_normal_moments(by_cells, sd);
    EXPECT_LT(largest_gap(by_weight, by_cells) * std::sqrt(kDraws / 2.0), kKolmogorovLimit);
  }
}

}  // namespace variation_statistical_test
}  // namespace ohmcarlo
