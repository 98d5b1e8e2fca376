#include "crossbar/wires.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/Cholesky>

namespace ohmcarlo {
namespace {

using Dense = Eigen::MatrixXd;  // column-major, as Eigen's factorisation and triangular solutions like it
using Eigen::VectorXd;

/// A wire along the cells of one row or column: a segment before each cell (row) or after each cell (column), its
/// terminal beyond the outermost segment, or one at either end.
struct Wire {
  double segment_ohm = 0, terminal_ohm = 0;
  bool both_ends = false;

  [[nodiscard]] double end_ohm() const { return segment_ohm + terminal_ohm; }
};

/// The conductance seen through a resistance, with no division by the resistance.
double behind(double ohm, double siemens) {
  return siemens / (1 + ohm * siemens);
}

/// One row seen from its cells' other sides, the bit lines: current into column j = drive[j] * volts of the source
/// - sum over k of load(j, k) * volts of bit line k.
struct Row {
  VectorXd drive;
  Dense load;

  /// Every term is positive: nothing cancels, however small the resistances or the conductances.
  template <class Cells>
  Row(const Cells& g, const Wire& wire) : drive(g), load(g.asDiagonal()) {
    if (wire.end_ohm() == 0) return;
    const Index n = g.size();
    const double r = wire.segment_ohm;
    VectorXd before(n), after(n);  // conductance to ground of the wire on either side of a cell, bit lines grounded
    before[0] = 1 / wire.end_ohm();
    after[n - 1] = wire.both_ends ? 1 / wire.end_ohm() : 0;
    for (Index j = 1; j < n; ++j) before[j] = behind(r, before[j - 1] + g[j - 1]);
    for (Index j = n - 2; j >= 0; --j) after[j] = behind(r, after[j + 1] + g[j + 1]);

    VectorXd volts = VectorXd::Zero(n);  // along the wire, for a source of 1 V
    double from_first = 1 / (1 + wire.end_ohm() * (g[0] + after[0]));
    for (Index j = 0; j < n; ++j) {
      if (j > 0) from_first /= 1 + r * (g[j] + after[j]);
      volts[j] += from_first;
    }
    double from_last = wire.both_ends ? 1 / (1 + wire.end_ohm() * (g[n - 1] + before[n - 1])) : 0;
    for (Index j = n - 1; j >= 0; --j) {
      if (j < n - 1) from_last /= 1 + r * (g[j] + before[j]);
      volts[j] += from_last;
    }
    drive = drive.cwiseProduct(volts);

    VectorXd spread(n);  // volts at cell k for 1 V on each bit line j < k in turn
    for (Index k = 0; k < n; ++k) {
      const double wires = before[k] + after[k];
      spread.head(k) /= 1 + r * (g[k] + after[k]);
      load.col(k).head(k) = -g[k] * spread.head(k);
      load.row(k).head(k) = load.col(k).head(k).transpose();
      load(k, k) = g[k] * (wires / (g[k] + wires));
      spread[k] = g[k] / (g[k] + wires);
    }
  }
};

/// Currents out of the terminals after the last row for 1 V on each row: [rows, columns].
///
/// Goes down the columns and keeps the Norton equivalent of all rows so far: the admittance Y between the bit lines and
/// their short-circuit currents for each source. A row adds its own; a resistance r in every bit line turns both into
/// (1 + r Y)^-1 times themselves. Rows are gathered in groups: state = [Y | T | N], where N holds the currents of the
/// group's own rows and T what becomes of currents from before the group (absent in the first). With a single group the
/// work would grow with rows^2; without groups every row would have to keep a matrix.
Matrix<double> to_last_row(const Matrix<double>& g, const Wire& row_wire, const Wire& column_wire) {
  const Index rows = g.rows();
  const Index columns = g.cols();
  struct Group {
    Index first_row = 0;
    Dense state;
  };
  const Index capacity = columns + std::max<Index>(columns / 4, 16);
  std::vector<Group> done;
  Group group{0, Dense(columns, columns + capacity)};
  Index used = columns;
  auto& state = group.state;
  auto y = state.leftCols(columns);
  state.setZero();
  if (column_wire.both_ends && column_wire.end_ohm() > 0) y.diagonal().setConstant(1 / column_wire.end_ohm());
  Dense system(columns, columns);
  for (Index i = 0; i < rows; ++i) {
    if (used == state.cols()) {
      done.push_back({group.first_row, state.rightCols(capacity)});
      group.first_row = i;
      state.middleCols(columns, columns).setIdentity();
      used = 2 * columns;
    }
    const Row row(g.row(i).transpose(), row_wire);
    y += row.load;
    state.col(used++) = row.drive;
    const double ohm = i + 1 < rows ? column_wire.segment_ohm : column_wire.end_ohm();
    if (ohm > 0) {
      system = ohm * y;
      system.diagonal().array() += 1;
      const Eigen::LLT<Eigen::Ref<Dense>> factor(system);
      factor.solveInPlace(state.leftCols(used));
    }
  }

  Matrix<double> result(rows, columns);
  const auto store = [&](Index first, Index end, const auto& currents) {
    result.middleRows(first, end - first) = currents.rightCols(end - first).transpose();
  };
  store(group.first_row, rows, state.leftCols(used));
  Dense after = state.middleCols(columns, columns);  // what becomes of currents from before the group
  for (Index end = group.first_row; !done.empty(); done.pop_back()) {
    const Group& earlier = done.back();
    const Dense currents = after * earlier.state;
    store(earlier.first_row, end, currents);
    after = currents.leftCols(columns);
    end = earlier.first_row;
  }
  return result;
}

/// The circuit is reciprocal: the current at a sense for 1 V at a driver is the current at that driver for 1 V at the
/// sense. So a wide array may be solved as a tall one whose rows are the columns from their senses upwards.
Matrix<double> turned(const Matrix<double>& g, const WireOptions& wires) {
  const Wire along{wires.column_ohm, wires.sense_ohm, false};
  const Wire down{wires.row_ohm, wires.driver_ohm, wires.both_ends};
  const Matrix<double> columns = g.transpose().rowwise().reverse();  // nearest to the sense first
  Matrix<double> result = to_last_row(columns.colwise().reverse(), along, down).colwise().reverse();
  if (down.both_ends && down.end_ohm() > 0) result += to_last_row(columns, along, down);
  return result.rowwise().reverse().transpose();
}

Matrix<double> solve(const Matrix<double>& g, const WireOptions& wires) {
  check_circuit(g, wires);
  if (wires.ideal()) return g;
  if (g.cols() > g.rows()) return turned(g, wires);
  return to_last_row(g, {wires.row_ohm, wires.driver_ohm, wires.both_ends}, {wires.column_ohm, wires.sense_ohm, false});
}

}  // namespace

void check_circuit(View<const double> conductances, const WireOptions& wires) {
  for (const double ohm : {wires.row_ohm, wires.column_ohm, wires.driver_ohm, wires.sense_ohm})
    require(std::isfinite(ohm) && ohm >= 0, "the resistance of a wire is finite and >= 0");
  const auto g = conductances.map();
  require(g.size() > 0 && g.allFinite() && g.minCoeff() >= 0, "the conductances of an array are finite and >= 0");
}

WiredArray::WiredArray(View<const double> conductances, const WireOptions& wires)
    : effective_(solve(conductances.map(), wires)) {}

WiredArray::WiredArray(View<const float> conductances, const WireOptions& wires)
    : effective_(solve(conductances.map().cast<double>(), wires)) {}

Matrix<double> WiredArray::currents(View<const double> voltages) const {
  require(voltages.cols == effective_.rows(), "an input has one voltage a row");
  Matrix<double> result = Matrix<double>::Zero(voltages.rows, effective_.cols());
  // One by one and in the order of the rows: the bits of a matrix product depend on its shape.
  for (Index n = 0; n < voltages.rows; ++n)
    for (Index i = 0; i < voltages.cols; ++i)
      if (voltages(n, i) != 0) result.row(n) += voltages(n, i) * effective_.row(i);
  return result;
}

}  // namespace ohmcarlo
