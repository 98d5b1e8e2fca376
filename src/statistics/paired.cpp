#include "statistics/paired.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/students_t.hpp>

#include "base/error.hpp"
#include "statistics/confidence_sequence.hpp"
#include "statistics/fixed_width.hpp"

namespace ohmcarlo {
namespace {

struct Pairs {
  std::vector<double> x, y, differences;
};

Pairs finite_pairs(std::span<const double> x, std::span<const double> y, std::size_t chips) {
  Pairs pairs;
  for (std::size_t chip = 0; chip < chips; ++chip) {
    if (!std::isfinite(x[chip]) || !std::isfinite(y[chip])) continue;
    pairs.x.push_back(x[chip]);
    pairs.y.push_back(y[chip]);
    pairs.differences.push_back(x[chip] - y[chip]);
  }
  return pairs;
}

double two_sided_p(double t, double df) {
  if (std::isnan(t)) return 1.0;
  if (std::isinf(t)) return 0.0;
  const boost::math::students_t_distribution<double> student(df);
  return 2 * boost::math::cdf(boost::math::complement(student, std::fabs(t)));
}

double correlate(const Pairs& pairs, const Sample& x, const Sample& y) {
  if (x.sd == 0.0 || y.sd == 0.0) return kNaN;
  double sum = 0.0;
  for (std::size_t i = 0; i < pairs.x.size(); ++i) {
    sum += (pairs.x[i] - x.mean) / x.sd * ((pairs.y[i] - y.mean) / y.sd);
  }
  return std::clamp(sum / static_cast<double>(x.count - 1), -1.0, 1.0);
}

double p_of_prefix(std::span<const double> x, std::span<const double> y, std::size_t chips, double rho2) {
  const Sample differences = summarise(finite_pairs(x, y, chips).differences);
  return sequence_p_value(differences.count, differences.mean, differences.sd, rho2);
}

}  // namespace

PairedDifference compare_pairs(std::span<const double> x, std::span<const double> y, const PairingOptions& options) {
  require(options.confidence > 0.0 && options.confidence < 1.0, "confidence in (0, 1)");
  const std::size_t chips = std::min(x.size(), y.size());
  const Pairs pairs = finite_pairs(x, y, chips);
  const Sample differences = summarise(pairs.differences);
  PairedDifference result;
  result.count = differences.count;
  result.left_out = chips - differences.count;
  result.mean = differences.mean;
  result.sd = differences.sd;
  if (result.count < 2) return result;

  const auto count = static_cast<double>(result.count);
  result.student_half = fixed_width_half(result.count, result.sd, 0.0, options.confidence);
  result.t = result.mean / (result.sd / std::sqrt(count));
  result.p = two_sided_p(result.t, count - 1);
  const Sample sample_x = summarise(pairs.x), sample_y = summarise(pairs.y);
  result.correlation = correlate(pairs, sample_x, sample_y);
  result.pairing_gain = (sample_x.sd * sample_x.sd + sample_y.sd * sample_y.sd) / (result.sd * result.sd);

  const double alpha = 1 - options.confidence;
  const double rho2 = tuned_rho2(alpha, options.tuned_for);
  result.sequence_half = sequence_half_width(result.count, result.sd, alpha, rho2);
  result.anytime_p = p_of_prefix(x, y, chips, rho2);
  for (const std::size_t look : options.looks) {
    if (look < chips) result.anytime_p = std::min(result.anytime_p, p_of_prefix(x, y, look, rho2));
  }
  return result;
}

}  // namespace ohmcarlo
