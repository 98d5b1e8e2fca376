// The law of straight-through draws. Every check fails with probability 1e-6 if the law is right; seeds are fixed.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <vector>

#include <boost/math/distributions/chi_squared.hpp>
#include <gtest/gtest.h>

#include "periphery/concrete.hpp"

namespace ohmcarlo {
namespace concrete_statistical_test {

constexpr std::size_t kConversions = 1'000'000;

/// How often each level is drawn for x.
std::vector<double> counts(const ConcreteOptions& options, float x, double a, float s, std::uint64_t seed) {
  const std::vector<float> same(kConversions, x);
  std::vector<float> value(kConversions), by_x(kConversions), by_a(kConversions);
  const Stream stream(seed, {.purpose = Purpose::adc, .event = 3});
  convert_concrete(options, a, {&s, 1}, stream, 0, kConversions, same, value, by_x, by_a);
  std::vector<double> found(std::size_t{1} << options.bits);
  for (const float v : value) ++found[static_cast<std::size_t>(std::lround(v / a))];
  return found;
}

/// Probabilities from the words of the header, not from log_probabilities: differences of the distribution function.
std::vector<double> expected(const ConcreteOptions& options, double x, double a, double s) {
  const int levels = 1 << options.bits;
  const auto above = [&](double edge) { return 1 / (1 + std::exp((edge - x) / s)); };
  const bool clip = options.tails == ConcreteTails::clip;
  std::vector<double> p;
  double sum = 0;
  for (int i = 0; i < levels; ++i) {
    const double from = clip && i == 0 ? 1 : above(a * (i - 0.5));
    const double to = clip && i == levels - 1 ? 0 : above(a * (i + 0.5));
    p.push_back(from - to);
    sum += p.back();
  }
  for (double& each : p) each /= sum;
  return p;
}

/// Pearson's statistic; levels that are expected less than ten times are counted together.
void expect_probabilities(const std::vector<double>& found, const std::vector<double>& p) {
  double statistic = 0, rest_found = 0, rest_p = 0;
  int cells = 0;
  const auto add = [&](double n, double probability) {
    const double mean = probability * kConversions;
    statistic += (n - mean) * (n - mean) / mean;
    ++cells;
  };
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i] * kConversions >= 10) {
      add(found[i], p[i]);
    } else {
      rest_found += found[i];
      rest_p += p[i];
    }
  }
  if (rest_p * kConversions >= 10) {
    add(rest_found, rest_p);
  } else {
    EXPECT_LT(rest_found, 40);  // Poisson with mean below 10: less than 1e-6
  }
  const double tail = cdf(complement(boost::math::chi_squared(cells - 1), statistic));
  std::cout << "chi-square " << statistic << " of " << cells << " cells, probability " << tail << "\n";
  EXPECT_GT(tail, 1e-6);
}

TEST(ConcreteLaw, StraightThroughLevelsAreDrawsFromTheirProbabilities) {
  std::uint64_t seed = 1;
  for (const ConcreteTails tails : {ConcreteTails::normalise, ConcreteTails::clip}) {
    for (const float temperature : {1.0F, 0.3F}) {  // which does not move the winner
      const ConcreteOptions options = {.bits = 4, .temperature = temperature, .tails = tails, .straight_through = true};
      for (const float s : {0.1F, 0.3F, 1.0F}) {
        for (const float x : {2.31F, 0.0F, 4.0F}) {
          const double a = 0.5;
          const auto scale = static_cast<float>(s * a);
          expect_probabilities(counts(options, x, a, scale, seed++), expected(options, x, a, scale));
        }
      }
      expect_probabilities(counts(options, -0.6F, 0.5, 0.15F, seed++), expected(options, -0.6F, 0.5, 0.15F));
      expect_probabilities(counts(options, 8.2F, 0.5, 0.15F, seed++), expected(options, 8.2F, 0.5, 0.15F));
    }
  }
}

// Of two levels at step 1 the relaxed level is z_1. With p = pi_1 and E = exp(-G), which is exponential,
// z_1 / (1 - z_1) = (p E_0 / ((1 - p) E_1))^(1 / temperature), and P(E_0 / E_1 < c) = c / (1 + c).
TEST(ConcreteLaw, RelaxedLevelsOfTwoHaveTheirDistribution) {
  const std::vector<float> same(kConversions, 0.6F);
  std::vector<float> value(kConversions), by_x(kConversions), by_a(kConversions);
  const float s = 0.3F;
  const Stream stream(99, {.purpose = Purpose::adc});
  for (const double temperature : {1.0, 0.5}) {
    convert_concrete({.bits = 1, .temperature = temperature}, 1, {&s, 1}, stream, 0, kConversions, same, value, by_x,
                     by_a);
    const double p = expected({.bits = 1}, 0.6F, 1, s)[1];
    std::sort(value.begin(), value.end());
    double distance = 0;
    for (std::size_t i = 0; i < kConversions; ++i) {
      const double odds = std::pow(value[i] / (1 - double{value[i]}), temperature);
      const double c = odds * (1 - p) / p;
      const double below = value[i] >= 1 ? 1 : c / (1 + c);
      distance = std::max(
          {distance, std::fabs((i + 1.0) / kConversions - below), std::fabs(below - double(i) / kConversions)});
    }
    std::cout << "Kolmogorov-Smirnov " << distance * std::sqrt(kConversions) << "\n";
    EXPECT_LT(distance * std::sqrt(kConversions), 2.694);  // 2 exp(-2 x^2) = 1e-6
  }
}

}  // namespace concrete_statistical_test
}  // namespace ohmcarlo
