#include "app/shape_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/sheet.hpp"
#include "experiment/summary.hpp"

namespace ohmcarlo {
namespace {

constexpr double kMuchSkewness = 0.5, kMuchKurtosis = 1, kErrors = 3;

std::string name_of_point(const Shape& shape, std::size_t point) {
  std::string text;
  const std::vector<std::size_t> indices = shape.indices(point);
  for (std::size_t i = 0; i < indices.size(); ++i)
    text += fmt::format("{}{} = {}", i == 0 ? " at " : ", ", last_part(shape.axes[i].key),
                        to_text(shape.axes[i].values[indices[i]]));
  return text;
}

}  // namespace

std::string shape_warning(const Shape& shape, const SummaryGroup& group, const std::vector<std::size_t>& points) {
  const std::vector<double>& counts = column_of(group.points, "count");
  const std::vector<double>& skewness = column_of(group.points, "skewness");
  const std::vector<double>& kurtosis = column_of(group.points, "excess_kurtosis");
  std::size_t found = 0, worst = 0;
  double most = 0;
  for (const std::size_t point : points) {
    const double of_skewness = std::fabs(skewness[point]), of_kurtosis = kurtosis[point];
    const bool is_skewed = of_skewness > std::max(kMuchSkewness, kErrors * std::sqrt(6 / counts[point]));
    const bool has_tails = of_kurtosis > std::max(kMuchKurtosis, kErrors * std::sqrt(24 / counts[point]));
    if (!is_skewed && !has_tails) continue;
    ++found;
    const double distance = std::max(of_skewness / kMuchSkewness, of_kurtosis / kMuchKurtosis);
    if (distance <= most) continue;
    most = distance;
    worst = point;
  }
  if (found == 0) return "";
  const std::string others = found == 1 ? "" : fmt::format(" and {} more point{}", found - 1, found == 2 ? "" : "s");
  return fmt::format(
      "Chips are far from normal{}{} (skewness {:.2g}, excess kurtosis {:.2g}): mean - k sd is no percentile there, "
      "--quantiles shows some.\n",
      name_of_point(shape, worst), others, skewness[worst], kurtosis[worst]);
}

}  // namespace ohmcarlo
