// The manager with workers: threads, lines in memory, and tasks that only take time.

#include "schedule/manager.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "schedule/ports.hpp"
#include "schedule/worker.hpp"

namespace ohmcarlo::test {
namespace {

using ::testing::HasSubstr;

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

constexpr int kStatus = 42;  // that all workers are dismissed with

std::string message_of(const Outcome& outcome) {
  return outcome.failure ? outcome.failure->message : "";
}

/// The type of the exception that failed the job.
const std::type_info& type_of(const Outcome& outcome) {
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

void pass_time(double seconds, const Poll& poll) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  do {
    poll();
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  } while (std::chrono::steady_clock::now() < end);
}

Tasks tasks_of(double training_seconds, double unit_seconds) {
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

std::vector<std::uint32_t> up_to(std::uint32_t count) {
  std::vector<std::uint32_t> list(count);
  std::iota(list.begin(), list.end(), 0U);
  return list;
}

class Workers : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Workers, DoEveryUnitAndTrainingOnce) {
  Job job;
  job.work = {{false, true, false, true},
              {{0, up_to(9)}, {1, {2, 5, 11}}, {2, up_to(1)}, {2, {}}, {1, up_to(30)}, {0, {4}}}};
  job.tasks = tasks_of(5e-3, 2e-4);
  job.run(GetParam());
  EXPECT_EQ(job.outcome.ending, Ending::done) << message_of(job.outcome);
  EXPECT_FALSE(job.outcome.asked_to_stop);
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_EQ(job.models, (std::map<std::uint32_t, int>{{0, 1}, {2, 1}}));
  EXPECT_EQ(job.units.size(), job.work.units());
  for (const auto& [unit, times] : job.units) EXPECT_EQ(times, 1) << unit.first << "/" << unit.second;
  for (const int status : job.left_with) EXPECT_EQ(status, kStatus);
}

/// Tasks that take no time and keep what their worker learned last, and whether something was done without it.
struct Pupils {
  explicit Pupils(std::string brief) : wanted(std::move(brief)) {}

  [[nodiscard]] Tasks tasks() {
    const auto check = [this] {
      const std::scoped_lock lock(mutex);
      if (learned() != wanted) ++ignorant;
    };
    Tasks all = tasks_of(0, 1e-4);
    all.train = [check, train = all.train](std::uint32_t model, const Poll& poll, const Say& say) {
      check();
      return train(model, poll, say);
    };
    all.evaluate = [check, evaluate = all.evaluate](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
      check();
      return evaluate(lot, unit, poll);
    };
    all.learn = [this](const std::string& brief) {
      learned() = brief;
      ++lessons;
    };
    return all;
  }
  /// One a thread, so one a worker.
  static std::string& learned() {
    thread_local std::string brief;
    return brief;
  }

