#include "network/pooling.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace ohmcarlo {
namespace {

/// Calls visit(first cell of the plane, place, rows, columns) for every place of the window on `planes` planes.
template <class Visit>
void for_each_place(const LayerSpec& spec, Index planes, const Visit& visit) {
  for (Index plane = 0; plane < planes; ++plane)
    for (Index down = 0; down < spec.out.height; ++down) {
      const Span rows(spec.window, down, spec.in.height);
      for (Index along = 0; along < spec.out.width; ++along)
        visit(plane * spec.in.positions(), plane * spec.out.positions() + down * spec.out.width + along, rows,
              Span(spec.window, along, spec.in.width));
    }
}

/// Calls visit(first cell, first place, count) for every row of places and cell of the window: count places side by
/// side, from `first place` on, whose windows have that cell, from `first cell` on in steps of the stride. For any one
/// place the cells come in the order of rows.
template <class Visit>
void for_each_row(const LayerSpec& spec, Index planes, const Visit& visit) {
  const Window& window = spec.window;
  for (Index plane = 0; plane < planes; ++plane)
    for (Index down = 0; down < spec.out.height; ++down) {
      const Span rows(window, down, spec.in.height);
      const Index first_place = plane * spec.out.positions() + down * spec.out.width;
      for (Index row = rows.begin; row < rows.end; ++row)
        for (Index offset = 0; offset < window.size; ++offset) {
          const Index left = offset - window.padding;  // the column that place 0 has there
          const Index first = left < 0 ? (-left + window.stride - 1) / window.stride : 0;
          if (left >= spec.in.width) break;
          const Index last = std::min(spec.out.width - 1, (spec.in.width - 1 - left) / window.stride);
          visit(plane * spec.in.positions() + row * spec.in.width + left + first * window.stride, first_place + first,
                last - first + 1);
        }
    }
}

/// The largest value; the first of equals, in the order of rows, takes the gradient. A NaN is passed on.
template <class T>
class MaxPooling final : public Layer<T> {
 public:
  explicit MaxPooling(const LayerSpec& spec) : spec_(spec) {}

  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    const Index stride = spec_.window.stride;
    if (quads()) return forward_quads(x, y);
    y.map().setConstant(-std::numeric_limits<T>::infinity());
    for (Index i = 0; i < x.rows; ++i)
      for_each_row(spec_, x.cols / spec_.in.positions(), [&](Index cell, Index place, Index count) {
        const T* from = x.row(i) + cell;
        T* to = y.row(i) + place;
        for (Index k = 0; k < count; ++k) to[k] = larger(to[k], from[k * stride]);
      });
  }

  void backward(View<const T> x, View<const T> y, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows == 0) return;
    const Index stride = spec_.window.stride;
    grad_x.map().setZero();
    if (quads()) return backward_quads(x, y, grad_y, grad_x);
    Vector<T> left(grad_y.cols);  // what no cell has taken yet
    for (Index i = 0; i < x.rows; ++i) {
      left = grad_y.map().row(i).transpose();
      for_each_row(spec_, x.cols / spec_.in.positions(), [&](Index cell, Index place, Index count) {
        const T* from = x.row(i) + cell;
        const T* largest = y.row(i) + place;
        T* slope = left.data() + place;
        T* to = grad_x.row(i) + cell;
        for (Index k = 0; k < count; ++k) {
          const bool takes = from[k * stride] == largest[k];
          to[k * stride] += takes ? slope[k] : T(0);
          slope[k] = takes ? T(0) : slope[k];
        }
      });
    }
  }

 private:
  static T larger(T one, T other) { return other > one || other != other ? other : one; }

  /// Windows of 2 x 2 side by side: each in one go.
  bool quads() const { return spec_.window.size == 2 && spec_.window.stride == 2 && spec_.window.padding == 0; }

  void forward_quads(View<const T> x, View<T> y) const {
    const Index planes = x.cols / spec_.in.positions(), width = spec_.in.width;
    for (Index i = 0; i < x.rows; ++i)
      for (Index plane = 0; plane < planes; ++plane)
        for (Index down = 0; down < spec_.out.height; ++down) {
          const T* top = x.row(i) + plane * spec_.in.positions() + 2 * down * width;
          T* to = y.row(i) + plane * spec_.out.positions() + down * spec_.out.width;
          for (Index k = 0; k < spec_.out.width; ++k)
            to[k] = larger(larger(top[2 * k], top[2 * k + 1]), larger(top[width + 2 * k], top[width + 2 * k + 1]));
        }
  }

  void backward_quads(View<const T> x, View<const T> y, View<const T> grad_y, View<T> grad_x) const {
    const Index planes = x.cols / spec_.in.positions(), width = spec_.in.width;
    for (Index i = 0; i < x.rows; ++i)
      for (Index plane = 0; plane < planes; ++plane)
        for (Index down = 0; down < spec_.out.height; ++down) {
          const Index cell = plane * spec_.in.positions() + 2 * down * width;
          const Index place = plane * spec_.out.positions() + down * spec_.out.width;
          const T* top = x.row(i) + cell;
          const T* largest = y.row(i) + place;
          const T* slope = grad_y.row(i) + place;
          T* to = grad_x.row(i) + cell;
          for (Index k = 0; k < spec_.out.width; ++k) {
            T left = slope[k];  // what no cell has taken yet
            for (const Index at : {2 * k, 2 * k + 1, width + 2 * k, width + 2 * k + 1}) {
              const bool takes = top[at] == largest[k];
              to[at] = takes ? left : T(0);
              left = takes ? T(0) : left;
            }
          }
        }
  }

  LayerSpec spec_;
};

