#include "statistics/betting.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr double kLargestBet = 0.5;  // c: the share of the capital that one value may cost
constexpr int kHalvings = 50;

// The logarithm that a side's capital has to reach: it starts with half of it, the whole has to grow by 1 / alpha.
double log_target(double confidence) {
  require(confidence > 0.0 && confidence < 1.0, "confidence in (0, 1)");
  return std::log(2 / (1 - confidence));
}

// ln(1 + bet (x - m)), the bet cut so that no value loses more than kLargestBet. m = 0 cuts nothing.
double log_gain(double bet, double value, double m) {
  return std::log1p((m * bet > kLargestBet ? kLargestBet / m : bet) * (value - m));
}

// Whether bets that the mean is above m made a side's capital reach the target after any number of values.
bool excludes(std::span<const double> values, std::span<const double> bets, double m, double target) {
  double capital = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    capital += log_gain(bets[i], values[i], m);
    if (capital >= target) return true;
  }
  return false;
}

// The largest mean that is excluded from below; 0 if none is. Capital falls as m grows, so halving finds it.
double lower_end(std::span<const double> values, std::span<const double> bets, double target) {
  if (!excludes(values, bets, 0.0, target)) return 0.0;
  double excluded = 0.0, held = 1.0;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (excluded + held) / 2;
    (excludes(values, bets, middle, target) ? excluded : held) = middle;
  }
  return excluded;
}

// 1 - x of each value: what is bet below m is what is bet above 1 - m on these.
std::vector<double> mirror(std::span<const double> values) {
  std::vector<double> mirrored(values.begin(), values.end());
  for (double& value : mirrored) value = 1 - value;
  return mirrored;
}

}  // namespace

std::vector<double> betting_fractions(std::span<const double> values, double confidence) {
  const double target = log_target(confidence);
  std::vector<double> bets;
  double sum = 0.5, squares = 0.25, variance = 0.25;
  for (const double value : values) {
    require(value >= 0.0 && value <= 1.0, "bets are on values in 0..1");
    const auto number = static_cast<double>(bets.size() + 1);
    bets.push_back(std::sqrt(2 * target / (variance * number * std::log1p(number))));
    sum += value;
    squares += std::pow(value - sum / (number + 1), 2);
    variance = squares / (number + 1);
  }
  return bets;
}

double log_capital(std::span<const double> values, double m, double confidence) {
  const std::vector<double> bets = betting_fractions(values, confidence);
  double above = 0.0, below = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    above += log_gain(bets[i], values[i], m);
    below += log_gain(bets[i], 1 - values[i], 1 - m);
  }
  return std::max(above, below) - std::log(2.0);
}

Interval betting_interval(std::span<const double> values, double confidence) {
  const std::vector<double> bets = betting_fractions(values, confidence);
  const double target = log_target(confidence);
  const Interval interval{lower_end(values, bets, target), 1 - lower_end(mirror(values), bets, target)};
  return interval.low <= interval.high ? interval : Interval{};
}

std::size_t betting_floor(double mean, double half_width, double confidence) {
  require(mean >= 0.0 && mean <= 1.0 && half_width > 0.0, "mean in 0..1, half_width above 0");
  const double harder = std::max(mean, 1 - mean) - half_width;
  if (harder <= 0.0) return 1;
  return static_cast<std::size_t>(std::ceil(log_target(confidence) / std::log1p(kLargestBet * half_width / harder)));
}

}  // namespace ohmcarlo
