#include "crossbar/netlist.hpp"

#include <iterator>

#include <fmt/format.h>

namespace ohmcarlo {
namespace {

/// Names of nodes: what 0 ohm connects has one name. Numbers are of rows and columns, from 0.
struct Nodes {
  const WireOptions& wires;

  [[nodiscard]] std::string source(Index i) const { return fmt::format("in{}", i); }
  [[nodiscard]] std::string driver(Index i) const { return wires.driver_ohm > 0 ? fmt::format("drv{}", i) : source(i); }
  /// The wire's end beyond the last cell of a row that is driven from both ends.
  [[nodiscard]] std::string far_driver(Index i) const {
    return wires.driver_ohm > 0 && wires.row_ohm > 0 ? fmt::format("far{}", i) : driver(i);
  }
  [[nodiscard]] std::string word_line(Index i, Index j) const {
    return wires.row_ohm > 0 ? fmt::format("wl{}_{}", i, j) : driver(i);
  }
  [[nodiscard]] std::string bit_line(Index i, Index j) const {
    return wires.column_ohm > 0 ? fmt::format("bl{}_{}", i, j) : foot(j);
  }
  /// A column's end after the last row.
  [[nodiscard]] std::string foot(Index j) const { return fmt::format("foot{}", j); }
  [[nodiscard]] std::string sense(Index j) const { return wires.sense_ohm > 0 ? fmt::format("out{}", j) : foot(j); }
};

class Text {
 public:
  /// One line. A double is written with as many digits as it takes to read the same one back.
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  void resistor(const std::string& name, const std::string& from, const std::string& to, double ohm) {
    if (from != to) line("R{} {} {} {}", name, from, to, ohm);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

std::string spice_netlist(View<const double> conductances, View<const double> voltages, const WireOptions& wires) {
  check_circuit(conductances, wires);
  require(voltages.rows == 1 && voltages.cols == conductances.rows, "an input has one voltage a row");
  const Index rows = conductances.rows;
  const Index columns = conductances.cols;
  const Nodes node{wires};
  Text out;
  out.line("Resistive crossbar: {} rows, {} columns", rows, columns);
  out.line("* ohm: row segment {}, column segment {}, driver {} (rows driven from {}), sense {}", wires.row_ohm,
           wires.column_ohm, wires.driver_ohm, wires.both_ends ? "both ends" : "the side of column 0", wires.sense_ohm);
  out.line(
      "* Nodes: in = source, drv and far = behind the driver, wl<row>_<column> and bl<row>_<column> = word and bit");
  out.line("* line at a cell, foot = end of a column, out = at virtual ground. Resistors in ohm, sources in volts.");

  for (Index i = 0; i < rows; ++i) {
    out.line("Vin{} {} 0 {}", i, node.source(i), voltages(0, i));
    out.resistor(fmt::format("drv{}", i), node.source(i), node.driver(i), wires.driver_ohm);
    for (Index j = 0; j < columns; ++j) {
      out.resistor(fmt::format("wl{}_{}", i, j), j == 0 ? node.driver(i) : node.word_line(i, j - 1),
                   node.word_line(i, j), wires.row_ohm);
    }
    if (wires.both_ends) {
      out.resistor(fmt::format("wl{}_{}", i, columns), node.word_line(i, columns - 1), node.far_driver(i),
                   wires.row_ohm);
      out.resistor(fmt::format("far{}", i), node.far_driver(i), node.source(i), wires.driver_ohm);
    }
  }
  out.line("* Cells, named by row and column");
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      if (conductances(i, j) == 0) continue;
      out.resistor(fmt::format("cell{}_{}", i, j), node.word_line(i, j), node.bit_line(i, j), 1 / conductances(i, j));
    }
  }
  out.line("* Columns; the current through the source Vsense, in amperes, is the current of the column");
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i) {
      out.resistor(fmt::format("bl{}_{}", i, j), node.bit_line(i, j),
                   i + 1 < rows ? node.bit_line(i + 1, j) : node.foot(j), wires.column_ohm);
    }
    out.resistor(fmt::format("sense{}", j), node.foot(j), node.sense(j), wires.sense_ohm);
    out.line("Vsense{} {} 0 0", j, node.sense(j));
  }
  out.line(".op\n.control\nset numdgt=16\nrun");
  for (Index j = 0; j < columns; ++j) out.line("print i(vsense{})", j);
  out.line("quit\n.endc\n.end");
  return out.text();
}

}  // namespace ohmcarlo
