#pragma once
// The worker's side: take items, do them, report. The same loop in another rank and in the manager's second thread.

#include <optional>

#include "base/clock.hpp"
#include "schedule/message.hpp"
#include "schedule/work.hpp"

namespace ohmcarlo {

/// A worker's line to the manager.
class WorkerPort {
 public:
  WorkerPort() = default;
  WorkerPort(const WorkerPort&) = delete;
  WorkerPort& operator=(const WorkerPort&) = delete;
  virtual ~WorkerPort() = default;
  /// The next order, if one has come.
  [[nodiscard]] virtual std::optional<Order> next_order() = 0;
  virtual void send_report(const Report& report) = 0;
};

/// Works until the manager orders to leave; returns the status that came with that. Finished units are reported at most
/// a second after they are done. An exception of a task is reported and ends the item, not the loop.
int run_worker(WorkerPort& port, const Tasks& tasks, const Clock& clock);

}  // namespace ohmcarlo
