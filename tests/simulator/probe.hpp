#pragma once
// What single modules show, seen from outside.

#include <vector>

#include "simulator/systemc_session.hpp"

namespace ohmcarlo {

/// Writes down what appears on wires.
template <class T>
class Probe final : public sc_core::sc_module {
 public:
  struct Seen {
    Index cycle;
    Bundle<T> bundle;  ///< its values are gone
    std::vector<T> values;
  };
  WiresIn<T> wires{"wires"};
  std::vector<Seen> seen;

  explicit Probe(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_METHOD(look);
    sensitive << wires;
    dont_initialize();
  }
  [[nodiscard]] std::vector<Index> cycles() const {
    std::vector<Index> all;
    for (const Seen& one : seen) all.push_back(one.cycle);
    return all;
  }

 private:
  SC_HAS_PROCESS(Probe);
  void look() {
    const Bundle<T>& bundle = wires.read();
    seen.push_back({ClockedModule::now(), bundle, {bundle.values.begin(), bundle.values.end()}});
  }
};

inline void start() {
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
}
/// What was written to wires reaches the modules, and what they show at once those after them; no time passes.
inline void settle() {
  for (int again = 0; again < 4; ++again) start();
}
inline void finish() {
  sc_core::sc_start();
}

}  // namespace ohmcarlo
