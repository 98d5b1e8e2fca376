// onnx_outputs MODEL INPUTS [STEPS]: what the network of an ONNX file gives in evaluation; 9 digits a number, one line
// a row. INPUTS holds numbers: rows, columns, then the inputs row by row. With STEPS, the rows are frames of sequences
// of so many steps, one sequence after the other. A file that is refused: its one line, and exit 3.

#include <cstdlib>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "exchange/onnx.hpp"

int main(int argc, char** argv) try {
  using namespace ohmcarlo;
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: onnx_outputs MODEL INPUTS [STEPS]\n";
    return 2;
  }
  const ImportedNetwork imported = read_onnx(argv[1]);
  std::ifstream file(argv[2]);
  Index rows = 0, cols = 0;
  file >> rows >> cols;
  Matrix<float> x(rows, cols);
  for (float& value : x.reshaped<Eigen::RowMajor>()) file >> value;
  if (!file || cols != imported.spec.inputs) {
    std::cerr << "onnx_outputs: " << argv[2] << " does not hold inputs of this network\n";
    return 2;
  }
  const Network<float> network(imported.spec);
  const Index steps = argc == 4 ? std::atoi(argv[3]) : 1;
  const Sequences sequences(std::vector<Index>(static_cast<std::size_t>(rows / steps), steps), steps);
  const MatrixPass<float> pass(imported.state.parameters, imported.state.normalisations.evaluated(), {}, {&sequences});
  Activations<float> activations;
  const View<const float> y = network.forward(x, pass.weights(), activations);
  for (Index i = 0; i < y.rows; ++i)
    for (Index j = 0; j < y.cols; ++j) std::cout << fmt::format("{:.9g}{}", y(i, j), j + 1 < y.cols ? ' ' : '\n');
  return 0;
} catch (const ohmcarlo::BadData& error) {
  std::cerr << error.what() << "\n";
  return 3;
}
