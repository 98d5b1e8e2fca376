#pragma once
// The circuit of an array for SPICE, to check or extend it by other means.

#include <string>

#include "crossbar/wires.hpp"

namespace ohmcarlo {

/// The circuit that WiredArray solves, with conductances [rows, columns] in siemens and one input of voltages [1, rows]
/// in volts. `ngspice -b` prints one line "i(vsense<column>) = <amperes>" a column. Cells that do not conduct are left
/// out; what 0 ohm connects is one node. Throws std::logic_error as WiredArray does.
[[nodiscard]] std::string spice_netlist(View<const double> conductances, View<const double> voltages,
                                        const WireOptions& wires);

}  // namespace ohmcarlo
