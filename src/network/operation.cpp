#include "network/operation.hpp"

#include <cmath>

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {

void Operation::initialise(const Stream& stream, LayerParameters<float>& parameters) const {
  Matrix<float>& weights = parameters.weights;
  stream.normals(0, {weights.data(), static_cast<std::size_t>(weights.size())});
  weights *= std::sqrt(2.0F / static_cast<float>(weights.cols()));
}

std::shared_ptr<const Operation> Operation::with_biases() const {
  throw std::logic_error("internal error: this operation has no biases to add");
}

FeatureShape checked_shape(std::string_view name, const Planes& in) {
  if (in.channels < 1 || in.height < 1 || in.width < 1)
    fail_usage("layer {}: planes of {} x {} x {} (channels, height, width) are empty", name, in.channels, in.height,
               in.width);
  return FeatureShape::of_planes(in);
}

Planes windowed_planes(std::string_view name, const Planes& in, Index channels, const Window& window) {
  (void)checked_shape(name, in);
  if (window.size.smaller() < 1 || window.stride.smaller() < 1 || window.padding.smaller() < 0)
    fail_usage("layer {}: a window of size {} with stride {} and padding {} (at least 1, 1 and 0)", name,
               to_text(window.size), to_text(window.stride), to_text(window.padding));
  const Planes out{channels, window.down().places(in.height), window.across().places(in.width)};
  if (out.positions() < 1)
    fail_usage("layer {}: a window of size {} does not fit on {} x {} with padding {}", name, to_text(window.size),
               in.height, in.width, to_text(window.padding));
  return out;
}

Planes pooled_planes(std::string_view name, const Planes& in, const Window& window) {
  if (2 * window.padding.rows > window.size.rows || 2 * window.padding.columns > window.size.columns)
    fail_usage("layer {}: padding {} for a window of size {} (at most half of it)", name, to_text(window.padding),
               to_text(window.size));
  return windowed_planes(name, in, in.channels, window);
}

}  // namespace ohmcarlo
