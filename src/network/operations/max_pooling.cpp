// The largest value under a window, channel by channel.

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "network/kernel.hpp"
#include "network/layer_words.hpp"
#include "network/network_builder.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class MaxPoolingKernel;

class MaxPooling final : public OperationOf<MaxPooling, MaxPoolingKernel> {
 public:
  MaxPooling(const Planes& in, const Planes& out, const Window& window)
      : OperationOf({FeatureShape::of_planes(in)}, FeatureShape::of_planes(out)), window_(window) {}
  [[nodiscard]] std::string_view kind() const override { return "max_pooling"; }
  [[nodiscard]] const Window& window() const { return window_; }
  [[nodiscard]] std::optional<Window> sliding_window() const override { return window_; }

 private:
  Window window_;
};

/// Calls visit(first pixel, first place, count) for every row of places and pixel of the window: count places side by
/// side, from `first place` on, whose windows have that pixel, from `first pixel` on in steps of the stride. For any
/// one place the pixels come in the order of rows.
template <class Visit>
void for_each_row(const Planes& in, const Planes& out, const Window& of, Index planes, const Visit& visit) {
  const WindowAxis vertical = of.down(), window = of.across();
  for (Index plane = 0; plane < planes; ++plane)
    for (Index down = 0; down < out.height; ++down) {
      const Span rows(vertical, down, in.height);
      const Index first_place = plane * out.positions() + down * out.width;
      for (Index row = rows.begin; row < rows.end; ++row)
        for (Index offset = 0; offset < window.size; ++offset) {
          const Index left = offset - window.padding;  // the column that place 0 has there
          const Index first = left < 0 ? (-left + window.stride - 1) / window.stride : 0;
          if (left >= in.width) break;
          const Index last = std::min(out.width - 1, (in.width - 1 - left) / window.stride);
          visit(plane * in.positions() + row * in.width + left + first * window.stride, first_place + first,
                last - first + 1);
        }
    }
}

/// The largest value; the first of equals, in the order of rows, takes the gradient. A NaN is passed on.
template <class T>
class MaxPoolingKernel final : public UnaryKernel<T> {
 public:
  explicit MaxPoolingKernel(const MaxPooling& operation)
      : in_(operation.inputs().front().planes), out_(operation.output().planes), window_(operation.window()) {}

  void forward(const NodePass<T>& pass, View<T> y) const override {
    const View<const T> x = pass.x();
    const Index stride = window_.stride.columns;
    if (quads()) return forward_quads(x, y);
    y.map().setConstant(-std::numeric_limits<T>::infinity());
    for (Index i = 0; i < x.rows; ++i)
      for_each_row(in_, out_, window_, x.cols / in_.positions(), [&](Index pixel, Index place, Index count) {
        const T* from = x.row(i) + pixel;
        T* to = y.row(i) + place;
        for (Index k = 0; k < count; ++k) to[k] = larger(to[k], from[k * stride]);
      });
  }

  void backward(const NodePass<T>& pass, View<const T> y, View<const T> grad_y, View<T> grad_x,
                const NodeGradient<T>& /*gradient*/) const override {
    if (grad_x.rows == 0) return;
    const View<const T> x = pass.x();
    const Index stride = window_.stride.columns;
    grad_x.map().setZero();
    if (quads()) return backward_quads(x, y, grad_y, grad_x);
    Vector<T> left(grad_y.cols);  // what no pixel has taken yet
    for (Index i = 0; i < x.rows; ++i) {
      left = grad_y.map().row(i).transpose();
      for_each_row(in_, out_, window_, x.cols / in_.positions(), [&](Index pixel, Index place, Index count) {
        const T* from = x.row(i) + pixel;
        const T* largest = y.row(i) + place;
        T* slope = left.data() + place;
        T* to = grad_x.row(i) + pixel;
        for (Index k = 0; k < count; ++k) {
          const bool takes = from[k * stride] == largest[k];
          to[k * stride] += takes ? slope[k] : T(0);
          slope[k] = takes ? T(0) : slope[k];
        }
      });
    }
  }

 private:
  /// In two choices: of one condition g++ 12 makes branches.
  static T larger(T one, T other) {
    const T most = other > one ? other : one;
    return other != other ? other : most;
  }

  /// Windows of 2 x 2 side by side: each in one go.
  bool quads() const { return window_ == Window{2, 2, 0}; }

  void forward_quads(View<const T> x, View<T> y) const {
    const Index planes = x.cols / in_.positions(), width = in_.width;
    for (Index i = 0; i < x.rows; ++i)
      for (Index plane = 0; plane < planes; ++plane)
        for (Index down = 0; down < out_.height; ++down) {
          const T* top = x.row(i) + plane * in_.positions() + 2 * down * width;
          T* to = y.row(i) + plane * out_.positions() + down * out_.width;
          for (Index k = 0; k < out_.width; ++k)
            to[k] = larger(larger(top[2 * k], top[2 * k + 1]), larger(top[width + 2 * k], top[width + 2 * k + 1]));
        }
  }

  void backward_quads(View<const T> x, View<const T> y, View<const T> grad_y, View<T> grad_x) const {
    const Index planes = x.cols / in_.positions(), width = in_.width;
    for (Index i = 0; i < x.rows; ++i)
      for (Index plane = 0; plane < planes; ++plane)
        for (Index down = 0; down < out_.height; ++down) {
          const Index pixel = plane * in_.positions() + 2 * down * width;
          const Index place = plane * out_.positions() + down * out_.width;
          const T* top = x.row(i) + pixel;
          const T* largest = y.row(i) + place;
          const T* slope = grad_y.row(i) + place;
          T* to = grad_x.row(i) + pixel;
          for (Index k = 0; k < out_.width; ++k) {
            T left = slope[k];  // what no pixel has taken yet
            for (const Index at : {2 * k, 2 * k + 1, width + 2 * k, width + 2 * k + 1}) {
              const bool takes = top[at] == largest[k];
              to[at] = takes ? left : T(0);
              left = takes ? T(0) : left;
            }
          }
        }
  }

  Planes in_, out_;
  Window window_;
};

void add_max_pooling(LayerText& text, NetworkBuilder& network) {
  const Pair size = text.take_pair();
  const Window window{size, text.take_pair_option("stride", size), text.take_pair_option("padding", 0)};
  network.add(max_pooling(network.next_name("pool"), network.planes(), window));
}

}  // namespace

Node max_pooling(const std::string& name, Planes in, Window window) {
  return {name, std::make_shared<MaxPooling>(in, pooled_planes(name, in, window), window)};
}

namespace words {
extern const LayerWord max_pool;
constinit const LayerWord max_pool{"max-pool", &add_max_pooling};
}  // namespace words

}  // namespace ohmcarlo
