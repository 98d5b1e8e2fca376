#include "schedule/worker.hpp"

#include <deque>

#include "base/error.hpp"
#include "base/signals.hpp"
#include "schedule/patience.hpp"

namespace ohmcarlo {
namespace {

constexpr double kReportSeconds = 1;                     ///< finished units wait at most this long to be reported
constexpr double kListenSeconds = 2e-3;                  ///< between two looks at the line while computing
constexpr Patience::Duration kLongestWorkerSleep(5000);  ///< of one that is idle: many may share a processor

class Worker {
  using Held = std::variant<Brief, TrainModel, EvaluateUnits>;

 public:
  Worker(WorkerPort& port, const Tasks& tasks, const Clock& clock) : port_(port), tasks_(tasks), clock_(clock) {}

  int run() {
    for (;;) {
      listen();
      if (status_) return *status_;
      if (items_.empty()) {
        patience_.sleep();
        continue;
      }
      patience_.end();
      const Held next = std::move(items_.front());
      items_.pop_front();
      std::visit([&](const auto& what) { take_up(what); }, next);
    }
  }

 private:
  void listen() {
    while (const std::optional<Order> order = port_.next_order())
      std::visit([&](const auto& what) { obey(what); }, *order);
    const StopRequest request = stop_requested();
    if (request > told_) {
      told_ = request;
      port_.send_report(Signalled{request});
    }
    heard_ = clock_();
  }

  void obey(const Brief& brief) {
    if (items_.empty() && !busy_)
      take_up(brief);
    else
      items_.emplace_back(brief);  // what is at hand goes by what was learned before
  }
  void obey(const TrainModel& item) { items_.emplace_back(item); }
  void obey(const EvaluateUnits& item) { items_.emplace_back(item); }
  void obey(const Drain&) {
    for (const Held& held : items_)
      if (!std::holds_alternative<Brief>(held)) port_.send_report(ItemFinished{});
    items_.clear();
    draining_ = true;
  }
  void obey(const Abandon&) {
    obey(Drain{});
    abandoned_ = true;
  }
  void obey(const Leave& leave) {
    status_ = leave.status;
    abandoned_ = true;
  }

  /// What tasks call: stays in touch with the manager, throws when told to give up.
  void poll() {
    if (clock_() - heard_ < kListenSeconds) return;
    listen();
    if (abandoned_) throw Interrupted();
    report_units(kReportSeconds);
  }

  /// Sends finished units if the oldest has waited for `patience` seconds.
  void report_units(double patience) {
    if (done_.results.empty() || clock_() - oldest_ < patience) return;
    port_.send_report(done_);
    done_.results.clear();
  }

  void take_up(const Brief& brief) {
    try {
      require(tasks_.learn != nullptr, "whoever is told something can learn");
      tasks_.learn(brief.payload);
    } catch (const std::exception& error) {
      port_.send_report(failure_of(error));
    }
  }

  template <class WorkItem>
  void take_up(const WorkItem& item) {
    abandoned_ = false;
    draining_ = false;
    busy_ = true;
    try {
      perform(item);
    } catch (const Interrupted&) {
    } catch (const std::exception& error) {
      port_.send_report(failure_of(error));
    }
    busy_ = false;
    report_units(0);
    port_.send_report(ItemFinished{});
  }

  void perform(const TrainModel& item) {
    const Say say = [this](const std::string& line) { port_.send_report(Note{line}); };
    port_.send_report(ModelTrained{item.model, tasks_.train(
                                                   item.model, [this] { poll(); }, say)});
  }

  void perform(const EvaluateUnits& item) {
    const Poll poll_manager = [this] { poll(); };
    done_ = {item.lot, {}};
    for (const std::uint32_t unit : item.units) {
      const double start = clock_();
      std::string payload = tasks_.evaluate(item.lot, unit, poll_manager);
      const double now = clock_();
      if (done_.results.empty()) oldest_ = now;
      done_.results.push_back({unit, now - start, std::move(payload)});
      poll();
      report_units(kReportSeconds);
      if (draining_) break;
    }
  }

  WorkerPort& port_;
  const Tasks& tasks_;
  const Clock& clock_;
  std::deque<Held> items_;
  UnitsEvaluated done_;  ///< not reported yet
  double oldest_ = 0, heard_ = 0;
  bool draining_ = false, abandoned_ = false, busy_ = false;
  std::optional<int> status_;  ///< the manager has ordered to leave with it
  StopRequest told_ = StopRequest::none;
  Patience patience_{kLongestWorkerSleep};
};

}  // namespace

int run_worker(WorkerPort& port, const Tasks& tasks, const Clock& clock) {
  return Worker(port, tasks, clock).run();
}

}  // namespace ohmcarlo
