#include "periphery/concrete.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "base/error.hpp"
#include "periphery/concrete_kernel.hpp"
#include "periphery/ste.hpp"

namespace ohmcarlo {
namespace {

void check(const ConcreteOptions& options, double a) {
  require(options.bits >= 1 && options.bits <= ConcreteOptions::kMostBits, "a relaxed converter has 1 to 8 bits");
  require(options.temperature >= ConcreteOptions::kLowestTemperature &&
              options.temperature <= ConcreteOptions::kHighestTemperature,
          "the temperature of a relaxed converter is 0.001 to 2");
  const double smallest = std::numeric_limits<float>::min();
  require(a >= smallest && a <= std::numeric_limits<float>::max(), "the step of a relaxed converter is above 0");
}

/// The logistic distribution function at v, and its logarithm.
double logistic(double v) {
  return v > 0 ? 1 / (1 + std::exp(-v)) : std::exp(v) / (1 + std::exp(v));
}
double log_logistic(double v) {
  return v > 0 ? -std::log1p(std::exp(-v)) : v - std::log1p(std::exp(v));
}

/// ln p_i and its derivatives.
struct LogProbability {
  double value, by_x, by_a, by_s;
};

/// With b = (e_{i+1} - x)/s and c = (e_i - x)/s: ln(F(b) - F(c)) = ln F(b) + ln F(-c) + ln(1 - exp(-a/s)), whose terms
/// never cancel; an end that keeps its tail lacks two of them.
LogProbability log_probability(bool lower_edge, bool upper_edge, double i, double x, double a, double s) {
  LogProbability p = {0, 0, 0, 0};
  if (upper_edge) {
    const double b = (a * (i + 0.5) - x) / s;
    const double above = logistic(-b);
    p.value += log_logistic(b);
    p.by_x -= above / s;
    p.by_a += (i + 0.5) * above / s;
    p.by_s -= b * above / s;
  }
  if (lower_edge) {
    const double c = (a * (i - 0.5) - x) / s;
    const double below = logistic(c);
    p.value += log_logistic(-c);
    p.by_x += below / s;
    p.by_a -= (i - 0.5) * below / s;
    p.by_s += c * below / s;
  }
  if (lower_edge && upper_edge) {
    const double width = a / s;
    const double slope = 1 / std::expm1(width);  // of ln(1 - exp(-width))
    p.value += std::log(-std::expm1(-width));
    p.by_a += slope / s;
    p.by_s -= width * slope / s;
  }
  return p;
}

std::vector<LogProbability> level_probabilities(const ConcreteOptions& options, double x, double a, double s) {
  check(options, a);
  require(std::isfinite(s) && s > 0, "the scale of a relaxed converter is above 0");
  require(std::isfinite(x), "a converted number is finite");
  const bool clip = options.tails == ConcreteTails::clip;
  std::vector<LogProbability> p;
  const int levels = 1 << options.bits;
  for (int i = 0; i < levels; ++i) p.push_back(log_probability(!clip || i > 0, !clip || i < levels - 1, i, x, a, s));
  return p;
}

/// Replaces the numbers by exp(v) / sum of exp(v).
void softmax(std::vector<double>& v) {
  const double most = *std::max_element(v.begin(), v.end());
  double sum = 0;
  for (double& each : v) sum += each = std::exp(each - most);
  for (double& each : v) each /= sum;
}

}  // namespace

std::vector<double> log_probabilities(const ConcreteOptions& options, double x, double a, double s) {
  std::vector<double> result;
  for (const LogProbability& p : level_probabilities(options, x, a, s)) result.push_back(p.value);
  const double most = *std::max_element(result.begin(), result.end());
  double sum = 0;
  for (const double v : result) sum += std::exp(v - most);
  for (double& v : result) v -= most + std::log(sum);
  return result;
}

double gumbel_from_word(std::uint32_t word) {
  return -std::log(-std::log((word + 0.5) * 0x1p-32));
}

ConcreteValue concrete_value(const ConcreteOptions& options, double x, double a, double s,
                             std::span<const double> gumbels) {
  check(options, a);
  const std::size_t levels = std::size_t{1} << options.bits;
  require(gumbels.size() == (options.draws ? levels : 0), "each level has a draw, or none has");
  const SteValue nearest = ste_value(options.bits, a, static_cast<float>(x));
  if (s == 0) return {nearest.value, nearest.by_x, nearest.by_a, 0};
  const std::vector<LogProbability> p = level_probabilities(options, x, a, s);
  std::vector<double> z;
  for (std::size_t i = 0; i < levels; ++i) z.push_back(p[i].value + (options.draws ? gumbels[i] : 0));
  const auto winner = static_cast<double>(std::max_element(z.begin(), z.end()) - z.begin());
  for (double& each : z) each /= options.temperature;
  softmax(z);
  double mean = 0;  // of i
  for (std::size_t i = 0; i < levels; ++i) mean += z[i] * static_cast<double>(i);
  ConcreteValue result = {a * mean, 0, mean, 0};
  for (std::size_t i = 0; i < levels; ++i) {
    const double q = a * (static_cast<double>(i) - mean) * z[i] / options.temperature;
    result.by_x += q * p[i].by_x;
    result.by_a += q * p[i].by_a;
    result.by_s += q * p[i].by_s;
  }
  if (options.straight_through) result.value = options.draws ? a * winner : nearest.value;
  return result;
}

void convert_concrete(const ConcreteOptions& options, double a, std::span<const float> scale, const Stream& draws,
                      std::uint64_t first, std::uint64_t level_stride, std::span<const float> x, std::span<float> value,
                      std::span<float> by_x, std::span<float> by_a) {
  check(options, a);
  require(scale.size() == 1 || scale.size() == x.size(), "all numbers share a scale or each has its own");
  require(value.size() == x.size() && by_x.size() == x.size() && by_a.size() == x.size(),
          "each number has a place for its conversion");
  bool some_certain = false;
  for (const float s : scale) {
    require(s >= 0 && s <= std::numeric_limits<float>::max(), "the scale of a relaxed converter is not negative");
    some_certain |= s == 0;
  }
  std::vector<float> above_zero;
  if (some_certain) {  // any scale will do where the result is replaced
    above_zero.assign(scale.begin(), scale.end());
    std::replace(above_zero.begin(), above_zero.end(), 0.0F, static_cast<float>(a));
  }
  const ConcreteRule rule = {.levels = 1 << options.bits,
                             .a = static_cast<float>(a),
                             .per_temperature = static_cast<float>(1 / options.temperature),
                             .reach = 16 * static_cast<float>(std::max(1.0, options.temperature)),
                             .clip = options.tails == ConcreteTails::clip,
                             .straight_through = options.straight_through};
  concrete_kernel(rule, some_certain ? above_zero : scale, {options.draws ? &draws : nullptr, first, level_stride}, x,
                  value.data(), by_x.data(), by_a.data());
  const bool nearest = options.straight_through && !options.draws;
  for (std::size_t j = 0; (some_certain || nearest) && j < x.size(); ++j) {
    const bool certain = scale[scale.size() == 1 ? 0 : j] == 0;
    if (!certain && !nearest) continue;
    const SteValue each = ste_value(options.bits, a, x[j]);
    value[j] = static_cast<float>(each.value);
    if (certain) {
      by_x[j] = static_cast<float>(each.by_x);
      by_a[j] = static_cast<float>(each.by_a);
    }
  }
}

}  // namespace ohmcarlo
