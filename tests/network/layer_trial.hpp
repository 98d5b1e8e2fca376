#pragma once
// One layer with numbers in it, and the check of all its derivatives.

#include "network/gradients.hpp"
#include "network/layer_specs.hpp"

namespace ohmcarlo::gradients {

/// A product that computes as a matrix does but, like hardware, is not plain; it keeps the rows that it was given.
class OpaqueProduct final : public Product<double> {
 public:
  explicit OpaqueProduct(const Matrix<double>& weights) : weights_(weights) {}
  void apply(View<const double> x, View<double> y) const override {
    ++calls;
    rows = x.map();
    y.map() = rows * weights_.transpose();
  }
  [[nodiscard]] View<const double> backward_weights() const override { return weights_; }

  mutable int calls = 0;
  mutable Matrix<double> rows;

 private:
  const Matrix<double>& weights_;
};

/// A layer whose loss is the sum of its outputs, each times a fixed factor.
struct LayerTrial {
  LayerSpec spec;
  std::unique_ptr<Layer<double>> layer = make_layer<double>(spec);
  Matrix<double> x, factors;
  LayerParameters<double> parameters = zero(), gradient = zero();

  explicit LayerTrial(const LayerSpec& of, Index images = 3, std::uint32_t seed = 1)
      : spec(of), x(images, of.inputs), factors(images, of.outputs) {
    fill(x, 4 * seed);
    fill(factors, 4 * seed + 1);
    fill(parameters.weights, 4 * seed + 2);
    if (spec.biased) fill(parameters.bias, 4 * seed + 3);
  }
  [[nodiscard]] LayerParameters<double> zero() const {
    return {Matrix<double>::Zero(spec.weight_outputs(), spec.weight_inputs()),
            Vector<double>::Zero(spec.weight_outputs())};
  }
  [[nodiscard]] Matrix<double> forward(const Product<double>& product) const {
    Matrix<double> y = Matrix<double>::Constant(x.rows(), spec.outputs, 99);
    layer->forward(x, y, spec.has_weights() ? &product : nullptr, spec.has_weights() ? &parameters.bias : nullptr);
    return y;
  }
  [[nodiscard]] Matrix<double> forward() const {
    return forward(MatrixProduct<double>(View<const double>(parameters.weights)));
  }
  [[nodiscard]] double loss() const { return forward().cwiseProduct(factors).sum(); }
  /// dloss/dx; dloss/dparameters is added to `gradient`.
  Matrix<double> backward(bool wants_x = true) {
    const Matrix<double> y = forward();
    Matrix<double> grad_x = Matrix<double>::Constant(wants_x ? x.rows() : 0, spec.inputs, 99);
    const MatrixProduct<double> product{View<const double>(parameters.weights)};
    layer->backward(x, y, factors, grad_x, spec.has_weights() ? &product : nullptr,
                    spec.has_weights() ? &gradient : nullptr);
    return grad_x;
  }
  void expect_gradients() {
    SCOPED_TRACE(spec.name);
    const Matrix<double> grad_x = backward();
    const auto of_loss = [&] { return loss(); };
    expect_derivatives(x.data(), x.size(), grad_x.data(), of_loss);
    expect_derivatives(parameters.weights.data(), parameters.weights.size(), gradient.weights.data(), of_loss);
    if (spec.biased)
      expect_derivatives(parameters.bias.data(), parameters.bias.size(), gradient.bias.data(), of_loss);
    else
      EXPECT_EQ(gradient.bias.cwiseAbs().maxCoeff(), 0);
  }
};

}  // namespace ohmcarlo::gradients
