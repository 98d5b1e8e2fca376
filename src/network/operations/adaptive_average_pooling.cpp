// The means of overlapping parts of every channel. Side heads of training take it: no text makes it.

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class AdaptiveAveragePoolingKernel;

class AdaptiveAveragePooling final : public OperationOf<AdaptiveAveragePooling, AdaptiveAveragePoolingKernel> {
 public:
  AdaptiveAveragePooling(const FeatureShape& in, Index size)
      : OperationOf({in}, FeatureShape::of_planes({in.planes.channels, size, size})) {}
  [[nodiscard]] std::string_view kind() const override { return "adaptive_average_pooling"; }
};

template <class T>
class AdaptiveAveragePoolingKernel final : public UnaryKernel<T> {
 public:
  explicit AdaptiveAveragePoolingKernel(const AdaptiveAveragePooling& operation)
      : in_(operation.inputs().front().planes), out_(operation.output().planes) {}

  void forward(const NodePass<T>& pass, View<T> y) const override {
    const View<const T> x = pass.x();
    y.map().setZero();
    for (Index image = 0; image < x.rows; ++image)
      for_each_pixel(x.cols, [&](Index pixel, Index part, T share) { y(image, part) += share * x(image, pixel); });
  }

  void backward(const NodePass<T>& /*pass*/, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows == 0) return;
    grad_x.map().setZero();
    for (Index image = 0; image < grad_x.rows; ++image)
      for_each_pixel(grad_x.cols,
                     [&](Index pixel, Index part, T share) { grad_x(image, pixel) += share * grad_y(image, part); });
  }

 private:
  static Index begin(Index part, Index pixels, Index parts) { return part * pixels / parts; }
  static Index end(Index part, Index pixels, Index parts) { return ((part + 1) * pixels + parts - 1) / parts; }

  /// Calls visit(pixel, part, one over the pixels of the part) for the pixels of every part, in the order of rows.
  template <class Visit>
  void for_each_pixel(Index features, const Visit& visit) const {
    const Planes &in = in_, &out = out_;
    for (Index plane = 0; plane < features / in.positions(); ++plane)
      for (Index down = 0; down < out.height; ++down)
        for (Index along = 0; along < out.width; ++along) {
          const Index top = begin(down, in.height, out.height), bottom = end(down, in.height, out.height);
          const Index left = begin(along, in.width, out.width), right = end(along, in.width, out.width);
          const Index part = plane * out.positions() + down * out.width + along;
          const T share = T(1) / static_cast<T>((bottom - top) * (right - left));
          for (Index row = top; row < bottom; ++row)
            for (Index column = left; column < right; ++column)
              visit(plane * in.positions() + row * in.width + column, part, share);
        }
  }

  Planes in_, out_;
};

}  // namespace

Node adaptive_average_pooling(const std::string& name, Planes in, Index size) {
  if (size < 1) fail_usage("layer {}: {} x {} parts (at least 1 x 1)", name, size, size);
  return {name, std::make_shared<AdaptiveAveragePooling>(checked_shape(name, in), size)};
}

}  // namespace ohmcarlo
