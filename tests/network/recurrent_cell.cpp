// Plain and gated recurrent layers that only go forward.

#include <cmath>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "network/gradients.hpp"
#include "network/layer_trial.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace recurrent_cell_test {

constexpr Index kInputs = 2, kHidden = 3;

double squash(double x) {
  return 1 / (1 + std::exp(-x));
}

/// One sequence, unit by unit, as the formulas are written.
Matrix<double> by_formula(RecurrentCell cell, const Matrix<double>& x, const Matrix<double>& w, const Vector<double>& b,
                          const Vector<double>& behind) {
  Matrix<double> all(x.rows(), kHidden);
  std::vector<double> h(kHidden, 0);
  for (Index t = 0; t < x.rows(); ++t) {
    const std::vector<double> before = h;
    const auto of_x = [&](Index row) { return w(row, 0) * x(t, 0) + w(row, 1) * x(t, 1); };
    const auto of_h = [&](Index row, const std::vector<double>& state) {
      return w(row, 2) * state[0] + w(row, 3) * state[1] + w(row, 4) * state[2];
    };
    const auto gate = [&](Index row) { return squash(of_x(row) + of_h(row, before) + b(row)); };
    for (Index j = 0; j < kHidden; ++j) {
      const auto at = static_cast<std::size_t>(j);
      if (cell == RecurrentCell::tanh) h[at] = std::tanh(of_x(j) + of_h(j, before) + b(j));
      if (cell == RecurrentCell::relu) h[at] = std::max(0.0, of_x(j) + of_h(j, before) + b(j));
      if (cell == RecurrentCell::tanh || cell == RecurrentCell::relu) continue;
      const double z = gate(j);
      std::vector<double> reset;
      for (Index k = 0; k < kHidden; ++k) reset.push_back(gate(kHidden + k) * before[static_cast<std::size_t>(k)]);
      const Index row = 2 * kHidden + j;
      const double n = cell == RecurrentCell::gru
                           ? std::tanh(of_x(row) + of_h(row, reset) + b(row))
                           : std::tanh(of_x(row) + b(row) + gate(kHidden + j) * (of_h(row, before) + behind(j)));
      h[at] = (1 - z) * n + z * before[at];
    }
    for (Index j = 0; j < kHidden; ++j) all(t, j) = h[static_cast<std::size_t>(j)];
  }
  return all;
}

struct Unit {
  Node node;
  LayerParameters<double> parameters;
  Vector<float> behind;

  explicit Unit(RecurrentCell cell) : behind((Vector<float>(3) << 0.5F, -0.25F, 0.75F).finished()) {
    node = recurrent("gru1", {kInputs, 1, 1}, kHidden, cell, behind);
    parameters.weights.resize(node.weight_outputs(), node.weight_inputs());
    parameters.bias.resize(node.weight_outputs());
    gradients::fill(parameters.weights, 5);
    gradients::fill(parameters.bias, 6);
  }
  [[nodiscard]] Matrix<double> forward(const Matrix<double>& x, const Sequences& sequences,
                                       const Product<double>& product) const {
    Matrix<double> y = Matrix<double>::Constant(x.rows(), kHidden, 99);
    const View<const double> in = x;
    make_kernel<double>(*node.operation)
        ->forward({.inputs = {&in, 1}, .product = &product, .bias = &parameters.bias, .sequences = &sequences}, y);
    return y;
  }
};

TEST(RecurrentCell, GivesWhatTheFormulasSay) {
  for (const RecurrentCell cell :
       {RecurrentCell::tanh, RecurrentCell::relu, RecurrentCell::gru, RecurrentCell::gru_reset_behind}) {
    const Unit unit(cell);
    const bool gated = cell == RecurrentCell::gru || cell == RecurrentCell::gru_reset_behind;
    EXPECT_EQ(unit.node.weight_outputs(), (gated ? 3 : 1) * kHidden);
    EXPECT_EQ(unit.node.weight_inputs(), kInputs + kHidden);
    EXPECT_EQ(unit.node.operation->weights().uses, gated ? 2 : 1);
    const Sequences sequences({2, 4}, 4);
    Matrix<double> x(8, kInputs);
    gradients::fill(x, 7);
    const Matrix<double> y = unit.forward(x, sequences, MatrixProduct<double>(unit.parameters.weights));
    for (Index s = 0; s < 2; ++s) {
      const Index length = sequences.length(s);
      const Matrix<double> expected = by_formula(cell, x.middleRows(4 * s, length), unit.parameters.weights,
                                                 unit.parameters.bias, unit.behind.cast<double>());
      EXPECT_TRUE(y.middleRows(4 * s, length).isApprox(expected, 1e-12)) << static_cast<int>(cell);
      EXPECT_TRUE(y.middleRows(4 * s + length, 4 - length).isZero(0));
    }
  }
}

TEST(RecurrentCell, HandsItsProductRealFramesOnly) {
  const Unit unit(RecurrentCell::gru);
  const gradients::OpaqueProduct product(unit.parameters.weights);
  (void)unit.forward(Matrix<double>::Ones(6, kInputs), Sequences({1, 3}, 3), product);
  EXPECT_EQ(product.calls, 6);        // two a time step
  EXPECT_EQ(product.rows.rows(), 1);  // of the longer sequence
}

TEST(RecurrentCell, SaysThatItOnlyGoesForward) {
  const Unit unit(RecurrentCell::tanh);
  EXPECT_TRUE(only_goes_forward(unit.node));
  EXPECT_FALSE(only_goes_forward(lstm("lstm1", {2, 1, 1}, 3)));
  EXPECT_THROW((void)recurrent("rnn1", {2, 1, 1}, 0, RecurrentCell::tanh), BadUsage);
  const Matrix<double> x(1, kInputs), y(1, kHidden);
  Matrix<double> grad(1, kInputs);
  const View<const double> in = x;
  const View<double> to = grad;
  EXPECT_THROW(make_kernel<double>(*unit.node.operation)->backward({.inputs = {&in, 1}}, y, y, {&to, 1}, {}), BadUsage);
}

}  // namespace recurrent_cell_test
}  // namespace ohmcarlo
