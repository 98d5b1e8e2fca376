#pragma once
// What travels between the modules of a simulated accelerator.

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <systemc>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Which input vector something belongs to.
struct VectorName {
  std::uint32_t image = 0;  ///< number in the data set of the image or sequence
  Index position = 0;       ///< of a convolution, or time step
  Index row = 0;            ///< of the layer's outputs, for whoever collects them
  Index lane = 0;           ///< which of the sequences that run in turn
};

/// A bundle of wires: what a module shows to those after it from one clock edge on. `values` are the sender's own
/// registers, which it keeps until it shows the next ones; a receiver that needs them longer keeps a copy.
template <class T>
struct Bundle {
  std::uint64_t number = 0;  ///< of transfers so far: equal values that are sent twice are two transfers
  VectorName vector{};
  int read = 0;       ///< digit of the vector
  Index first = 0;    ///< place of the first value among those of the whole
  bool last = false;  ///< whether the whole ends with these values
  std::span<const T> values{};
  T front = 0;  ///< the first of the values, for traces

  friend bool operator==(const Bundle& a, const Bundle& b) { return a.number == b.number; }
  friend std::ostream& operator<<(std::ostream& out, const Bundle& bundle) { return out << bundle.number; }
  friend void sc_trace(sc_core::sc_trace_file* file, const Bundle& bundle, const std::string& name) {
    sc_core::sc_trace(file, bundle.number, name + ".valid");
    sc_core::sc_trace(file, bundle.front, name + ".value");
  }
};

template <class T>
using Wires = sc_core::sc_signal<Bundle<T>>;
template <class T>
using WiresIn = sc_core::sc_in<Bundle<T>>;
template <class T>
using WiresOut = sc_core::sc_out<Bundle<T>>;

}  // namespace ohmcarlo
