#pragma once
// The one interface through which an operation uses its weights, whatever hardware they sit on.

#include "linalg/product.hpp"

namespace ohmcarlo {

/// y = x W^T as some hardware computes it. Ideal matrices, noisy weights and crossbars all look like this to an
/// operation.
template <class T>
class Product {
 public:
  Product() = default;
  Product(const Product&) = default;
  Product& operator=(const Product&) = default;
  virtual ~Product() = default;

  /// x [rows, inputs] -> y [rows, outputs]; y is overwritten. Of weights in groups (WeightShape::groups), x are inputs
  /// of group `group` and y its outputs.
  virtual void apply(View<const T> x, View<T> y, Index group = 0) const = 0;
  /// True if the product is x times backward_weights() and nothing else: an operation may then hand over its rows in as
  /// many calls as it likes, or multiply by parts of that matrix itself. Otherwise it calls apply once a pass for each
  /// group (a recurrent one once a time step) with the rows of all images, the same number for each, since hardware
  /// names its reads after them and keeps counts.
  [[nodiscard]] virtual bool plain() const { return false; }
  /// The matrix [outputs, inputs] that the backward pass uses.
  [[nodiscard]] virtual View<const T> backward_weights() const = 0;

  /// True if backward() is not that of a matrix: an operation then calls it once for each call of apply, the last one
  /// first, with the same x. Otherwise an operation may take the derivatives of backward_weights() itself.
  [[nodiscard]] virtual bool has_own_backward() const { return false; }
  /// From dL/dy [rows, outputs] to dL/dx [rows, inputs], which is not computed if it is empty (no rows), and
  /// dL/dweights added to `grad_weights` [outputs, inputs], all of group `group`. If not overridden, those of the
  /// product with backward_weights(). A product with parameters of its own also adds their derivatives, where it keeps
  /// them.
  virtual void backward(View<const T> x, View<const T> grad_y, View<T> grad_x, View<T> grad_weights,
                        Index group = 0) const {
    multiply(grad_y, Transpose::yes, x, Transpose::no, grad_weights, T(1), T(1));
    if (grad_x.rows > 0)
      multiply(grad_y, Transpose::no, backward_weights().middle_rows(group * grad_y.cols, grad_y.cols), Transpose::no,
               grad_x);
  }
};

/// The ideal product with a matrix [outputs, inputs] that lives elsewhere.
template <class T>
class MatrixProduct final : public Product<T> {
 public:
  explicit MatrixProduct(View<const T> weights) : weights_(weights) {}
  void apply(View<const T> x, View<T> y, Index group = 0) const override {
    multiply(x, Transpose::no, weights_.middle_rows(group * y.cols, y.cols), Transpose::yes, y);
  }
  [[nodiscard]] bool plain() const override { return true; }
  [[nodiscard]] View<const T> backward_weights() const override { return weights_; }

 private:
  View<const T> weights_;
};

}  // namespace ohmcarlo
