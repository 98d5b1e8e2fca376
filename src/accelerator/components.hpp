#pragma once
// The modules that an accelerator is built of, and what one piece of each draws and occupies.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ohmcarlo {

/// A kind of module.
enum class Component : std::uint8_t {
  adc,               ///< a converter
  dac,               ///< the driver of one row of one array
  sample_and_hold,   ///< of one column that is converted
  crossbar,          ///< the cells of one array
  shift_add,         ///< behind the converters of one array
  adder_tree,        ///< one adder of the trees that add up row tiles
  input_buffer,      ///< of one processing element
  output_buffer,     ///< of one processing element
  activation_table,  ///< one table of sigmoid or tanh
  element_wise,      ///< one unit of products and sums of an LSTM's cells
  rectifier,         ///< one unit that replaces what is negative
};
inline constexpr std::size_t kComponents = 11;

/// How files and tables call a component.
struct ComponentWord {
  std::string_view name;  ///< "adc"
  std::string_view unit;  ///< what power and area are of: "converter"
};

/// The words of all components, in the order of Component.
[[nodiscard]] const std::array<ComponentWord, kComponents>& component_words();

/// What one piece of a component draws and occupies.
struct ComponentCost {
  double power_mw = 0;  ///< while it is busy, milliwatts, 0 or more
  double area_mm2 = 0;  ///< square millimetres, 0 or more
};

/// What all components draw and occupy.
struct ComponentTable {
  std::array<ComponentCost, kComponents> costs{};
  double read_ns = 100;  ///< how long the cells of an array are read, nanoseconds, above 0

  [[nodiscard]] const ComponentCost& of(Component component) const {
    return costs[static_cast<std::size_t>(component)];
  }
};

/// A table that the program knows by its word.
struct NamedComponentTable {
  std::string_view word;
  ComponentTable table;
};

/// "32nm": ISAAC's modules (Shafiee et al., ISCA 2016) as the LSTM accelerator's table 4 quotes them, with an output
/// buffer of 256 bytes; its crossbar is that of 128 x 128 cells. "130nm": those of XB-SIM*. Neither has an adder of a
/// tree, an element-wise unit or a table of sigmoid and tanh: the shift-add stands in for the first two, the rectifier
/// for the third.
[[nodiscard]] const std::vector<NamedComponentTable>& component_tables();

/// A table from a file: the line "name, unit, power_mW, area_mm2, cycles_or_ns", then one line for each component, in
/// any order; # begins a comment. The last column of the crossbar is the time of a read in nanoseconds; all other
/// modules take one cycle for a piece of work, and theirs is 1. Throws BadData that names file and line for a component
/// that is unknown, missing or there twice, for another unit than component_words() says, and for what is no number or
/// below 0.
[[nodiscard]] ComponentTable read_component_table(const std::string& path);

}  // namespace ohmcarlo
