#pragma once
// Checks of the distribution of normals, shared by a short and a long test. Every check compares a statistic with its
// exact distribution under the hypothesis that the numbers are independent standard normals, and fails with probability
// kFalseAlarm if they are. Seeds are fixed: a check that passes keeps passing.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "random/stream.hpp"

namespace ohmcarlo::normal_checks {

constexpr double kFalseAlarm = 1e-6;  ///< of each check, both sides together
constexpr double kLimit = 4.892;      ///< standard normals beyond it, on either side: 1e-6

/// What is kept of a long run of normals.
class Tally {
 public:
  static constexpr int kBins = 1024;  ///< equally probable under the standard normal
  static constexpr double kTails[] = {3.0, 4.0, 4.5, 5.0, 5.5, 6.0};

  Tally();
  void add(std::span<const float> normals);

  double count = 0;
  double power_sum[5] = {};  ///< of z^0 .. z^4
  std::vector<double> bins;
  double beyond[2][6] = {};  ///< below -kTails, above kTails

 private:
  std::vector<float> edges_;  ///< upper edges of all bins but the last
};

/// Draws `count` normals: one stream for each of 16 trials, some from the middle of a stream.
Tally draw(std::uint64_t count);

/// (mean - exact) / standard error of the mean of z^power, power 1 to 4.
double moment_deviation(const Tally& tally, int power);

/// The chi-squared statistic of the bins as a standard normal deviate (Wilson and Hilferty, PNAS 17, 1931).
double chi_squared_deviation(const Tally& tally);

/// sqrt(n) times the largest distance between the empirical and the exact distribution function at the bin edges. At
/// most the Kolmogorov-Smirnov statistic, so a limit for the latter holds.
double kolmogorov_distance(const Tally& tally);

/// The probability of a count as far from n p as `observed` or further, on the side it lies: exact binomial.
double binomial_tail(double n, double p, double observed);

/// P(Z > z) for a standard normal.
double upper_tail(double z);

/// sqrt(n) times the mean of the product of two runs of normals, of one run with the other's squares, and of both
/// squares, each standardised: the first and second order ways in which two runs can depend on each other.
struct Dependence {
  double products;
  double mixed;
  double squares;
};
Dependence dependence(std::span<const float> a, std::span<const float> b);

/// The address `base` and all that differ from it by one in a single field, with a name each.
std::vector<std::pair<std::string, Address>> neighbours(const Address& base);

/// Runs all checks on `count` normals (GoogleTest expectations). `tails` of kTails are counted.
void expect_standard_normal(std::uint64_t count, int tails);

/// Neighbouring addresses, seeds and elements, each with `count` normals.
void expect_independent(std::uint64_t count);

}  // namespace ohmcarlo::normal_checks
