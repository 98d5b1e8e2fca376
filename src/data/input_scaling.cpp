#include "data/input_scaling.hpp"

#include <cmath>

#include "base/error.hpp"

namespace ohmcarlo {

InputScaling standardise_features(std::span<const float> values, std::size_t coefficients) {
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
  InputScaling scaling;
  for (std::size_t i = 0; i < coefficients; ++i) {
    const auto sd = static_cast<float>(std::sqrt(squares[i] / rows));
    scaling.mean.push_back(static_cast<float>(mean[i]));
    scaling.sd.push_back(sd > 0.0F ? sd : 1.0F);
  }
  return scaling;
}

void scale_features(const InputScaling& scaling, std::span<float> values) {
  const std::size_t width = scaling.mean.size();
  require(width > 0 && scaling.sd.size() == width && values.size() % width == 0, "rows as wide as the scaling");
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = (values[i] - scaling.mean[i % width]) / scaling.sd[i % width];
}

void scale_pixels(const std::uint8_t* bytes, const SampleShape& shape, const InputScaling& scaling, float* row) {
  const bool scaled = !scaling.mean.empty();
  require(scaling.mean.size() == scaling.sd.size() && (!scaled || scaling.mean.size() == shape.channels),
          "a mean and an sd for each channel");
  const std::size_t positions = shape.height * shape.width;
  for (std::size_t channel = 0; channel < shape.channels; ++channel) {
    const float mean = scaled ? scaling.mean[channel] : 0.0F;
    const float per_sd = scaled ? 1.0F / scaling.sd[channel] : 1.0F;
    for (std::size_t p = 0; p < positions; ++p) {
      row[p] = (static_cast<float>(bytes[p]) * (1.0F / 255.0F) - mean) * per_sd;
    }
    bytes += positions;
    row += positions;
  }
}

}  // namespace ohmcarlo
