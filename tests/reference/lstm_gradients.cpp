// lstm_gradients FILE: an LSTM's outputs and gradients for a loss that is the sum of all outputs, each times a factor;
// 17 digits a number, one line a row. FILE holds numbers: sequences, steps, inputs, hidden; the lengths; then, row by
// row, weights [4 hidden, inputs + hidden], biases, x [sequences * steps, inputs], factors [sequences * steps, hidden].
// Printed, one after the other: y [sequences * steps, hidden], dloss/dx, dloss/dweights, dloss/dbiases.

#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "network/lstm.hpp"

namespace {

using ohmcarlo::Index;
using ohmcarlo::Matrix;

Matrix<float> matrix(std::istream& in, Index rows, Index cols) {
  Matrix<float> m(rows, cols);
  for (float& x : m.reshaped<Eigen::RowMajor>()) in >> x;
  return m;
}

void print(const Matrix<float>& m) {
  for (Index i = 0; i < m.rows(); ++i)
    for (Index j = 0; j < m.cols(); ++j) std::cout << fmt::format("{:.17g}{}", m(i, j), j + 1 < m.cols() ? ' ' : '\n');
}

}  // namespace

int main(int argc, char** argv) {
  using namespace ohmcarlo;
  if (argc != 2) {
    std::cerr << "usage: lstm_gradients FILE\n";
    return 2;
  }
  std::ifstream file(argv[1]);
  Index count = 0, steps = 0, inputs = 0, hidden = 0;
  file >> count >> steps >> inputs >> hidden;
  std::vector<Index> lengths(static_cast<std::size_t>(count));
  for (Index& length : lengths) file >> length;
  const Matrix<float> weights = matrix(file, 4 * hidden, inputs + hidden);
  const Vector<float> bias = matrix(file, 4 * hidden, 1).col(0);
  const Matrix<float> x = matrix(file, count * steps, inputs);
  const Matrix<float> factors = matrix(file, count * steps, hidden);
  if (!file) {
    std::cerr << "lstm_gradients: cannot read " << argv[1] << "\n";
    return 3;
  }
  const Sequences sequences(lengths, steps);
  const MatrixProduct<float> product{View<const float>(weights)};
  const Lstm<float> lstm({inputs, hidden});
  LstmTape<float> tape;
  Matrix<float> y(count * steps, hidden), grad_x(count * steps, inputs);
  LayerParameters<float> gradient{Matrix<float>::Zero(4 * hidden, inputs + hidden), Vector<float>::Zero(4 * hidden)};
  lstm.forward(x, sequences, product, bias, y, &tape);
  lstm.backward(sequences, product, tape, factors, grad_x, gradient);
  print(y);
  print(grad_x);
  print(gradient.weights);
  print(Matrix<float>(gradient.bias));
}
