#include "network/layer.hpp"

#include <cmath>

#include "network/convolution.hpp"
#include "network/pooling.hpp"
#include "network/quantisation.hpp"

namespace ohmcarlo {
namespace {

template <class T>
class Dense final : public Layer<T> {
 public:
  explicit Dense(bool biased) : biased_(biased) {}
  void forward(View<const T> x, View<T> y, const Product<T>* product, const Vector<T>* bias) const override {
    product->apply(x, y);
    y.map().rowwise() += bias->transpose();
  }

  void backward(View<const T> x, View<const T> /*y*/, View<const T> grad_y, View<T> grad_x, const Product<T>* product,
                LayerParameters<T>* gradient) const override {
    multiply(grad_y, Transpose::yes, x, Transpose::no, gradient->weights, T(1), T(1));
    if (biased_) gradient->bias += grad_y.map().colwise().sum().transpose();
    if (grad_x.rows > 0) multiply(grad_y, Transpose::no, product->backward_weights(), Transpose::no, grad_x);
  }

 private:
  bool biased_;
};

template <class T>
class Relu final : public Layer<T> {
 public:
  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    y.map() = x.map().cwiseMax(T(0));
  }
  void backward(View<const T> x, View<const T>, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows > 0) grad_x.map().array() = (x.map().array() > T(0)).select(grad_y.map().array(), T(0));
  }
};

/// |x|; its slope at 0 is taken as 0.
template <class T>
class Abs final : public Layer<T> {
 public:
  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    y.map() = x.map().cwiseAbs();
  }
  void backward(View<const T> x, View<const T>, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows > 0) grad_x.map().array() = grad_y.map().array() * x.map().array().sign();
  }
};

/// 1 / (1 + e^-x). One element at a time: vectors of them are rounded otherwise than the rest of a row, which would let
/// an image's result depend on where it lies in its batch.
template <class T>
class Sigmoid final : public Layer<T> {
 public:
  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    y.map() = x.map().unaryExpr([](T value) { return T(1) / (T(1) + std::exp(-value)); });
  }
  void backward(View<const T>, View<const T> y, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows > 0) grad_x.map().array() = grad_y.map().array() * y.map().array() * (T(1) - y.map().array());
  }
};

template <class T>
class Tanh final : public Layer<T> {
 public:
  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    y.map() = x.map().unaryExpr([](T value) { return std::tanh(value); });
  }
  void backward(View<const T>, View<const T> y, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows > 0) grad_x.map().array() = grad_y.map().array() * (T(1) - y.map().array().square());
  }
};

/// Changes the shape only: features already lie as the next layer wants them.
template <class T>
class Flatten final : public Layer<T> {
 public:
  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override { y.map() = x.map(); }
  void backward(View<const T>, View<const T>, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows > 0) grad_x.map() = grad_y.map();
  }
};

/// Rounds, and lets gradients through.
template <class T>
class Quantisation final : public Layer<T> {
 public:
  explicit Quantisation(int bits) : bits_(bits) {}
  void forward(View<const T> x, View<T> y, const Product<T>*, const Vector<T>*) const override {
    quantise(bits_, x, y);
  }
  void backward(View<const T>, View<const T>, View<const T> grad_y, View<T> grad_x, const Product<T>*,
                LayerParameters<T>*) const override {
    if (grad_x.rows > 0) grad_x.map() = grad_y.map();
  }

 private:
  int bits_;
};

}  // namespace

template <class T>
std::unique_ptr<Layer<T>> make_layer(const LayerSpec& spec) {
  switch (spec.kind) {
    case LayerKind::dense:
      return std::make_unique<Dense<T>>(spec.biased);
    case LayerKind::convolution:
      return make_convolution<T>(spec);
    case LayerKind::relu:
      return std::make_unique<Relu<T>>();
    case LayerKind::abs:
      return std::make_unique<Abs<T>>();
    case LayerKind::sigmoid:
      return std::make_unique<Sigmoid<T>>();
    case LayerKind::tanh:
      return std::make_unique<Tanh<T>>();
    case LayerKind::max_pooling:
    case LayerKind::average_pooling:
    case LayerKind::global_average_pooling:
    case LayerKind::adaptive_average_pooling:
      return make_pooling<T>(spec);
    case LayerKind::flatten:
      return std::make_unique<Flatten<T>>();
    case LayerKind::quantisation:
      return std::make_unique<Quantisation<T>>(spec.bits);
    case LayerKind::batch_normalisation:
    case LayerKind::dropout:
    case LayerKind::addition:
    case LayerKind::lstm:
    case LayerKind::last:
      throw std::logic_error("internal error: the network itself carries out this layer");
  }
  throw std::logic_error("internal error: unknown layer kind");
}

template std::unique_ptr<Layer<float>> make_layer<float>(const LayerSpec&);
template std::unique_ptr<Layer<double>> make_layer<double>(const LayerSpec&);

}  // namespace ohmcarlo
