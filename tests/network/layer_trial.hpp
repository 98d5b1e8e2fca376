#pragma once
// One node with numbers in it, and the check of all its derivatives.

#include "network/gradients.hpp"
#include "network/operations.hpp"

namespace ohmcarlo::gradients {

/// A product that computes as a matrix does but, like hardware, is not plain; it keeps the rows that it was given.
class OpaqueProduct final : public Product<double> {
 public:
  explicit OpaqueProduct(const Matrix<double>& weights) : weights_(weights) {}
  void apply(View<const double> x, View<double> y, Index group) const override {
    ++calls;
    groups.push_back(group);
    rows = x.map();
    rows_of_calls.push_back(rows);
    y.map() = x.map() * weights_.middleRows(group * y.cols, y.cols).transpose();
  }
  [[nodiscard]] View<const double> backward_weights() const override { return weights_; }

  mutable int calls = 0;
  mutable Matrix<double> rows;  ///< of the last call
  mutable std::vector<Index> groups;
  mutable std::vector<Matrix<double>> rows_of_calls;

 private:
  const Matrix<double>& weights_;
};

/// A product with a parameter of its own, as a trained converter has: y = gain * x W^T. Its way back is its own, and
/// collects the derivative by the gain.
template <class T>
class GainProduct final : public Product<T> {
 public:
  GainProduct(const Matrix<T>& weights, const T& gain) : weights_(weights), gain_(gain) {}
  void apply(View<const T> x, View<T> y, Index group) const override {
    y.map() = gain_ * (x.map() * weights_.middleRows(group * y.cols, y.cols).transpose());
  }
  [[nodiscard]] View<const T> backward_weights() const override { return weights_; }
  [[nodiscard]] bool has_own_backward() const override { return true; }
  void backward(View<const T> x, View<const T> grad_y, View<T> grad_x, View<T> grad_weights,
                Index group) const override {
    const auto weights = weights_.middleRows(group * grad_y.cols, grad_y.cols);
    grad_weights.map() += gain_ * (grad_y.map().transpose() * x.map());
    grad_gain += (x.map() * weights.transpose()).cwiseProduct(grad_y.map()).sum();
    if (grad_x.rows > 0) grad_x.map() = gain_ * (grad_y.map() * weights);
  }

  mutable T grad_gain = 0;

 private:
  const Matrix<T>& weights_;
  const T& gain_;
};

/// A node of one input whose loss is the sum of its outputs, each times a fixed factor.
struct LayerTrial {
  Node spec;
  std::unique_ptr<Kernel<double>> kernel = make_kernel<double>(*spec.operation);
  Index inputs, outputs;  ///< features
  Matrix<double> x, factors;
  LayerParameters<double> parameters = zero(), gradient = zero();

  explicit LayerTrial(const Node& of, Index images = 3, std::uint32_t seed = 1)
      : spec(of), inputs(of.in().features), outputs(of.out().features), x(images, inputs), factors(images, outputs) {
    fill(x, 4 * seed);
    fill(factors, 4 * seed + 1);
    fill(parameters.weights, 4 * seed + 2);
    if (spec.biased()) fill(parameters.bias, 4 * seed + 3);
  }
  [[nodiscard]] LayerParameters<double> zero() const {
    return {Matrix<double>::Zero(spec.weight_outputs(), spec.weight_inputs()),
            Vector<double>::Zero(spec.weight_outputs())};
  }
  [[nodiscard]] Matrix<double> forward(const Product<double>& product) const {
    Matrix<double> y = Matrix<double>::Constant(x.rows(), outputs, 99);
    const View<const double> in = x;
    kernel->forward({.inputs = {&in, 1}, .product = &product, .bias = &parameters.bias}, y);
    return y;
  }
  [[nodiscard]] Matrix<double> forward() const {
    return forward(MatrixProduct<double>(View<const double>(parameters.weights)));
  }
  [[nodiscard]] double loss() const { return forward().cwiseProduct(factors).sum(); }
  /// dloss/dx; dloss/dparameters is added to `gradient`.
  Matrix<double> backward(const Product<double>& product, bool wants_x = true) {
    const Matrix<double> y = forward(product);
    Matrix<double> grad_x = Matrix<double>::Constant(wants_x ? x.rows() : 0, inputs, 99);
    const View<const double> in = x;
    const View<double> to = grad_x;
    kernel->backward({.inputs = {&in, 1}, .product = &product, .bias = &parameters.bias}, y, factors, {&to, 1},
                     {&gradient});
    return grad_x;
  }
  Matrix<double> backward(bool wants_x = true) {
    return backward(MatrixProduct<double>(View<const double>(parameters.weights)), wants_x);
  }
  void expect_gradients() {
    SCOPED_TRACE(spec.name);
    const Matrix<double> grad_x = backward();
    const auto of_loss = [&] { return loss(); };
    expect_derivatives(x.data(), x.size(), grad_x.data(), of_loss);
    expect_derivatives(parameters.weights.data(), parameters.weights.size(), gradient.weights.data(), of_loss);
    if (spec.biased())
      expect_derivatives(parameters.bias.data(), parameters.bias.size(), gradient.bias.data(), of_loss);
    else
      EXPECT_EQ(gradient.bias.size() > 0 ? gradient.bias.cwiseAbs().maxCoeff() : 0, 0);
  }
  /// Derivatives through a product that has a way back of its own, those of its parameter included.
  void expect_gradients_of_own_product() {
    SCOPED_TRACE(spec.name);
    double gain = 1.3;
    const GainProduct<double> product(parameters.weights, gain);
    const auto of_loss = [&] { return forward(product).cwiseProduct(factors).sum(); };
    const Matrix<double> grad_x = backward(product);
    const double grad_gain = product.grad_gain;
    expect_derivatives(x.data(), x.size(), grad_x.data(), of_loss);
    expect_derivatives(parameters.weights.data(), parameters.weights.size(), gradient.weights.data(), of_loss);
    if (spec.biased())
      expect_derivatives(parameters.bias.data(), parameters.bias.size(), gradient.bias.data(), of_loss);
    expect_derivatives(&gain, 1, &grad_gain, of_loss);
  }
};

}  // namespace ohmcarlo::gradients
