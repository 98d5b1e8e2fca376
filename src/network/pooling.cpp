#include "network/pooling.hpp"

#include <cmath>

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

/// The largest value; the first of equals, in the order of rows, takes the gradient. A NaN is passed on.
template <class T>
class MaxPooling final : public Layer<T> {
 public:
  explicit MaxPooling(const LayerSpec& spec) : spec_(spec) {}

  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    for (Index i = 0; i < x.rows; ++i) {
      const T* from = x.row(i);
      T* to = y.row(i);
      for_each_place(spec_, x.cols / spec_.in.positions(),
                     [&](Index plane, Index place, const Span& rows, const Span& columns) {
                       to[place] = from[largest(from, plane, rows, columns)];
                     });
    }
  }

  void backward(View<const T> x, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows == 0) return;
    grad_x.map().setZero();
    for (Index i = 0; i < x.rows; ++i) {
      const T* from = x.row(i);
      for_each_place(spec_, x.cols / spec_.in.positions(),
                     [&](Index plane, Index place, const Span& rows, const Span& columns) {
                       grad_x(i, largest(from, plane, rows, columns)) += grad_y(i, place);
                     });
    }
  }

 private:
  [[nodiscard]] Index largest(const T* values, Index plane, const Span& rows, const Span& columns) const {
    Index best = plane + rows.begin * spec_.in.width + columns.begin;
    for (Index row = rows.begin; row < rows.end; ++row)
      for (Index column = columns.begin; column < columns.end; ++column) {
        const Index cell = plane + row * spec_.in.width + column;
        if (values[cell] > values[best] || std::isnan(values[cell])) best = cell;
      }
    return best;
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

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_pooling(const LayerSpec& spec) {
  if (spec.kind == LayerKind::max_pooling) return std::make_unique<MaxPooling<T>>(spec);
  if (spec.kind == LayerKind::average_pooling) return std::make_unique<AveragePooling<T>>(spec);
  require(spec.kind == LayerKind::global_average_pooling, "the kind of a pooling layer is one");
  return std::make_unique<GlobalAveragePooling<T>>(spec);
}

template std::unique_ptr<Layer<float>> make_pooling<float>(const LayerSpec&);
template std::unique_ptr<Layer<double>> make_pooling<double>(const LayerSpec&);

}  // namespace ohmcarlo
