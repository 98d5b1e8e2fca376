#pragma once
// A job in one process: the manager with workers that are threads, lines in memory, and tasks that only take time.

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <typeinfo>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "schedule/manager.hpp"
#include "schedule/ports.hpp"
#include "schedule/worker.hpp"

namespace ohmcarlo::test {

/// Lines in memory to `count` workers.
class Lines final : public WorkerHub {
 public:
  explicit Lines(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) lines_.push_back(std::make_unique<LocalLine>());
  }
  [[nodiscard]] std::size_t workers() const override { return lines_.size(); }
  [[nodiscard]] std::optional<WorkerReport> next_report() override {
    for (std::size_t worker = 0; worker < lines_.size(); ++worker)
      if (std::optional<Report> report = lines_[worker]->next_report()) return WorkerReport{worker, std::move(*report)};
    return std::nullopt;
  }
  void send_order(std::size_t worker, const Order& order) override { lines_[worker]->send_order(order); }
  LocalLine& line(std::size_t worker) { return *lines_[worker]; }

 private:
  std::vector<std::unique_ptr<LocalLine>> lines_;
};

using Unit = std::pair<std::uint32_t, std::uint32_t>;  // lot and unit

inline constexpr int kStatus = 42;  // that all workers are dismissed with

/// What failed the job, "" if nothing did.
inline std::string message_of(const Outcome& outcome) {
  return outcome.failure ? outcome.failure->message : "";
}

/// The type of the exception that failed the job.
inline const std::type_info& type_of(const Outcome& outcome) {
  if (!outcome.failure) return typeid(void);
  try {
    outcome.failure->raise();
  } catch (const std::exception& error) {
    return typeid(error);
  }
}

/// Runs a job on `workers` threads and keeps what the manager saw.
struct Job {
  Work work;
  std::vector<Work> later;  ///< for the same workers, one after the other, each if the one before is done
  Tasks tasks;
  Limits limits;
  Clock clock = steady_clock();
  std::function<StopRequest()> stop = [] { return StopRequest::none; };
  std::function<void(const WorkQueue&)> tick = [](const WorkQueue&) {};
  std::function<void(const Unit&)> seen = [](const Unit&) {};
  std::function<std::vector<LotNeed>(const Unit&)> needs = [](const Unit&) { return std::vector<LotNeed>(); };
  std::function<std::string(const EvaluateUnits&)> brief = {};

  Outcome outcome;
  double seconds = 0;
  std::map<std::uint32_t, int> models;
  std::vector<std::string> notes;  ///< in the order they came
  std::map<Unit, int> units;
  std::vector<int> left_with;  ///< the number that each worker left with

  void run(std::size_t workers) {
    Lines lines(workers);
    left_with.assign(workers, -1);
    std::vector<std::thread> crew;
    for (std::size_t i = 0; i < workers; ++i)
      crew.emplace_back([&, i] { left_with[i] = run_worker(lines.line(i), tasks, clock); });
    const Observer observer{
        [&](std::uint32_t model, const std::string& payload) {
          EXPECT_EQ(payload, "model " + std::to_string(model));
          ++models[model];
        },
        [&](std::uint32_t lot, const UnitResult& result) {
          EXPECT_EQ(result.payload, std::to_string(lot) + "/" + std::to_string(result.unit));
          EXPECT_GE(result.seconds, 0);
          ++units[{lot, result.unit}];
          seen({lot, result.unit});
          return needs({lot, result.unit});
        },
        [&](const std::string& line) { notes.push_back(line); },
        [&](const WorkQueue& queue) { tick(queue); },
        brief,
    };
    const auto start = std::chrono::steady_clock::now();
    outcome = manage(lines, work, observer, limits, clock, stop);
    for (const Work& next : later)
      if (outcome.ending == Ending::done) outcome = manage(lines, next, observer, limits, clock, stop);
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    dismiss(lines, kStatus);
    for (std::thread& worker : crew) worker.join();
  }
};

/// Polls until these seconds are over, once at least.
inline void pass_time(double seconds, const Poll& poll) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  do {
    poll();
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  } while (std::chrono::steady_clock::now() < end);
}

/// Tasks that take these seconds and give the payloads that a Job wants.
inline Tasks tasks_of(double training_seconds, double unit_seconds) {
  return {[=](std::uint32_t model, const Poll& poll, const Say& say) {
            say("training " + std::to_string(model));
            pass_time(training_seconds, poll);
            return "model " + std::to_string(model);
          },
          [=](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
            pass_time(unit_seconds, poll);
            return std::to_string(lot) + "/" + std::to_string(unit);
          }};
}

/// 0, 1, ... count - 1.
inline std::vector<std::uint32_t> up_to(std::uint32_t count) {
  std::vector<std::uint32_t> list(count);
  std::iota(list.begin(), list.end(), 0U);
  return list;
}

}  // namespace ohmcarlo::test
