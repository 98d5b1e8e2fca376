#include "schedule/worker.hpp"

#include <chrono>
#include <deque>
#include <optional>
#include <thread>

#include "base/signals.hpp"
#include "schedule/failure.hpp"

namespace ohmcarlo {
namespace {

constexpr double kReportSeconds = 1;     ///< finished units wait at most this long to be reported
constexpr double kListenSeconds = 2e-3;  ///< between two looks at the line while computing
constexpr auto kWorkerSleep = std::chrono::microseconds(500);

class Worker {
 public:
  Worker(WorkerPort& port, const Tasks& tasks, const Clock& clock) : port_(port), tasks_(tasks), clock_(clock) {}

  int run() {
    for (;;) {
      listen();
      if (finished_) return *finished_;
      if (items_.empty()) {
        std::this_thread::sleep_for(kWorkerSleep);
        continue;
      }
      const Message item = std::move(items_.front());
      items_.pop_front();
      abandoned_ = false;
      draining_ = false;
      carry_out(item);
    }
  }

 private:
  void listen() {
    Message message;
    while (port_.poll(message)) {
      if (message.kind == MessageKind::finish) {
        finished_ = static_cast<int>(message.number);
        abandoned_ = true;
      } else if (message.kind == MessageKind::drain || message.kind == MessageKind::abandon) {
        for (std::size_t i = 0; i < items_.size(); ++i) port_.send({MessageKind::idle, 0, {}, {}, {}});
        items_.clear();
        draining_ = true;
        abandoned_ = abandoned_ || message.kind == MessageKind::abandon;
      } else {
        items_.push_back(std::move(message));
      }
    }
    const StopRequest request = stop_requested();
    if (request > told_) {
      told_ = request;
      port_.send({MessageKind::signalled, static_cast<std::uint32_t>(request), {}, {}, {}});
    }
    heard_ = clock_();
  }

  /// What tasks call: stays in touch with the manager, throws when told to give up.
  void poll() {
    if (clock_() - heard_ < kListenSeconds) return;
    listen();
    if (abandoned_) throw Interrupted();
    report(kReportSeconds);
  }

  /// Sends finished units if the oldest has waited for `patience` seconds.
  void report(double patience) {
    if (done_.results.empty() || clock_() - oldest_ < patience) return;
    port_.send(done_);
    done_.results.clear();
  }

  void carry_out(const Message& item) {
    const Poll poll = [this] { this->poll(); };
    const Say say = [this](const std::string& line) { port_.send({MessageKind::note, 0, line, {}, {}}); };
    done_ = {MessageKind::units, item.number, {}, {}, {}};
    try {
      if (item.kind == MessageKind::train) {
        port_.send({MessageKind::model, item.number, tasks_.train(item.number, poll, say), {}, {}});
      } else {
        for (const std::uint32_t unit : item.units) {
          const double start = clock_();
          std::string payload = tasks_.evaluate(item.number, unit, poll);
          const double now = clock_();
          if (done_.results.empty()) oldest_ = now;
          done_.results.push_back({unit, now - start, std::move(payload)});
          this->poll();
          report(kReportSeconds);
          if (draining_) break;
        }
      }
    } catch (const Interrupted&) {
    } catch (const std::exception& error) {
      const Failure failure = failure_of(error);
      port_.send({MessageKind::failed, failure.type, failure.message, {}, {}});
    }
    report(0);
    port_.send({MessageKind::idle, 0, {}, {}, {}});
  }

  WorkerPort& port_;
  const Tasks& tasks_;
  const Clock& clock_;
  std::deque<Message> items_;
  Message done_;
  double oldest_ = 0, heard_ = 0;
  bool draining_ = false, abandoned_ = false;
  std::optional<int> finished_;
  StopRequest told_ = StopRequest::none;
};

}  // namespace

int work(WorkerPort& port, const Tasks& tasks, const Clock& clock) {
  return Worker(port, tasks, clock).run();
}

}  // namespace ohmcarlo
