#pragma once
// What the modules of a simulated accelerator share: the clock, and the record of when they are busy.

#include <string>

#include "simulator/activity.hpp"
#include "simulator/wires.hpp"

namespace ohmcarlo {

/// A module that acts at clock edges. There is no clock signal: a module that has work waits for the edge at which it
/// goes on, and sleeps otherwise. One cycle is a nanosecond of SystemC's time, whatever the clock's frequency.
///
/// At an edge, what modules were waiting for happens first; what they then show is taken by the modules after them at
/// the same edge, as wires show a register's value as soon as it changes. So a value that is shown and taken at an edge
/// is used in the cycle that follows it.
class ClockedModule : public sc_core::sc_module {
 public:
  [[nodiscard]] const Activity& activity() const { return activity_; }
  /// Cycles in which pieces of the module were busy, added up over its pieces: a bank of converters counts conversions.
  [[nodiscard]] double work() const { return work_; }

  /// The cycle that begins now.
  [[nodiscard]] static Index now();

  /// From now on activity().periods() are kept.
  void keep_periods() { activity_ = Activity(true); }
  /// From now on a signal `busy` says when the module is busy. To be called before the simulation starts.
  void show_busy(sc_core::sc_trace_file* file);

 protected:
  explicit ClockedModule(const sc_core::sc_module_name& name);

  /// The edge `cycles` after this one.
  [[nodiscard]] static sc_core::sc_time after(Index cycles) { return {static_cast<double>(cycles), sc_core::SC_NS}; }
  /// The module is busy from now on for `cycles`, with so many of its pieces at a time.
  void occupy(Index cycles, double pieces = 1);
  /// Counts cycles of single pieces while the module is busy.
  void add_work(Index cycles) { work_ += static_cast<double>(cycles); }

  /// Calls act() at the edge `cycles` after this one; until then is_due() is false.
  void wait_for(Index cycles) {
    waiting_ = true;
    due_ = now() + cycles;
    edge_.cancel();  // a call at this edge that wake() asked for is made already
    edge_.notify(after(cycles));
  }
  /// Whether this is the edge that wait_for() asked for; true once.
  [[nodiscard]] bool is_due() {
    if (!waiting_ || due_ != now()) return false;
    waiting_ = false;
    return true;
  }
  [[nodiscard]] bool is_waiting() const { return waiting_; }
  [[nodiscard]] const sc_core::sc_event& edge() const { return edge_; }
  /// Calls act() once more at this edge, unless it waits for one already.
  void wake() {
    if (!waiting_) edge_.notify(sc_core::SC_ZERO_TIME);
  }

  template <class T>
  void show(WiresOut<T>& wires, Bundle<T> bundle) {
    bundle.number = ++shown_;
    bundle.front = bundle.values.empty() ? T(0) : bundle.values.front();
    wires.write(bundle);
  }

 private:
  SC_HAS_PROCESS(ClockedModule);
  void end_busy();

  Activity activity_{false};
  double work_ = 0;
  sc_core::sc_event edge_{"edge"};
  bool waiting_ = false;
  Index due_ = 0;
  std::uint64_t shown_ = 0;
  bool shows_busy_ = false;
  Index busy_until_ = 0;
  sc_core::sc_signal<bool, sc_core::SC_UNCHECKED_WRITERS> busy_{"busy"};
  sc_core::sc_event_queue idle_{"idle"};
};

}  // namespace ohmcarlo
