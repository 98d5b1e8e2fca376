// The mean of every channel.

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class GlobalAveragePoolingKernel;

class GlobalAveragePooling final : public OperationOf<GlobalAveragePooling, GlobalAveragePoolingKernel> {
 public:
  explicit GlobalAveragePooling(const FeatureShape& in)
      : OperationOf({in}, FeatureShape::of_planes({in.planes.channels, 1, 1})) {}
  [[nodiscard]] std::string_view kind() const override { return "global_average_pooling"; }
};

template <class T>
class GlobalAveragePoolingKernel final : public UnaryKernel<T> {
 public:
  explicit GlobalAveragePoolingKernel(const GlobalAveragePooling& operation)
      : pixels_(operation.inputs().front().planes.positions()) {}

  void forward(const NodePass<T>& pass, View<T> y) const override {
    const View<const T> x = pass.x();
    for (Index i = 0; i < x.rows; ++i)
      for (Index plane = 0; plane < y.cols; ++plane) {
        T sum = 0;  // in a fixed order, wherever the image lies in its batch
        for (Index pixel = 0; pixel < pixels_; ++pixel) sum += x(i, plane * pixels_ + pixel);
        y(i, plane) = sum / static_cast<T>(pixels_);
      }
  }

  void backward(const NodePass<T>& /*pass*/, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows == 0) return;
    for (Index i = 0; i < grad_x.rows; ++i)
      for (Index plane = 0; plane < grad_y.cols; ++plane)
        for (Index pixel = 0; pixel < pixels_; ++pixel)
          grad_x(i, plane * pixels_ + pixel) = grad_y(i, plane) / static_cast<T>(pixels_);
  }

 private:
  Index pixels_;
};

void add_global_pooling(LayerText& /*text*/, NetworkBuilder& network) {
  network.add(global_average_pooling(network.next_name("pool"), network.planes()));
}

}  // namespace

Node global_average_pooling(const std::string& name, Planes in) {
  return {name, std::make_shared<GlobalAveragePooling>(checked_shape(name, in))};
}

namespace words {
extern const LayerWord global_pool;
constinit const LayerWord global_pool{"global-pool", &add_global_pooling};
}  // namespace words

}  // namespace ohmcarlo
