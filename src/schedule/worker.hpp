#pragma once
// The worker's side: take items, do them, report. The same loop in another rank and in the manager's second thread.

#include "base/clock.hpp"
#include "schedule/work.hpp"

namespace ohmcarlo {

/// A worker's line to the manager.
class WorkerPort {
 public:
  WorkerPort() = default;
  WorkerPort(const WorkerPort&) = delete;
  WorkerPort& operator=(const WorkerPort&) = delete;
  virtual ~WorkerPort() = default;
  /// The next message, if one has come.
  virtual bool poll(Message& message) = 0;
  virtual void send(const Message& message) = 0;
};

/// Works until the manager says finish; returns the number that it sent. Finished units are reported at most a second
/// after they are done. An exception of a task is reported and ends the item, not the loop.
int work(WorkerPort& port, const Tasks& tasks, const Clock& clock);

}  // namespace ohmcarlo