template <class T>
class AveragePooling final : public Layer<T> {
 public:
  explicit AveragePooling(const LayerSpec& spec)
      : spec_(spec), share_(T(1) / static_cast<T>(spec.window.size * spec.window.size)) {}

  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    for (Index i = 0; i < x.rows; ++i) {
      const T* from = x.row(i);
      T* to = y.row(i);
      for_each_place(spec_, x.cols / spec_.in.positions(),
                     [&](Index plane, Index place, const Span& rows, const Span& columns) {
                       T sum = 0;
                       for (Index row = rows.begin; row < rows.end; ++row)
                         for (Index column = columns.begin; column < columns.end; ++column)
                           sum += from[plane + row * spec_.in.width + column];
                       to[place] = sum * share_;
                     });
    }
  }

  void backward(View<const T> x, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows == 0) return;
    grad_x.map().setZero();
    for (Index i = 0; i < x.rows; ++i) {
      T* to = grad_x.row(i);
      for_each_place(spec_, x.cols / spec_.in.positions(),
                     [&](Index plane, Index place, const Span& rows, const Span& columns) {
                       const T part = grad_y(i, place) * share_;
                       for (Index row = rows.begin; row < rows.end; ++row)
                         for (Index column = columns.begin; column < columns.end; ++column)
                           to[plane + row * spec_.in.width + column] += part;
                     });
    }
  }

 private:
  LayerSpec spec_;
  T share_;
};

template <class T>
class GlobalAveragePooling final : public Layer<T> {
 public:
  explicit GlobalAveragePooling(const LayerSpec& spec) : cells_(spec.in.positions()) {}

  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    for (Index i = 0; i < x.rows; ++i)
      for (Index plane = 0; plane < y.cols; ++plane) {
        T sum = 0;  // in a fixed order, wherever the image lies in its batch
        for (Index cell = 0; cell < cells_; ++cell) sum += x(i, plane * cells_ + cell);
        y(i, plane) = sum / static_cast<T>(cells_);
      }
  }

  void backward(View<const T> /*x*/, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    for (Index i = 0; i < grad_x.rows; ++i)
      for (Index plane = 0; plane < grad_y.cols; ++plane)
        for (Index cell = 0; cell < cells_; ++cell)
          grad_x(i, plane * cells_ + cell) = grad_y(i, plane) / static_cast<T>(cells_);
  }

 private:
  Index cells_;
};

template <class T>
class AdaptiveAveragePooling final : public Layer<T> {
 public:
  explicit AdaptiveAveragePooling(const LayerSpec& spec) : spec_(spec) {}

  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    y.map().setZero();
    for (Index image = 0; image < x.rows; ++image)
      for_each_cell(x.cols, [&](Index cell, Index part, T share) { y(image, part) += share * x(image, cell); });
  }

  void backward(View<const T> /*x*/, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows == 0) return;
    grad_x.map().setZero();
    for (Index image = 0; image < grad_x.rows; ++image)
      for_each_cell(grad_x.cols,
                    [&](Index cell, Index part, T share) { grad_x(image, cell) += share * grad_y(image, part); });
  }

 private:
  static Index begin(Index part, Index cells, Index parts) { return part * cells / parts; }
  static Index end(Index part, Index cells, Index parts) { return ((part + 1) * cells + parts - 1) / parts; }

  /// Calls visit(cell, part, one over the cells of the part) for the cells of every part, in the order of rows.
  template <class Visit>
  void for_each_cell(Index features, const Visit& visit) const {
    const auto& [in, out] = std::tie(spec_.in, spec_.out);
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

  LayerSpec spec_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_pooling(const LayerSpec& spec) {
  if (spec.kind == LayerKind::max_pooling) return std::make_unique<MaxPooling<T>>(spec);
  if (spec.kind == LayerKind::average_pooling) return std::make_unique<AveragePooling<T>>(spec);
  if (spec.kind == LayerKind::adaptive_average_pooling) return std::make_unique<AdaptiveAveragePooling<T>>(spec);
  require(spec.kind == LayerKind::global_average_pooling, "the kind of a pooling layer is one");
  return std::make_unique<GlobalAveragePooling<T>>(spec);
}

template std::unique_ptr<Layer<float>> make_pooling<float>(const LayerSpec&);
template std::unique_ptr<Layer<double>> make_pooling<double>(const LayerSpec&);

}  // namespace ohmcarlo
