#pragma once
// What the wires of one array do to its currents: a direct solution of the nodal equations.

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Resistances in ohm, finite and >= 0; 0 is a perfect connection, not a tiny resistance.
/// A row: driver - driver_ohm - segment - cell of column 0 - segment - cell of column 1 ... and, driven from both ends,
/// after the last cell another segment, driver_ohm and the same driver. A column: one segment after the cell of every
/// row, then sense_ohm to virtual ground after the last row.
struct WireOptions {
  double row_ohm = 0, column_ohm = 0;  ///< of one segment
  double driver_ohm = 0;
  double sense_ohm = 0;
  bool both_ends = false;

  /// True if the currents are the plain products of voltages and conductances.
  [[nodiscard]] bool ideal() const { return row_ohm == 0 && column_ohm == 0 && driver_ohm == 0 && sense_ohm == 0; }
};

/// Throws std::logic_error unless the array has cells, all of them and all resistances in their ranges.
void check_circuit(View<const double> conductances, const WireOptions& wires);

/// An array of resistors between wires that resist. It is linear, so the wires amount to other conductances.
class WiredArray {
 public:
  /// conductances [rows, columns] in siemens, finite and >= 0. Solves the circuit once for all inputs: about
  /// 5 * rows * columns * min(rows, columns)^2 floating-point operations. Throws std::logic_error for values outside
  /// their range.
  WiredArray(View<const double> conductances, const WireOptions& wires);
  WiredArray(View<const float> conductances, const WireOptions& wires);

  /// Siemens [rows, columns]: currents = voltages * effective().
  [[nodiscard]] const Matrix<double>& effective() const { return effective_; }

  /// The currents into the senses, in amperes [n, columns], of n inputs voltages [n, rows] in volts. Every input gets
  /// bits that do not depend on its neighbours. Throws std::logic_error if the sizes do not fit.
  [[nodiscard]] Matrix<double> currents(View<const double> voltages) const;

 private:
  Matrix<double> effective_;
};

}  // namespace ohmcarlo
