#include "statistics/sample.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "base/error.hpp"

namespace ohmcarlo {

Interval clip_interval(Interval interval, double lowest, double highest) {
  require(lowest <= highest, "bounds in order");
  if (std::isnan(interval.low) || std::isnan(interval.high)) return interval;
  return {std::clamp(interval.low, lowest, highest), std::clamp(interval.high, lowest, highest)};
}

Sample summarise(std::span<const double> values) {
  Sample sample;
  sample.count = values.size();
  if (values.empty()) return sample;
  std::vector<double> sorted(values.begin(), values.end());
  require(std::all_of(sorted.begin(), sorted.end(), [](double value) { return std::isfinite(value); }),
          "only finite values are summarised");
  std::sort(sorted.begin(), sorted.end());
  sample.minimum = sorted.front();
  sample.maximum = sorted.back();
  const std::size_t half = sorted.size() / 2;
  sample.median = sorted.size() % 2 == 1 ? sorted[half] : sorted[half - 1] + (sorted[half] - sorted[half - 1]) / 2;

  // Sums are taken of distances from the smallest value: equal values give that value and an sd of exactly 0.
  const auto count = static_cast<double>(sorted.size());
  double sum = 0.0;
  for (const double value : sorted) sum += value - sample.minimum;
  const double shift = sum / count;
  sample.mean = std::min(sample.minimum + shift, sample.maximum);
  if (sorted.size() < 2) return sample;
  double squares = 0.0, rest = 0.0;
  for (const double value : sorted) {
    const double distance = value - sample.minimum - shift;
    squares += distance * distance;
    rest += distance;
  }
  sample.sd = std::sqrt(std::max(0.0, squares - rest * rest / count) / (count - 1));
  return sample;
}

double skewness(std::span<const double> values) {
  const Sample sample = summarise(values);
  if (sample.count < 2 || sample.sd == 0.0) return 0.0;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  // In units of the sd with divisor count: powers of small spreads do not underflow.
  const auto count = static_cast<double>(sample.count);
  const double sd = sample.sd * std::sqrt((count - 1) / count);
  double cubes = 0.0;
  for (const double value : sorted) cubes += std::pow((value - sample.mean) / sd, 3);
  return cubes / count;
}

TailShape tail_shape(std::span<const std::vector<double>> groups) {
  std::vector<double> distances;
  for (const std::vector<double>& group : groups) {
    const double mean = summarise(group).mean;
    for (const double value : group) distances.push_back(value - mean);
  }
  if (distances.size() < 3) return {};
  std::sort(distances.begin(), distances.end());
  const auto count = static_cast<double>(distances.size());
  double squares = 0.0;
  for (const double distance : distances) squares += distance * distance;
  const double sd = std::sqrt(squares / count);
  if (sd == 0.0) return {};
  double cubes = 0.0, fourths = 0.0;
  for (const double distance : distances) {
    const double unit = distance / sd;
    cubes += unit * unit * unit;
    fourths += unit * unit * unit * unit;
  }
  return {cubes / count, fourths / count - 3};
}

std::vector<double> finite_values(std::span<const double> values) {
  std::vector<double> finite;
  std::copy_if(values.begin(), values.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  return finite;
}

double student_t_quantile(double p, double df) {
  require(p > 0.0 && p < 1.0, "p in (0, 1)");
  if (std::isnan(df)) return kNaN;
  require(df > 0.0, "degrees of freedom above 0");
  return boost::math::quantile(boost::math::students_t_distribution<double>(df), p);
}

Interval t_interval(double centre, double standard_error, double df, double confidence) {
  require(confidence > 0.0 && confidence < 1.0, "confidence in (0, 1)");
  if (standard_error == 0.0) return {centre, centre};
  if (std::isnan(standard_error)) return {};
  const double half_width = student_t_quantile(0.5 + confidence / 2, df) * standard_error;
  return {centre - half_width, centre + half_width};
}

Interval mean_interval(const Sample& sample, double confidence) {
  if (sample.count < 2) return {};
  const auto count = static_cast<double>(sample.count);
  return t_interval(sample.mean, sample.sd / std::sqrt(count), count - 1, confidence);
}

}  // namespace ohmcarlo
