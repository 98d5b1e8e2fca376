#pragma once
// Everything that says how an accelerator around the arrays of a network is built: the table [accelerator].

#include <cstdint>

#include "accelerator/components.hpp"
#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// What modules draw that wait for work.
enum class IdleAccounting : std::uint8_t {
  none,       ///< nothing
  leakage,    ///< a share of their power
  always_on,  ///< their power
};

/// An accelerator in whose clock cycle every converter makes one conversion.
struct AcceleratorOptions {
  Index converters = 4;          ///< of an array, which share its columns, at least 1
  Index arrays_per_element = 4;  ///< of a processing element, which has one input and one output buffer, at least 1
  Index in_width = 32;           ///< values that the bus into an element moves in a cycle, at least 1
  Index out_width = 32;          ///< values that the bus out of an element moves in a cycle, at least 1
  Index units = 128;             ///< element-wise units of an LSTM layer, at least 1
  double clock = 1.28e9;         ///< hertz, above 0
  double read_time = 1e-7;       ///< seconds that the cells of an array are read, above 0
  ComponentTable components;     ///< what the modules draw and occupy
  IdleAccounting idle = IdleAccounting::none;
  double leakage = 0.1;  ///< `leakage`: the share of the power of a module that waits, 0 to 1
  Index interleave = 1;  ///< independent sequences whose steps an LSTM takes in turn, at least 1

  /// Seconds of a cycle.
  [[nodiscard]] double cycle_time() const { return 1 / clock; }
  /// Share of its power that a module draws while it waits, 0 to 1.
  [[nodiscard]] double idle_share() const;
};

}  // namespace ohmcarlo