  std::mutex mutex;
  std::string wanted;  ///< to have been learned; under `mutex`
  std::atomic<int> lessons = 0, ignorant = 0;
};

TEST_P(Workers, LearnTheBriefBeforeTheirFirstItem) {
  Pupils pupils("this");
  Job job;
  job.work = {{false, true}, {{0, up_to(9)}, {1, up_to(60)}}, "this"};
  job.tasks = pupils.tasks();
  job.run(GetParam());
  EXPECT_EQ(job.outcome.ending, Ending::done) << message_of(job.outcome);
  EXPECT_EQ(job.units.size(), 69U);
  EXPECT_EQ(pupils.ignorant, 0);
  EXPECT_EQ(pupils.lessons, static_cast<int>(GetParam())) << "also those that get nothing to do";
}

// Units of both stages have the same names: the second call asks for all of its own, with what it told.
TEST_P(Workers, GoOnWithTheNextWorkWhenOneIsDone) {
  Pupils pupils("first");
  Job job;
  job.work = {{false, false}, {{0, up_to(20)}, {1, up_to(20)}}, "first"};
  job.later = {{{true, true}, {{0, up_to(30)}, {1, {3}}}, "second"}, {{true, true}, {{1, {7}}}, ""}};
  job.tasks = pupils.tasks();
  std::size_t seen = 0;
  job.seen = [&](const Unit&) {
    const std::scoped_lock lock(pupils.mutex);
    if (++seen == 40) pupils.wanted = "second";  // all of the first work is done: every worker is idle or about to be
  };
  job.run(GetParam());
  EXPECT_EQ(job.outcome.ending, Ending::done) << message_of(job.outcome);
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_EQ(seen, 40U + 31U + 1U);
  EXPECT_EQ((job.units[{0, 5}]), 2) << "in the first work and in the second";
  EXPECT_EQ((job.units[{0, 25}]), 1);
  EXPECT_EQ((job.units[{0, 7}]), 3) << "in all of them";
  EXPECT_EQ((job.units[{1, 3}]), 2);
  EXPECT_EQ(job.models, (std::map<std::uint32_t, int>{{0, 1}, {1, 1}}));
  EXPECT_EQ(pupils.ignorant, 0) << "an empty brief leaves what was learned";
  EXPECT_EQ(pupils.lessons, 2 * static_cast<int>(GetParam()));
  for (const int status : job.left_with) EXPECT_EQ(status, kStatus);
}

INSTANTIATE_TEST_SUITE_P(Schedule, Workers, ::testing::Values(1, 2, 3, 5, 64));

TEST(Job, NothingToDoIsDoneAtOnce) {
  Job job;
  job.work = {{false, true}, {{0, {}}, {1, {}}}};
  job.tasks = tasks_of(1, 1);
  job.run(3);
  EXPECT_EQ(job.outcome.ending, Ending::done);
  EXPECT_TRUE(job.models.empty());
  EXPECT_LT(job.seconds, 1);
}

// Model 1 trains until a unit of model 0 has been evaluated: it never ends if units wait for all trainings.
TEST(Job, UnitsStartAsSoonAsTheirModelIsThere) {
  std::atomic<bool> evaluated = false;
  Job job;
  job.work = {{false, false}, {{0, up_to(3)}, {1, up_to(3)}}};
  const Tasks plain = tasks_of(0, 0);
  job.tasks = {[&](std::uint32_t model, const Poll& poll, const Say& say) {
                 while (model == 1 && !evaluated) pass_time(0, poll);
                 return plain.train(model, poll, say);
               },
               [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
                 if (lot == 0) evaluated = true;
                 return plain.evaluate(lot, unit, poll);
               }};
  job.limits.stop_at = job.clock() + 20;
  job.limits.drain_seconds = 0;
  job.run(2);
  EXPECT_EQ(job.outcome.ending, Ending::done);
  EXPECT_EQ(job.units.size(), 6U);
}

TEST(Job, FailingTaskStopsAllAndIsReported) {
  for (const bool own_error : {true, false}) {
    Job job;
    job.work = {{true}, {{0, up_to(100000)}}};
    const Tasks plain = tasks_of(0, 1e-3);
    std::atomic<int> evaluated = 0;
    std::mutex mutex;
    std::vector<std::uint32_t> finished;
    job.tasks = plain;
    job.tasks.evaluate = [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
      ++evaluated;
      if (unit == 10 && own_error) fail_data("images.gz: cut short");
      if (unit == 10) throw std::runtime_error("weights are not finite");
      const std::string payload = plain.evaluate(lot, unit, poll);
      const std::scoped_lock lock(mutex);
      finished.push_back(unit);
      return payload;
    };
    job.run(3);
    EXPECT_EQ(job.outcome.ending, Ending::failed);
    EXPECT_TRUE(type_of(job.outcome) == (own_error ? typeid(BadData) : typeid(TaskFailure)));
    EXPECT_EQ(message_of(job.outcome), own_error ? "images.gz: cut short" : "weights are not finite");
    EXPECT_TRUE(job.outcome.all_idle);
    EXPECT_LT(evaluated, 50000);
    EXPECT_EQ(job.units.count({0, 10}), 0U);
    for (const std::uint32_t unit : finished) EXPECT_EQ((job.units[{0, unit}]), 1) << "finished, so kept: " << unit;
    EXPECT_EQ(job.units.size(), finished.size());
    for (const int status : job.left_with) EXPECT_EQ(status, kStatus);
  }
}

TEST(Job, FailingTrainingStopsAllAndIsReported) {
  Job job;
  job.work = {{false, true}, {{0, up_to(5)}, {1, up_to(100000)}}};
  job.tasks = tasks_of(0, 1e-3);
  job.tasks.train = [](std::uint32_t, const Poll&, const Say&) -> std::string { fail_results("models: disk full"); };
  job.run(2);
  EXPECT_TRUE(type_of(job.outcome) == typeid(UnusableResults));
  EXPECT_EQ(message_of(job.outcome), "models: disk full");
  EXPECT_TRUE(job.outcome.all_idle);
}

TEST(Job, AFailingLearnerStopsAllAndIsReported) {
  Job job;
  job.work = {{true}, {{0, up_to(100000)}}, "this"};
  job.later = {{{true}, {{0, {100000}}}, ""}};
  job.tasks = tasks_of(0, 1e-3);
  job.tasks.learn = [](const std::string& brief) { fail_data("cannot learn {}", brief); };
  job.run(2);
  EXPECT_EQ(job.outcome.ending, Ending::failed);
  EXPECT_TRUE(type_of(job.outcome) == typeid(BadData));
  EXPECT_EQ(message_of(job.outcome), "cannot learn this");
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_LT(job.units.size(), 50000U);
  for (const int status : job.left_with) EXPECT_EQ(status, kStatus);
}

TEST(Job, SoftStopFinishesTheUnitAtHandAndDropsTheRest) {
  std::atomic<bool> stopping = false;
  std::atomic<int> started = 0, ended = 0;
  Job job;
  job.work = {{true}, {{0, up_to(1000)}}};
  const Tasks plain = tasks_of(0, 0.02);
  job.tasks = plain;
  job.tasks.evaluate = [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
    ++started;
    std::string payload = plain.evaluate(lot, unit, poll);
    ++ended;
    return payload;
  };
  job.stop = [&] { return started >= 8 ? StopRequest::soft : StopRequest::none; };
  job.run(2);
  EXPECT_EQ(job.outcome.ending, Ending::stopped);
  EXPECT_TRUE(job.outcome.asked_to_stop);
  EXPECT_FALSE(job.outcome.failure);
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_EQ(started, ended) << "what was at hand is finished";
  EXPECT_LE(started, 12) << "what was not begun is dropped";
  EXPECT_EQ(job.units.size(), static_cast<std::size_t>(ended)) << "what is finished is kept";
  for (const int status : job.left_with) EXPECT_EQ(status, kStatus);
}

TEST(Job, SoftStopLetsATrainingFinish) {
  std::atomic<bool> training = false;
  Job job;
  job.work = {{false}, {{0, up_to(5)}}};
  job.tasks = tasks_of(0.1, 1e-3);
  const auto train = job.tasks.train;
  job.tasks.train = [&](std::uint32_t model, const Poll& poll, const Say& say) {
    training = true;
    return train(model, poll, say);
  };
  job.stop = [&] { return training ? StopRequest::soft : StopRequest::none; };
  job.run(2);
  EXPECT_EQ(job.outcome.ending, Ending::stopped);
  EXPECT_EQ(job.models.size(), 1U);
  EXPECT_EQ(job.notes, std::vector<std::string>{"training 0"});
  EXPECT_TRUE(job.units.empty());
}

TEST(Job, SoftStopBecomesHardAfterTheDrain) {
  std::atomic<bool> training = false;
  Job job;
  job.work = {{false}, {{0, up_to(5)}}};
  job.tasks = tasks_of(600, 1e-3);
  const auto train = job.tasks.train;
  job.tasks.train = [&](std::uint32_t model, const Poll& poll, const Say& say) {
    training = true;
    return train(model, poll, say);
  };
  job.stop = [&] { return training ? StopRequest::soft : StopRequest::none; };
  job.limits.drain_seconds = 0.1;
  job.limits.abandon_seconds = 5;
  job.run(2);
  EXPECT_EQ(job.outcome.ending, Ending::stopped);
  EXPECT_TRUE(job.models.empty());
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_LT(job.seconds, 4);
}

TEST(Job, StopAfterTheLastUnitIsDone) {
  Job job;
  job.work = {{true}, {{0, up_to(3)}}};
  job.tasks = tasks_of(0, 0);
  job.stop = [&] { return job.units.size() == 3 ? StopRequest::soft : StopRequest::none; };
  job.run(1);
  EXPECT_EQ(job.outcome.ending, Ending::done);
  EXPECT_TRUE(job.outcome.asked_to_stop) << "whoever has more to do must not begin with it";
}

TEST(Job, HardStopGivesUpTheUnitAtHand) {
  std::atomic<int> started = 0;
  Job job;
  job.work = {{true}, {{0, up_to(1000)}}};
  const Tasks plain = tasks_of(0, 600);
  job.tasks = plain;
  job.tasks.evaluate = [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
    ++started;
    return plain.evaluate(lot, unit, poll);
  };
  job.stop = [&] { return started > 0 ? StopRequest::hard : StopRequest::none; };
  job.limits.abandon_seconds = 5;
  job.run(3);
  EXPECT_EQ(job.outcome.ending, Ending::stopped);
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_TRUE(job.units.empty());
  EXPECT_LT(job.seconds, 4);
}

TEST(Job, HardStopDoesNotWaitForAWorkerThatDoesNotListen) {
  std::atomic<bool> started = false, released = false;
  Job job;
  job.work = {{true}, {{0, up_to(4)}}};
  const Tasks plain = tasks_of(0, 0);
  job.tasks = plain;
  job.tasks.evaluate = [&](std::uint32_t lot, std::uint32_t unit, const Poll&) {
    started = true;
    while (!released) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return plain.evaluate(lot, unit, [] {});
  };
  const Clock real = steady_clock();
  double asked = 0;
  job.stop = [&] {
    if (started && asked == 0) asked = real();
    if (asked > 0 && real() > asked + 10) released = true;  // so that a broken manager fails instead of hanging
    return started ? StopRequest::hard : StopRequest::none;
  };
  job.limits.abandon_seconds = 0.1;
  Lines lines(1);
  std::thread worker([&] { (void)run_worker(lines.line(0), job.tasks, job.clock); });
  const Observer observer{[](std::uint32_t, const std::string&) {},
                          [](std::uint32_t, const UnitResult&) { return std::vector<LotNeed>(); },
                          [](const std::string&) {}, [](const WorkQueue&) {}};
  const Outcome outcome = manage(lines, job.work, observer, job.limits, job.clock, job.stop);
  const double waited = real() - asked;
  EXPECT_EQ(outcome.ending, Ending::stopped);
  EXPECT_FALSE(outcome.all_idle);
  EXPECT_GE(waited, 0.1);
  EXPECT_LT(waited, 5);
  released = true;
  dismiss(lines, kStatus);
  worker.join();
}

// Nine workers and two needed units: seven work ahead. The third unit is asked for after the second, then no other.
TEST(Job, EndsWithWhatIsNeededHoweverMuchIsDoneAhead) {
  Job job;
  job.work = {{true}, {{.model = 0, .units = up_to(1000), .needed = 2}}};
  job.tasks = tasks_of(0, 2e-3);
  std::set<std::uint32_t> done;
  job.needs = [&](const Unit& unit) -> std::vector<LotNeed> {
    done.insert(unit.second);
    if (!done.contains(0) || !done.contains(1)) return {};
    return {{0, 3, done.contains(2)}};
  };
  job.run(9);
  EXPECT_EQ(job.outcome.ending, Ending::done);
  EXPECT_TRUE(job.outcome.all_idle);
  for (const std::uint32_t unit : {0U, 1U, 2U}) EXPECT_TRUE(done.contains(unit));
  EXPECT_LT(job.units.size(), 500U) << "it does not go on for long";
  for (const auto& [unit, times] : job.units) EXPECT_EQ(times, 1);
  for (const int status : job.left_with) EXPECT_EQ(status, kStatus);
}

TEST(Job, ThrowingObserverFailsTheJob) {
  Job job;
  job.work = {{true}, {{0, up_to(100000)}}};
  job.tasks = tasks_of(0, 1e-3);
  job.tick = [&](const WorkQueue& queue) {
    if (queue.units_done() >= 3) fail_results("R.h5: cannot save (No space left on device)");
  };
  job.run(2);
  EXPECT_TRUE(type_of(job.outcome) == typeid(UnusableResults));
  EXPECT_THAT(message_of(job.outcome), HasSubstr("No space left"));
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_LT(job.units.size(), 50000U);
  for (const int status : job.left_with) EXPECT_EQ(status, kStatus);
}

TEST(Job, ObserverThatThrowsOverAUnitFailsTheJobToo) {
  Job job;
  job.work = {{true}, {{0, up_to(100000)}}};
  job.tasks = tasks_of(0, 1e-3);
  job.seen = [](const Unit&) { throw std::runtime_error("no such cell"); };
  job.run(2);
  EXPECT_TRUE(type_of(job.outcome) == typeid(TaskFailure));
  EXPECT_EQ(message_of(job.outcome), "no such cell");
}

// The disk stays full, so every look at it throws; a worker that never lets go must not keep the job for that long.
TEST(Job, ObserverThatKeepsThrowingDoesNotPutOffTheEnd) {
  std::atomic<bool> started = false, released = false;
  const Work work{{true}, {{0, up_to(4)}}};
  const Tasks tasks{[](std::uint32_t, const Poll&, const Say&) { return std::string(); },
                    [&](std::uint32_t, std::uint32_t, const Poll&) {
                      started = true;
                      while (!released) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                      return std::string();
                    }};
  const Clock clock = steady_clock();
  const double start = clock();
  const Observer observer{[](std::uint32_t, const std::string&) {},
                          [](std::uint32_t, const UnitResult&) { return std::vector<LotNeed>(); },
                          [](const std::string&) {},
                          [&](const WorkQueue&) {
                            if (clock() > start + 5) released = true;
                            if (started) fail_results("disk full");
                          }};
  Limits limits;
  limits.failed_seconds = 0.1;
  Lines lines(1);
  std::thread worker([&] { (void)run_worker(lines.line(0), tasks, clock); });
  const Outcome outcome = manage(lines, work, observer, limits, clock, [] { return StopRequest::none; });
  EXPECT_TRUE(type_of(outcome) == typeid(UnusableResults));
  EXPECT_FALSE(outcome.all_idle);
  EXPECT_LT(clock() - start, 4);
  released = true;
  dismiss(lines, kStatus);
  worker.join();
}

TEST(Job, TimeLimitIsASoftStop) {
  std::atomic<double> now = 1000;
  Job job;
  job.clock = [&] { return now.load(); };
  job.work = {{true}, {{0, up_to(100000)}}};
  const Tasks plain = tasks_of(0, 0);
  job.tasks = plain;
  job.tasks.evaluate = [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
    now = now + 10;  // every unit takes ten seconds
    return plain.evaluate(lot, unit, poll);
  };
  job.limits.stop_at = 1000 + 3600;
  job.limits.drain_seconds = 1e6;
  job.run(1);
  EXPECT_EQ(job.outcome.ending, Ending::stopped);
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_GE(job.units.size(), 360U);
  EXPECT_LT(job.units.size(), 5000U);
}

TEST(Job, WithoutATimeLimitTheClockDoesNotMatter) {
  Job job;
  job.clock = [] { return 1e9; };
  job.work = {{true}, {{0, up_to(5)}}};
  job.tasks = tasks_of(0, 0);
  job.tasks.evaluate = [](std::uint32_t lot, std::uint32_t unit, const Poll&) {
    return std::to_string(lot) + "/" + std::to_string(unit);
  };
  job.run(2);
  EXPECT_EQ(job.outcome.ending, Ending::done);
}

}  // namespace
}  // namespace ohmcarlo::test
