// What is done: every unit and training once, as soon as it can be, and no more than is needed.

#include "schedule/manager.hpp"

#include "schedule/managed_job.hpp"

namespace ohmcarlo::test {
namespace manager_test {

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

// Two chains of 30 units, each of which may be evaluated once the one before it is, and is told what that one was.
TEST_P(Workers, AreToldOfUnitsThatBecomeKnownAsOthersAreDone) {
  constexpr std::uint32_t kLength = 30;
  std::atomic<int> ignorant = 0;
  Job job;
  job.work = {{true}, {{.model = 0, .units = {0}, .grows = true}, {.model = 0, .units = {0}, .grows = true}}};
  job.tasks = tasks_of(0, 1e-4);
  job.tasks.learn = [](const std::string& brief) { Pupils::learned() = brief; };
  job.tasks.evaluate = [&, plain = job.tasks.evaluate](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
    if (Pupils::learned() != std::to_string(lot) + " after " + std::to_string(unit)) ++ignorant;
    return plain(lot, unit, poll);
  };
  job.brief = [](const EvaluateUnits& units) {
    return std::to_string(units.lot) + " after " + std::to_string(units.units.front());
  };
  job.needs = [](const Unit& unit) {
    return unit.second + 1 < kLength ? std::vector<LotNeed>{{.lot = unit.first, .more = 1}} : std::vector<LotNeed>();
  };
  job.run(GetParam());
  EXPECT_EQ(job.outcome.ending, Ending::done) << message_of(job.outcome);
  EXPECT_EQ(job.units.size(), 2U * kLength);
  EXPECT_EQ(ignorant, 0);
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

}  // namespace manager_test
}  // namespace ohmcarlo::test
