#include "data/feature_scaling.hpp"

#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {

FeatureScaling feature_scaling(std::span<const float> values, std::size_t coefficients) {
  require(coefficients > 0 && !values.empty() && values.size() % coefficients == 0, "whole rows of features");
  const auto rows = static_cast<double>(values.size() / coefficients);
  std::vector<double> mean(coefficients, 0.0), squares(coefficients, 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) mean[i % coefficients] += values[i];
  for (double& m : mean) m /= rows;
  // A second pass: differences from the mean, not a difference of squares.
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double difference = values[i] - mean[i % coefficients];
    squares[i % coefficients] += difference * difference;
  }
  FeatureScaling scaling;
  for (std::size_t i = 0; i < coefficients; ++i) {
    const auto sd = static_cast<float>(std::sqrt(squares[i] / rows));
    scaling.mean.push_back(static_cast<float>(mean[i]));
    scaling.sd.push_back(sd > 0.0F ? sd : 1.0F);
  }
  return scaling;
}

void scale(const FeatureScaling& scaling, std::span<float> values) {
  const std::size_t width = scaling.mean.size();
  require(width > 0 && scaling.sd.size() == width && values.size() % width == 0, "rows as wide as the scaling");
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = (values[i] - scaling.mean[i % width]) / scaling.sd[i % width];
}

}  // namespace ohmcarlo
