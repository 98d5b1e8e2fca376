#include "statistics/proportion.hpp"

#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace ohmcarlo {

Interval wilson_interval(std::size_t successes, std::size_t count, double confidence) {
  require(successes <= count, "no more successes than trials");
  require(confidence > 0.0 && confidence < 1.0, "confidence in (0, 1)");
  if (count == 0) return {0.0, 1.0};
  const double z = student_t_quantile(0.5 + confidence / 2, std::numeric_limits<double>::infinity());
  const auto n = static_cast<double>(count);
  const double p = static_cast<double>(successes) / n;
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double centre = p + z * z / (2 * n), scale = 1 + z * z / n;
  // Exact where the formula is, but its rounding is not.
  const double low = successes == 0 ? 0.0 : (centre - half) / scale;
  const double high = successes == count ? 1.0 : (centre + half) / scale;
  return {low, high};
}

}  // namespace ohmcarlo
