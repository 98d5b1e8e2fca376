#include "statistics/fixed_width.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo {

double fixed_width_half(std::size_t count, double sd, double skewness, double confidence) {
  require(confidence > 0.0 && confidence < 1.0, "confidence in (0, 1)");
  if (count < 2) return std::numeric_limits<double>::infinity();
  const auto n = static_cast<double>(count);
  const double t = student_t_quantile(0.5 + confidence / 2, n - 1);
  return t * sd / std::sqrt(n) + std::fabs(skewness) * sd * (1 + 2 * t * t) / (6 * n);
}

double guarded_sd(double sd, std::size_t count, double images) {
  require(images > 0.0, "images above 0");
  if (count == 0) return sd;
  return std::max(sd, std::sqrt(1.0 / (4.0 * images * static_cast<double>(count))));
}

}  // namespace ohmcarlo
