#pragma once
// The manager's side: hands out work, collects results, decides when to stop.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/signals.hpp"
#include "schedule/message.hpp"
#include "schedule/queue.hpp"

namespace ohmcarlo {

/// What a worker has reported.
struct WorkerReport {
  std::size_t worker = 0;
  Report report;
};

/// The manager's lines to all workers.
class WorkerHub {
 public:
  WorkerHub() = default;
  WorkerHub(const WorkerHub&) = delete;
  WorkerHub& operator=(const WorkerHub&) = delete;
  virtual ~WorkerHub() = default;
  [[nodiscard]] virtual std::size_t workers() const = 0;
  /// The next report of any worker, if one has come.
  [[nodiscard]] virtual std::optional<WorkerReport> next_report() = 0;
  virtual void send_order(std::size_t worker, const Order& order) = 0;
};

/// What the manager reports, in its own thread. A throwing observer (a full disk) fails the job.
struct Observer {
  std::function<void(std::uint32_t model, const std::string& payload)> on_model;
  /// Returns what has become known of any lots.
  std::function<std::vector<LotNeed>(std::uint32_t lot, const UnitResult& result)> on_unit;
  std::function<void(const std::string& line)> on_note;
  /// Called all the time; must be cheap when there is nothing to do.
  std::function<void(const WorkQueue& queue)> on_tick;
  /// What a worker has to learn right before these units, which it is handed now; none: nothing.
  std::function<std::string(const EvaluateUnits& units)> brief = {};
};

struct Limits {
  double stop_at = 0;            ///< clock time of the soft stop; 0: none
  double drain_seconds = 60;     ///< a soft stop waits so long for what is running
  double abandon_seconds = 0.2;  ///< a hard stop waits so long for workers to let go
  double failed_seconds = 10;    ///< after a failure, when nobody is in a hurry, it waits so long for them
};

/// How a job ended.
enum class Ending : std::uint8_t {
  done,     ///< nothing is left to do
  stopped,  ///< by a signal or the time limit, with work left
  failed,   ///< a task or the observer threw
};

struct Outcome {
  Ending ending = Ending::done;
  std::optional<Failure> failure;  ///< what was thrown first, if it failed
  bool asked_to_stop = false;      ///< a signal came or time was up, maybe too late to leave anything undone
  bool all_idle = true;            ///< no worker is still computing
};

/// Runs until all is done, a stop was requested, or something threw. Workers are idle but not finished afterwards: the
/// caller gives them further work by another call, or saves and dismisses them.
[[nodiscard]] Outcome manage(WorkerHub& hub, const Work& work, const Observer& observer, const Limits& limits,
                             const Clock& clock, const std::function<StopRequest()>& stop_requested);

/// Tells every worker to leave and to return `status`, a number that means something to the caller alone.
void dismiss(WorkerHub& hub, int status);

}  // namespace ohmcarlo
