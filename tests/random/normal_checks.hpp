#pragma once
// Checks of the distribution of normals, shared by a short and a long test. Every check compares a statistic with its
// distribution under the hypothesis that the numbers are independent standard normals, and fails with probability
// kFalseAlarm if they are. Seeds are fixed: a check that passes keeps passing.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "random/stream.hpp"

namespace ohmcarlo::normal_checks {

constexpr double kFalseAlarm = 1e-6;        ///< of each check, both sides together
constexpr double kLimit = 4.892;            ///< P(|Z| > kLimit) = 1e-6
constexpr double kKolmogorovLimit = 2.694;  ///< 2 exp(-2 x^2) = 1e-6
constexpr std::uint64_t kSeed = 20240607;
constexpr std::array<double, 6> kTails = {3.0, 4.0, 4.5, 5.0, 5.5, 6.0};

/// P(Z > z) for a standard normal.
inline double upper_tail(double z) {
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

/// Counts and sums of a long run of normals.
class Tally {
 public:
  static constexpr std::size_t kBins = 1024;  ///< equally probable but for the rounding of their edges to float

  double count = 0;
  std::array<double, 5> power_sum{};  ///< of z^0 .. z^4
  std::array<double, kBins> bins{};
  std::array<double, kTails.size()> below{};  ///< less than -kTails
  std::array<double, kTails.size()> above{};

  Tally() {
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      double low = -5;
      double high = 5;
      while (high - low > 1e-9) {
        const double middle = (low + high) / 2;
        (upper_tail(-middle) < (i + 1.0) / kBins ? low : high) = middle;
      }
      edges_[i] = static_cast<float>(low);
    }
  }

  void add(std::span<const float> normals) {
    for (const float value : normals) {
      const double z = value;
      const double z2 = z * z;
      const std::array<double, 5> powers = {1, z, z2, z2 * z, z2 * z2};
      for (std::size_t p = 0; p < powers.size(); ++p) power_sum[p] += powers[p];
      ++bins[static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), value) - edges_.begin())];
      if (z2 > 9) {
        for (std::size_t t = 0; t < kTails.size(); ++t) (z > 0 ? above : below)[t] += std::abs(z) > kTails[t] ? 1 : 0;
      }
    }
    count += static_cast<double>(normals.size());
  }

  /// Distribution function at the lower edge of a bin.
  [[nodiscard]] double cumulative(std::size_t bin) const {
    return bin == 0 ? 0.0 : bin == kBins ? 1.0 : upper_tail(-static_cast<double>(edges_[bin - 1]));
  }

 private:
  std::array<float, kBins - 1> edges_{};
};

/// Normals of 16 trials, each from somewhere in its stream.
inline Tally draw(std::uint64_t count) {
  Tally tally;
  std::vector<float> some(1 << 16);
  for (std::uint32_t trial = 0; trial < 16; ++trial) {
    const Stream stream(kSeed, {.purpose = Purpose::programming, .layer = 2, .trial = 1000 + trial});
    std::uint64_t first = 12'345 * std::uint64_t{trial};
    for (std::uint64_t left = count / 16; left > 0;) {
      const auto now = std::span(some).first(std::min<std::uint64_t>(left, some.size()));
      stream.normals(first, now);
      tally.add(now);
      first += now.size();
      left -= now.size();
    }
  }
  return tally;
}

/// (mean of z^power - exact) / standard error.
inline double moment_deviation(const Tally& tally, std::size_t power) {
  constexpr std::array<double, 5> kMoment = {1, 0, 1, 0, 3};
  constexpr std::array<double, 5> kVariance = {0, 1, 2, 15, 96};  // E z^2p - (E z^p)^2
  return (tally.power_sum[power] - kMoment[power] * tally.count) / std::sqrt(kVariance[power] * tally.count);
}

/// The chi-squared statistic of the bins as a standard normal deviate (Wilson and Hilferty, PNAS 17, 1931).
inline double chi_squared_deviation(const Tally& tally) {
  double sum = 0;
  for (std::size_t i = 0; i < Tally::kBins; ++i) {
    const double expected = tally.count * (tally.cumulative(i + 1) - tally.cumulative(i));
    sum += (tally.bins[i] - expected) * (tally.bins[i] - expected) / expected;
  }
  const double freedom = Tally::kBins - 1;
  return (std::cbrt(sum / freedom) - 1 + 2 / (9 * freedom)) / std::sqrt(2 / (9 * freedom));
}

