// wired_currents [--netlist] FILE: the currents of an array, one line an input and 17 digits a number, or the circuit
// of its first input for SPICE. FILE holds numbers: rows, columns, inputs; row, column, driver, sense ohm; 1 if driven
// from both ends, else 0; conductances row by row; voltages input by input.

#include <fstream>
#include <iostream>
#include <string>

#include <fmt/format.h>

#include "crossbar/netlist.hpp"

int main(int argc, char** argv) {
  using namespace ohmcarlo;
  const bool netlist = argc == 3 && std::string(argv[1]) == "--netlist";
  if (argc != 2 && !netlist) {
    std::cerr << "usage: wired_currents [--netlist] FILE\n";
    return 2;
  }
  std::ifstream file(argv[argc - 1]);
  Index rows = 0, columns = 0, inputs = 0;
  WireOptions wires;
  file >> rows >> columns >> inputs >> wires.row_ohm >> wires.column_ohm >> wires.driver_ohm >> wires.sense_ohm >>
      wires.both_ends;
  Matrix<double> conductances(rows, columns);
  for (double& x : conductances.reshaped<Eigen::RowMajor>()) file >> x;
  Matrix<double> voltages(inputs, rows);
  for (double& x : voltages.reshaped<Eigen::RowMajor>()) file >> x;
  if (!file) {
    std::cerr << "wired_currents: cannot read " << argv[argc - 1] << "\n";
    return 3;
  }
  if (netlist) {
    std::cout << spice_netlist(conductances, View<const double>(voltages).middle_rows(0, 1), wires);
    return 0;
  }
  const Matrix<double> currents = WiredArray(conductances, wires).currents(voltages);
  for (Index n = 0; n < inputs; ++n)
    for (Index j = 0; j < columns; ++j)
      std::cout << fmt::format("{:.17g}{}", currents(n, j), j + 1 < columns ? ' ' : '\n');
}
