#pragma once
// The one interface through which a layer uses its weights, whatever hardware they sit on.

#include "linalg/product.hpp"

namespace ohmcarlo {

/// y = x W^T as some hardware computes it. Ideal matrices, noisy weights and crossbars all look like this to a layer.
template <class T>
class Product {
 public:
  Product() = default;
  Product(const Product&) = default;
  Product& operator=(const Product&) = default;
  virtual ~Product() = default;

  /// x [rows, inputs] -> y [rows, outputs]; y is overwritten.
  virtual void apply(View<const T> x, View<T> y) const = 0;
  /// True if the product is x times backward_weights() and nothing else: a layer may then hand over its rows in as many
  /// calls as it likes, or multiply by parts of that matrix itself. Otherwise it calls apply once a pass with the rows
  /// of all images, the same number for each, since hardware names its reads after them and keeps counts.
  [[nodiscard]] virtual bool plain() const { return false; }
  /// The matrix [outputs, inputs] that the backward pass uses.
  [[nodiscard]] virtual View<const T> backward_weights() const = 0;
};

/// The ideal product with a matrix [outputs, inputs] that lives elsewhere.
template <class T>
class MatrixProduct final : public Product<T> {
 public:
  explicit MatrixProduct(View<const T> weights) : weights_(weights) {}
  void apply(View<const T> x, View<T> y) const override { multiply(x, Transpose::no, weights_, Transpose::yes, y); }
  [[nodiscard]] bool plain() const override { return true; }
  [[nodiscard]] View<const T> backward_weights() const override { return weights_; }

 private:
  View<const T> weights_;
};

}  // namespace ohmcarlo
