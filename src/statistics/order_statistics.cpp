#include "statistics/order_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/binomial.hpp>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

void check(double q, double confidence) {
  require(q > 0.0 && q < 1.0 && confidence > 0.0 && confidence < 1.0, "q and confidence in (0, 1)");
}

// The least n with share^n <= error.
std::size_t fewest(double share, double error) {
  return static_cast<std::size_t>(std::ceil(std::log(error) / std::log(share)));
}

}  // namespace

QuantileRanks quantile_ranks(std::size_t count, double q, double confidence) {
  check(q, confidence);
  QuantileRanks ranks;
  if (count == 0) return ranks;
  const double tail = (1 - confidence) / 2;
  const boost::math::binomial_distribution<double> below(static_cast<double>(count), q);
  const auto at_most = [&](std::size_t k) { return boost::math::cdf(below, static_cast<double>(k)); };
  const auto more_than = [&](std::size_t k) {
    return boost::math::cdf(boost::math::complement(below, static_cast<double>(k)));
  };
  while (ranks.lower < count && at_most(ranks.lower) <= tail) ++ranks.lower;
  std::size_t upper = count + 1;
  while (upper > 1 && more_than(upper - 2) <= tail) --upper;
  if (upper <= count) ranks.upper = upper;
  if (ranks.lower > 0) ranks.coverage -= at_most(ranks.lower - 1);
  if (ranks.upper > 0) ranks.coverage -= more_than(ranks.upper - 1);
  return ranks;
}

std::size_t fewest_for_quantile(double q, double confidence) {
  check(q, confidence);
  return fewest(std::max(q, 1 - q), (1 - confidence) / 2);
}

std::size_t fewest_for_lower_bound(double q, double confidence) {
  check(q, confidence);
  return fewest(1 - q, 1 - confidence);
}

QuantileEstimate estimate_quantile(std::span<const double> values, double q, double confidence) {
  check(q, confidence);
  QuantileEstimate estimate;
  estimate.count = values.size();
  if (values.empty()) return estimate;
  std::vector<double> sorted(values.begin(), values.end());
  require(std::all_of(sorted.begin(), sorted.end(), [](double value) { return std::isfinite(value); }),
          "only finite values have quantiles");
  std::sort(sorted.begin(), sorted.end());
  const double position = static_cast<double>(sorted.size() - 1) * q;
  const auto before = static_cast<std::size_t>(position);
  const double next = sorted[std::min(before + 1, sorted.size() - 1)];
  estimate.value = sorted[before] + (position - static_cast<double>(before)) * (next - sorted[before]);
  const QuantileRanks ranks = quantile_ranks(sorted.size(), q, confidence);
  estimate.interval = {ranks.lower > 0 ? sorted[ranks.lower - 1] : -kInfinite,
                       ranks.upper > 0 ? sorted[ranks.upper - 1] : kInfinite};
  estimate.coverage = ranks.coverage;
  return estimate;
}

}  // namespace ohmcarlo
