// Lots that only some workers can do: who is handed what, and that nobody waits for what he cannot do.

#include <algorithm>
#include <set>

#include "schedule/managed_job.hpp"

namespace ohmcarlo::test {
namespace queue_equipped_test {

using ::testing::ElementsAre;

/// A lot that needs equipment, of model `model`.
Lot special(std::uint32_t model, std::uint32_t count) {
  return {.model = model, .units = up_to(count), .needs_equipment = true};
}

bool trains(const std::optional<Item>& item) {
  return std::holds_alternative<TrainModel>(item.value());
}

std::uint32_t lot_of(const std::optional<Item>& item) {
  return std::get<EvaluateUnits>(item.value()).lot;
}

TEST(WorkQueue, UnitsThatNeedEquipmentGoToWorkersThatHaveIt) {
  Work work{.trained = {true}, .lots = {special(0, 4)}};
  work.equipped = {false, true};
  WorkQueue queue(work, 2);
  EXPECT_FALSE(queue.can_do_all(0));
  EXPECT_TRUE(queue.can_do_all(1));
  for (const bool empty_handed : {true, false}) {
    EXPECT_FALSE(queue.next_item(empty_handed, 0).has_value());
    EXPECT_EQ(lot_of(queue.next_item(empty_handed, 1)), 0U);
  }
}

TEST(WorkQueue, OtherUnitsGoToEverybody) {
  Work work{.trained = {true}, .lots = {special(0, 4), {.model = 0, .units = up_to(2)}}};
  work.equipped = {false, true};
  WorkQueue queue(work, 2);
  EXPECT_EQ(lot_of(queue.next_item(true, 0)), 1U) << "past the lot that is first";
  EXPECT_EQ(lot_of(queue.next_item(true, 1)), 0U);
  EXPECT_EQ(lot_of(queue.next_item(true, 0)), 1U);
  EXPECT_FALSE(queue.next_item(true, 0).has_value());
}

TEST(WorkQueue, NobodyWorksAheadOnWhatHeIsNotEquippedFor) {
  Work work{.trained = {true}, .lots = {special(0, 4)}};
  work.lots[0].needed = 0;
  work.equipped = {false, true};
  WorkQueue queue(work, 2);
  EXPECT_FALSE(queue.next_item(true, 0).has_value());
  EXPECT_EQ(lot_of(queue.next_item(true, 1)), 0U);
}

TEST(WorkQueue, WhoIsEquippedTrainsWhenNoUnitIsReady) {
  Work work{.trained = {false, false, true}, .lots = {special(0, 1), special(1, 1), special(2, 1)}};
  work.equipped = {true, false};
  WorkQueue queue(work, 2);
  EXPECT_EQ(lot_of(queue.next_item(true, 0)), 2U);
  EXPECT_TRUE(trains(queue.next_item(true, 1)));
  EXPECT_TRUE(trains(queue.next_item(true, 0))) << "rather than wait for the other";
  EXPECT_FALSE(queue.next_item(true, 1).has_value());
}

TEST(WorkQueue, WhereAllAreEquippedTrainingsGoFirst) {
  for (const std::vector<bool>& equipped : {std::vector<bool>{}, {true, true}}) {
    Work work{.trained = {false, true}, .lots = {special(0, 1), special(1, 1)}};
    work.equipped = equipped;
    WorkQueue queue(work, 2);
    EXPECT_TRUE(trains(queue.next_item(true, 0)));
  }
}

// Whoever is equipped makes no difference to lots that need nothing.
TEST(WorkQueue, LotsThatNeedNothingAreSharedByAll) {
  Work work{.trained = {true, false}, .lots = {{.model = 0, .units = up_to(8)}, {.model = 1, .units = up_to(8)}}};
  work.equipped = {false, true};
  WorkQueue queue(work, 2);
  EXPECT_TRUE(queue.can_do_all(0));
  EXPECT_TRUE(trains(queue.next_item(true, 1)));
  EXPECT_EQ(lot_of(queue.next_item(true, 0)), 0U);
}

// 100 units of a millisecond on five workers, two of which are equipped: a quarter of what waits, not a tenth.
TEST(WorkQueue, UnitsAreSharedByThoseWhoCanDoThem) {
  Work work{.trained = {true}, .lots = {special(0, 101)}};
  work.equipped = {false, true, false, true, false};
  WorkQueue queue(work, 5);
  (void)queue.next_item(true, 1);
  queue.unit_done(0, 0, 1e-3, 1);
  EXPECT_EQ(std::get<EvaluateUnits>(queue.next_item(true, 1).value()).units.size(), 25U);
}

TEST(WorkQueue, WorkThatNobodyCanDoIsABug) {
  Work work{.trained = {true}, .lots = {special(0, 1)}};
  work.equipped = {false, false};
  EXPECT_THROW(WorkQueue(work, 2), std::logic_error);
  work.equipped = {true};
  EXPECT_THROW(WorkQueue(work, 2), std::logic_error) << "of one of two workers nothing is known";
}

/// A job whose workers say who did what. Workers are threads, each of which is equipped or not.
struct SharedJob {
  explicit SharedJob(std::vector<bool> equipped) {
    job.work.equipped = std::move(equipped);
    job.tasks = tasks_of(2e-3, 1e-4);
    job.tasks.train = [this, train = job.tasks.train](std::uint32_t model, const Poll& poll, const Say& say) {
      note(trainers);
      return train(model, poll, say);
    };
    job.tasks.evaluate = [this, evaluate = job.tasks.evaluate](std::uint32_t lot, std::uint32_t unit,
                                                               const Poll& poll) {
      note(job.work.lots[lot].needs_equipment ? special_workers : other_workers);
      return evaluate(lot, unit, poll);
    };
  }
  void note(std::set<std::thread::id>& who) {
    const std::scoped_lock lock(mutex);
    who.insert(std::this_thread::get_id());
  }

