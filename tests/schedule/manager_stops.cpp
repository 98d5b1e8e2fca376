// Jobs that are asked to stop, or have a time limit.

#include "schedule/managed_job.hpp"

namespace ohmcarlo::test {
namespace manager_stops_test {

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

}  // namespace manager_stops_test
}  // namespace ohmcarlo::test
