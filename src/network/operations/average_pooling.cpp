// The mean value under a window, channel by channel.

#include <algorithm>

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class AveragePoolingKernel;

class AveragePooling final : public OperationOf<AveragePooling, AveragePoolingKernel> {
 public:
  AveragePooling(const Planes& in, const Planes& out, const Window& window)
      : OperationOf({FeatureShape::of_planes(in)}, FeatureShape::of_planes(out)), window_(window) {}
  [[nodiscard]] std::string_view kind() const override { return "average_pooling"; }
  [[nodiscard]] const Window& window() const { return window_; }
  [[nodiscard]] std::optional<Window> sliding_window() const override { return window_; }

 private:
  Window window_;
};

/// Calls visit(first pixel of the plane, place, rows, columns) for every place of the window on `planes` planes.
template <class Visit>
void for_each_place(const Planes& in, const Planes& out, const Window& window, Index planes, const Visit& visit) {
  for (Index plane = 0; plane < planes; ++plane)
    for (Index down = 0; down < out.height; ++down) {
      const Span rows(window.down(), down, in.height);
      for (Index along = 0; along < out.width; ++along)
        visit(plane * in.positions(), plane * out.positions() + down * out.width + along, rows,
              Span(window.across(), along, in.width));
    }
}

template <class T>
class AveragePoolingKernel final : public UnaryKernel<T> {
 public:
  explicit AveragePoolingKernel(const AveragePooling& operation)
      : in_(operation.inputs().front().planes),
        out_(operation.output().planes),
        window_(operation.window()),
        share_(T(1) / static_cast<T>(operation.window().size.product())) {}

  void forward(const NodePass<T>& pass, View<T> y) const override {
    const View<const T> x = pass.x();
    for (Index i = 0; i < x.rows; ++i) {
      const T* from = x.row(i);
      T* to = y.row(i);
      for_each_place(in_, out_, window_, x.cols / in_.positions(),
                     [&](Index plane, Index place, const Span& rows, const Span& columns) {
                       T sum = 0;
                       for (Index row = rows.begin; row < rows.end; ++row)
                         for (Index column = columns.begin; column < columns.end; ++column)
                           sum += from[plane + row * in_.width + column];
                       to[place] = sum * share_;
                     });
    }
  }

  void backward(const NodePass<T>& pass, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows == 0) return;
    const View<const T> x = pass.x();
    grad_x.map().setZero();
    for (Index i = 0; i < x.rows; ++i) {
      T* to = grad_x.row(i);
      for_each_place(in_, out_, window_, x.cols / in_.positions(),
                     [&](Index plane, Index place, const Span& rows, const Span& columns) {
                       const T part = grad_y(i, place) * share_;
                       for (Index row = rows.begin; row < rows.end; ++row)
                         for (Index column = columns.begin; column < columns.end; ++column)
                           to[plane + row * in_.width + column] += part;
                     });
    }
  }

 private:
  Planes in_, out_;
  Window window_;
  T share_;
};

void add_average_pooling(LayerText& text, NetworkBuilder& network) {
  const Pair size = text.take_pair();
  const Window window{size, text.take_pair_option("stride", size), text.take_pair_option("padding", 0)};
  network.add(average_pooling(network.next_name("pool"), network.planes(), window));
}

}  // namespace

Node average_pooling(const std::string& name, Planes in, Window window) {
  return {name, std::make_shared<AveragePooling>(in, pooled_planes(name, in, window), window)};
}

namespace words {
extern const LayerWord average_pool;
constinit const LayerWord average_pool{"average-pool", &add_average_pooling};
}  // namespace words

}  // namespace ohmcarlo