  Job job;
  std::mutex mutex;
  std::set<std::thread::id> trainers, special_workers, other_workers;  ///< who did what, under `mutex`
};

class Crews : public ::testing::TestWithParam<std::vector<bool>> {};

TEST_P(Crews, DoEverythingOnceAndNobodyWhatHeIsNotEquippedFor) {
  SharedJob shared(GetParam());
  Job& job = shared.job;
  job.work.trained = {false, true, false, false};
  job.work.lots = {special(0, 40), special(1, 40), special(2, 7), {.model = 3, .units = up_to(9)}, special(1, 0)};
  job.run(GetParam().size());
  EXPECT_EQ(job.outcome.ending, Ending::done) << message_of(job.outcome);
  EXPECT_TRUE(job.outcome.all_idle);
  EXPECT_EQ(job.models, (std::map<std::uint32_t, int>{{0, 1}, {2, 1}, {3, 1}}));
  EXPECT_EQ(job.units.size(), job.work.units());
  for (const auto& [unit, times] : job.units) EXPECT_EQ(times, 1) << unit.first << "/" << unit.second;
  EXPECT_LE(shared.special_workers.size(), static_cast<std::size_t>(std::ranges::count(GetParam(), true)));
  for (const int status : job.left_with) EXPECT_EQ(status, kStatus);
}

INSTANTIATE_TEST_SUITE_P(Schedule, Crews,
                         ::testing::Values(std::vector<bool>{true}, std::vector<bool>{true, false},
                                           std::vector<bool>{false, true}, std::vector<bool>{true, true, true},
                                           std::vector<bool>{false, false, false, true, false, false, true, false}));

// The first of them are the manager's own and others that are equipped: it is the last one that trains, and they wait.
TEST(Job, WhoIsNotEquippedIsHandedTheTrainings) {
  SharedJob shared({true, true, false});
  shared.job.work.trained = {false, true};
  shared.job.work.lots = {special(0, 2), special(1, 60)};
  shared.job.run(3);
  EXPECT_EQ(shared.job.outcome.ending, Ending::done);
  EXPECT_EQ(shared.trainers.size(), 1U);
  EXPECT_FALSE(shared.special_workers.contains(*shared.trainers.begin()));
}

// Units that become known as others are done, in a lot for which one of three is equipped.
TEST(Job, LotsThatGrowGoToWhoIsEquipped) {
  SharedJob shared({false, false, true});
  shared.job.work.trained = {true};
  shared.job.work.lots = {{.model = 0, .units = {0}, .grows = true, .needs_equipment = true}};
  shared.job.needs = [](const Unit& unit) {
    return unit.second < 29 ? std::vector<LotNeed>{{.lot = 0, .more = 1}} : std::vector<LotNeed>();
  };
  shared.job.run(3);
  EXPECT_EQ(shared.job.outcome.ending, Ending::done);
  EXPECT_EQ(shared.job.units.size(), 30U);
  EXPECT_EQ(shared.special_workers.size(), 1U);
}

}  // namespace queue_equipped_test
}  // namespace ohmcarlo::test
