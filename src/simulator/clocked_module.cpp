#include "simulator/clocked_module.hpp"

namespace ohmcarlo {

ClockedModule::ClockedModule(const sc_core::sc_module_name& name) : sc_module(name) {
  SC_METHOD(end_busy);
  sensitive << idle_;
  dont_initialize();
}

Index ClockedModule::now() {
  return static_cast<Index>(sc_core::sc_time_stamp() / sc_core::sc_time(1, sc_core::SC_NS) + 0.5);
}

void ClockedModule::show_busy(sc_core::sc_trace_file* file) {
  shows_busy_ = true;
  sc_core::sc_trace(file, busy_, std::string(name()) + ".busy");
}

void ClockedModule::occupy(Index cycles, double pieces) {
  work_ += static_cast<double>(cycles) * pieces;
  activity_.add(now(), now() + cycles);
  if (!shows_busy_ || cycles == 0) return;
  busy_until_ = std::max(busy_until_, now() + cycles);
  busy_.write(true);
  idle_.notify(after(cycles));
}

void ClockedModule::end_busy() {
  if (now() >= busy_until_) busy_.write(false);
}

}  // namespace ohmcarlo
