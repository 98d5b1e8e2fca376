// What fails a job, tasks and observers, and that it ends soon then.

#include "schedule/managed_job.hpp"

namespace ohmcarlo::test {
namespace manager_failures_test {

using ::testing::HasSubstr;

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

}  // namespace manager_failures_test
}  // namespace ohmcarlo::test
