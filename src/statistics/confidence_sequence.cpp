#include "statistics/confidence_sequence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <boost/math/special_functions/lambert_w.hpp>

#include "base/error.hpp"

namespace ohmcarlo {

double tuned_rho2(double alpha, double n0) {
  require(alpha > 0.0 && alpha < 1.0 && n0 > 0.0, "alpha in (0, 1), n0 above 0");
  return (-boost::math::lambert_wm1(-alpha * alpha / std::numbers::e) - 1) / n0;
}

double sequence_half_width(std::size_t count, double sd, double alpha, double rho2) {
  require(alpha > 0.0 && alpha < 1.0 && rho2 > 0.0, "alpha in (0, 1), rho2 above 0");
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (count < 2) return kInfinite;
  const auto n = static_cast<double>(count);
  const double c = 1 / rho2;
  const double log_r = std::log((n + c) / (c * alpha * alpha)) / n;
  const double denominator = 1 - std::exp(log_r) * c / (n + c);
  if (denominator <= 0.0) return kInfinite;
  return sd * std::sqrt((n - 1) / n * std::expm1(log_r) / denominator);
}

double sequence_p_value(std::size_t count, double mean, double sd, double rho2) {
  require(rho2 > 0.0, "rho2 above 0");
  if (count < 2 || (mean == 0.0 && sd == 0.0)) return 1.0;
  const auto n = static_cast<double>(count);
  const double c = 1 / rho2;
  const double ratio = std::sqrt((n - 1) / n) * sd / mean;  // infinite if the mean is 0
  const double share = n / ((n + c) * (1 + ratio * ratio));
  const double log_m = (std::log(c / (n + c)) - n * std::log1p(-share)) / 2;
  return std::min(1.0, std::exp(-log_m));
}

}  // namespace ohmcarlo