/// sqrt(n) times the largest distance between the empirical and the exact distribution function at the edges of bins:
/// at most the Kolmogorov-Smirnov statistic, so that its limit holds.
inline double kolmogorov_distance(const Tally& tally) {
  double seen = 0;
  double largest = 0;
  for (std::size_t i = 0; i < Tally::kBins; ++i) {
    seen += tally.bins[i];
    largest = std::max(largest, std::abs(seen / tally.count - tally.cumulative(i + 1)));
  }
  return largest * std::sqrt(tally.count);
}

/// The probability of `observed` successes of n or of a count further from n p on the same side: exact binomial.
inline double binomial_tail(double n, double p, double observed) {
  const auto log_probability = [&](double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(p) +
           (n - k) * std::log1p(-p);
  };
  const double step = observed > n * p ? 1 : -1;
  double sum = 0;
  for (double k = observed; k >= 0 && k <= n; k += step) {
    const double term = std::exp(log_probability(k));
    sum += term;
    if (term < 1e-12 * sum || sum == 0) break;
  }
  return sum;
}

/// Moments, shape and tails of `count` normals.
inline void expect_standard_normal(std::uint64_t count) {
  const Tally tally = draw(count);
  for (std::size_t power = 1; power <= 4; ++power) {
    EXPECT_LT(std::abs(moment_deviation(tally, power)), kLimit) << "mean of z^" << power;
  }
  EXPECT_LT(std::abs(chi_squared_deviation(tally)), kLimit) << "chi-squared";
  EXPECT_LT(kolmogorov_distance(tally), kKolmogorovLimit) << "Kolmogorov-Smirnov";
  for (std::size_t t = 0; t < kTails.size(); ++t) {
    const double p = upper_tail(kTails[t]);
    EXPECT_GT(binomial_tail(tally.count, p, tally.below[t]), kFalseAlarm / 2) << tally.below[t] << " < -" << kTails[t];
    EXPECT_GT(binomial_tail(tally.count, p, tally.above[t]), kFalseAlarm / 2) << tally.above[t] << " > " << kTails[t];
  }
}

/// Three ways in which two runs can depend on each other: through their product, through one and the size of the other,
/// and through both sizes. Standard normal deviates.
inline void expect_unrelated(std::span<const float> a, std::span<const float> b, const std::string& what) {
  double product = 0;
  double mixed = 0;
  double sizes = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i];
    const double y = b[i];
    product += x * y;
    mixed += x * (y * y - 1);
    sizes += (x * x - 1) * (y * y - 1);
  }
  const double root = std::sqrt(static_cast<double>(a.size()));
  EXPECT_LT(std::abs(product) / root, kLimit) << what << ": z z'";
  EXPECT_LT(std::abs(mixed) / root / std::sqrt(2.0), kLimit) << what << ": z (z'^2 - 1)";
  EXPECT_LT(std::abs(sizes) / root / 2, kLimit) << what << ": (z^2 - 1) (z'^2 - 1)";
}

/// Addresses that differ in one field, by one or by one bit, seeds that differ by one bit, and elements of one stream.
inline void expect_independent(std::size_t count) {
  const Address base = {.purpose = Purpose::programming, .layer = 2, .replica = 4, .trial = 6, .slice = 2, .event = 8};
  std::vector<std::pair<std::string, Address>> others;
  const auto other = [&](const char* name) -> Address& { return others.emplace_back(name, base).second; };
  other("purpose").purpose = Purpose::programming_equivalent;
  other("layer").layer += 1;
  other("replica").replica += 1;
  other("trial").trial += 1;
  other("trial, upper word").trial += 1U << 18;
  other("slice").slice += 1;
  other("polarity").negative = true;
  other("event").event += 1;
  other("event, upper word").event += std::uint64_t{1} << 32;
  other("seed, lower word");
  other("seed, upper word");

  constexpr std::size_t kLongest = 4096;
  std::vector<float> a(count + kLongest);
  std::vector<float> b(count);
  Stream(kSeed, base).normals(0, a);
  for (const auto& [name, address] : others) {
    const std::uint64_t seed = name == "seed, lower word"   ? kSeed ^ 1
                               : name == "seed, upper word" ? kSeed ^ 1ULL << 32
                                                            : kSeed;
    Stream(seed, address).normals(0, b);
    expect_unrelated(std::span(a).first(count), b, name);
  }
  // 16 elements away: the other normal of the pair, every second time; 64: the next block.
  for (const std::size_t lag : {1U, 2U, 3U, 8U, 15U, 16U, 17U, 32U, 48U, 64U, 128U, 1024U, 4096U}) {
    expect_unrelated(std::span(a).first(count), std::span(a).subspan(lag, count), "elements " + std::to_string(lag));
  }
}

}  // namespace ohmcarlo::normal_checks
