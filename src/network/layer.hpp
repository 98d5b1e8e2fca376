#pragma once
// Layers: forward and backward passes over a batch, one row an image. T is float, or double where gradients are
// checked.

#include <memory>

#include "network/product.hpp"
#include "network/spec.hpp"

namespace ohmcarlo {

/// Weights [outputs, inputs] and biases [outputs] of one weight layer; also the shape of their gradients.
template <class T>
struct LayerParameters {
  Matrix<T> weights;
  Vector<T> bias;
};

/// A layer has no state: parameters and activations are passed in.
template <class T>
class Layer {
 public:
  Layer() = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;
  virtual ~Layer() = default;

  /// x -> y, one row an image. A weight layer multiplies by `product` and adds `bias`, one value a column of y,
  /// digitally; other layers ignore both. Columns may hold several chips side by side, as long as product and bias do
  /// too.
  virtual void forward(View<const T> x, View<T> y, const Product<T>* product, const Vector<T>* bias) const = 0;

  /// From dL/dy to dL/dx, and dL/dparameters added to `gradient`. An empty grad_x (no rows) is not computed.
  virtual void backward(View<const T> x, View<const T> y, View<const T> grad_y, View<T> grad_x,
                        const Product<T>* product, LayerParameters<T>* gradient) const = 0;
};

template <class T>
[[nodiscard]] std::unique_ptr<Layer<T>> make_layer(const LayerSpec& spec);

}  // namespace ohmcarlo
