#include "schedule/queue.hpp"

#include <algorithm>
#include <deque>
#include <numeric>

#include <gmock/gmock.h>

namespace ohmcarlo::test {
namespace queue_test {

using ::testing::ElementsAre;

std::vector<std::uint32_t> units(std::uint32_t count) {
  std::vector<std::uint32_t> list(count);
  std::iota(list.begin(), list.end(), 0U);
  return list;
}

bool is_training(const std::optional<Item>& item) {
  return std::holds_alternative<TrainModel>(item.value());
}

/// The model of a training, the lot of units.
std::uint32_t number_of(const std::optional<Item>& item) {
  return is_training(item) ? std::get<TrainModel>(*item).model : std::get<EvaluateUnits>(*item).lot;
}

std::vector<std::uint32_t> units_of(const std::optional<Item>& item) {
  return std::get<EvaluateUnits>(item.value()).units;
}

TEST(WorkQueue, TrainingsGoFirst) {
  WorkQueue queue({{true, false, false}, {{0, units(4)}, {1, units(4)}, {2, units(4)}}}, 3);
  EXPECT_EQ(queue.models_left(), 2U);
  for (const std::uint32_t model : {1U, 2U}) {
    const auto item = queue.next_item(true);
    ASSERT_TRUE(item.has_value());
    EXPECT_TRUE(is_training(item));
    EXPECT_EQ(number_of(item), model);
  }
  const auto item = queue.next_item(true);
  ASSERT_TRUE(item.has_value());
  EXPECT_FALSE(is_training(item));
  EXPECT_EQ(number_of(item), 0U);
}

/// The models in the order in which they are to be trained.
std::vector<std::uint32_t> training_order(const Work& work, std::size_t workers) {
  WorkQueue queue(work, workers);
  std::vector<std::uint32_t> order;
  for (auto item = queue.next_item(true); item && is_training(item); item = queue.next_item(true))
    order.push_back(number_of(item));
  return order;
}

TEST(WorkQueue, LongTrainingsGoFirst) {
  Work work{{false, false, true, false, false}, {}};
  for (std::uint32_t model = 0; model < 5; ++model) work.lots.push_back({model, units(10)});
  EXPECT_THAT(training_order(work, 2), ElementsAre(0, 1, 3, 4)) << "alike: in their order";
  work.training_costs = {1, 7, 100, 7, 9};
  EXPECT_THAT(training_order(work, 2), ElementsAre(4, 1, 3, 0));
}

TEST(WorkQueue, OfTrainingsAlikeTheOneWithMostBehindItGoesFirst) {
  const Work work{{false, false, false},
                  {{0, units(10)}, {.model = 1, .units = units(4), .unit_cost = 5}, {2, units(9)}, {2, units(9)}}};
  EXPECT_THAT(training_order(work, 4), ElementsAre(1, 2, 0));
}

// Behind model 0 there are 12 units, which four workers share: as much as a training of 3.
TEST(WorkQueue, WhatIsBehindATrainingIsSharedByAllWorkers) {
  Work work{{false, false}, {{0, units(12)}, {1, units(1)}}};
  work.training_costs = {0, 2.5};
  EXPECT_THAT(training_order(work, 4), ElementsAre(0, 1));
  work.training_costs = {0, 3};
  EXPECT_THAT(training_order(work, 4), ElementsAre(1, 0));
}

TEST(WorkQueue, OneAheadIsNeverATraining) {
  WorkQueue queue({{true, false}, {{0, units(2)}, {1, units(2)}}}, 2);
  const auto ahead = queue.next_item(false);
  ASSERT_TRUE(ahead.has_value());
  EXPECT_FALSE(is_training(ahead));
  WorkQueue only_trainings({{false}, {{0, units(2)}}}, 2);
  EXPECT_FALSE(only_trainings.next_item(false).has_value());
}

TEST(WorkQueue, UnitsWaitForTheOtherModelThatTheyNeedToo) {
  // Lot 0 needs models 0 and 1, lot 1 model 1 alone; model 2 is needed besides by one without units.
  WorkQueue queue({{false, false, false}, {{0, units(1), 1}, {1, units(1)}, {0, {}, 2}}}, 1);
  EXPECT_EQ(queue.models_left(), 2U);
  EXPECT_EQ(number_of(queue.next_item(true)), 1U) << "two units wait for it";
  EXPECT_EQ(number_of(queue.next_item(true)), 0U);
  queue.model_done(0);
  EXPECT_FALSE(queue.next_item(true).has_value());
  queue.model_done(1);
  for (const std::uint32_t lot : {0U, 1U}) {
    const auto item = queue.next_item(true);
    ASSERT_TRUE(item.has_value());
    EXPECT_FALSE(is_training(item));
    EXPECT_EQ(number_of(item), lot);
  }
  EXPECT_FALSE(queue.next_item(true).has_value());
}

TEST(WorkQueue, PilotsAreOfOneUnit) {
  WorkQueue queue({{true}, {{0, units(100)}}}, 2);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(i));
  EXPECT_FALSE(queue.unit_seconds().has_value());
}

TEST(WorkQueue, ItemsTakeTwoSeconds) {
  WorkQueue queue({{true}, {{0, units(10000)}}}, 2);
  (void)queue.next_item(true);
  queue.unit_done(0, 0, 0.1);
  EXPECT_DOUBLE_EQ(*queue.unit_seconds(), 0.1);
  EXPECT_EQ(units_of(queue.next_item(true)).size(), 20U);
  queue.unit_done(0, 1, 0.3, 1);  // the mean is now 0.2
  EXPECT_EQ(units_of(queue.next_item(true)).size(), 10U);
}

TEST(WorkQueue, UnitsLongerThanAnItemGoOneByOne) {
  WorkQueue queue({{true}, {{0, units(100)}}}, 2);
  (void)queue.next_item(true);
  queue.unit_done(0, 0, 60);
  EXPECT_EQ(units_of(queue.next_item(true)).size(), 1U);
}

TEST(WorkQueue, ItemsShrinkAtTheEnd) {
  WorkQueue queue({{true}, {{0, units(101)}}}, 5);
  (void)queue.next_item(true);
  queue.unit_done(0, 0, 1e-3);  // 2000 units would be one item
  std::size_t before = 1000;
  std::size_t handed_out = 0;
  while (const auto item = queue.next_item(true)) {
    if (handed_out == 0) {
      EXPECT_EQ(units_of(item).size(), 10U);  // 100 units / (2 * 5 workers)
    }
    EXPECT_LE(units_of(item).size(), before);
    before = units_of(item).size();
    handed_out += before;
  }
  EXPECT_EQ(handed_out, 100U);
  EXPECT_EQ(before, 1U);
}

TEST(WorkQueue, ManyShortItemsMayBeHeldAhead) {
  Work work{{true}, {}};
  for (std::uint32_t lot = 0; lot < 1000; ++lot) work.lots.push_back({0, units(1)});
  WorkQueue queue(work, 2);
  (void)queue.next_item(true);
  EXPECT_TRUE(queue.may_hold_more(1));
  EXPECT_FALSE(queue.may_hold_more(2)) << "nobody knows how long they take";
  queue.unit_done(0, 0, 1e-3);
  std::size_t held = 0;
  while (held == 0 || queue.may_hold_more(held)) {
    (void)queue.next_item(held == 0);
    ++held;
  }
  EXPECT_EQ(held, 5U) << "as many as take 5 ms";
  for (std::uint32_t lot = 1; lot < 6; ++lot) queue.unit_done(lot, 0, 1e-3);
  EXPECT_TRUE(queue.may_hold_more(2)) << "they are done";
  for (std::uint32_t lot = 6; lot < 990; ++lot) {
    (void)queue.next_item(true);
    queue.unit_done(lot, 0, 1e-3);
  }
  EXPECT_TRUE(queue.may_hold_more(1));
  EXPECT_FALSE(queue.may_hold_more(2)) << "at the end nobody takes what others could do";
}

TEST(WorkQueue, OfLongItemsOneIsHeldAhead) {
  WorkQueue queue({{true}, {{0, units(100000)}}}, 2);
  (void)queue.next_item(true);
  queue.unit_done(0, 0, 1e-3);
  EXPECT_EQ(units_of(queue.next_item(true)).size(), 2000U) << "of short units";
  EXPECT_TRUE(queue.may_hold_more(1));
  EXPECT_FALSE(queue.may_hold_more(2));
}

// A unit of lot 1 costs four times as much as one of lot 0.
TEST(WorkQueue, SecondsLeftWeighLotsByWhatTheyCost) {
  WorkQueue queue({{true}, {{0, units(4)}, {.model = 0, .units = units(3), .unit_cost = 4}}}, 1);
  EXPECT_FALSE(queue.seconds_left().has_value());
  queue.unit_done(0, 0, 2);
  EXPECT_DOUBLE_EQ(*queue.seconds_left(), 3 * 2 + 3 * 8) << "as the costs let expect";
  queue.unit_done(1, 0, 30);
  EXPECT_DOUBLE_EQ(*queue.seconds_left(), 3 * 2 + 2 * 30) << "as they were timed";
  EXPECT_DOUBLE_EQ(queue.seconds_done(), 32);
  for (std::uint32_t unit = 1; unit < 4; ++unit) queue.unit_done(0, unit, 2);
  for (std::uint32_t unit = 1; unit < 3; ++unit) queue.unit_done(1, unit, 30);
  EXPECT_DOUBLE_EQ(*queue.seconds_left(), 0);
}

TEST(WorkQueue, SecondsLeftAreThoseOfNeededUnits) {
  WorkQueue queue({{true}, {{.model = 0, .units = units(10), .needed = 3}}}, 1);
  queue.unit_done(0, 0, 2);
  queue.unit_done(0, 4, 2);  // ahead of need
  EXPECT_DOUBLE_EQ(*queue.seconds_left(), 4);
  queue.set_need({0, 6, false});
  EXPECT_DOUBLE_EQ(*queue.seconds_left(), 8) << "of units 1, 2, 3 and 5";
}

// Nobody has timed lot 1: its first items are small, whatever its cost lets expect.
TEST(WorkQueue, ItemsOfALotThatNobodyHasTimedAreSmall) {
  WorkQueue queue({{true}, {{0, units(2)}, {.model = 0, .units = units(10000), .unit_cost = 10}}}, 2);
  for (std::uint32_t unit = 0; unit < 2; ++unit) {
    (void)queue.next_item(true);
    queue.unit_done(0, unit, 1e-3);
  }
  EXPECT_EQ(units_of(queue.next_item(true)).size(), 20U) << "0.2 s at 10 ms each";
  queue.unit_done(1, 0, 5e-3);
  EXPECT_EQ(units_of(queue.next_item(true)).size(), 400U) << "2 s at 5 ms each";
}

/// Runs a lot in time that is made up, on workers that hold items as the manager gives them. A unit takes
/// `unit_seconds` times the worker's number in `slow`. Returns when the last one is done.
double simulate(std::uint32_t count, double unit_seconds, const std::vector<double>& slow) {
  WorkQueue queue({{true}, {{0, units(count)}}}, slow.size());
  struct Worker {
    std::deque<std::vector<std::uint32_t>> items;
    double free_at = 0;  ///< when the item at hand is done
  };
  std::vector<Worker> crew(slow.size());
  double now = 0;
  const auto hand_out = [&] {
    for (const bool ahead : {false, true})
      for (std::size_t worker = 0; worker < crew.size(); ++worker)
        while (crew[worker].items.empty() || (ahead && queue.may_hold_more(crew[worker].items.size(), worker))) {
          const bool empty = crew[worker].items.empty();
          const auto item = queue.next_item(empty, worker);
          if (!item) return;
          crew[worker].items.push_back(units_of(item));
          if (empty)
            crew[worker].free_at = now + unit_seconds * slow[worker] * static_cast<double>(units_of(item).size());
        }
  };
  for (hand_out(); !queue.finished(); hand_out()) {
    std::size_t next = crew.size();
    for (std::size_t worker = 0; worker < crew.size(); ++worker)
      if (!crew[worker].items.empty() && (next == crew.size() || crew[worker].free_at < crew[next].free_at))
        next = worker;
    Worker& done = crew.at(next);
    now = done.free_at;
    for (const std::uint32_t unit : done.items.front()) queue.unit_done(0, unit, unit_seconds * slow[next], next);
    done.items.pop_front();
    if (!done.items.empty())
      done.free_at = now + unit_seconds * slow[next] * static_cast<double>(done.items.front().size());
  }
  return now;
}

// If work could be cut at will, all would end at the same time: count u / (sum of 1 / slow).
TEST(WorkQueue, ASlowWorkerDelaysTheEndByAtMostAnItem) {
  for (const std::size_t workers : {2U, 4U, 16U})
    for (const double unit : {0.001, 0.05, 0.5}) {
      std::vector<double> slow(workers, 1);
      slow.back() = 5;
      const auto count = static_cast<std::uint32_t>(30 * static_cast<double>(workers) / unit);
      const double ideal = count * unit / (static_cast<double>(workers - 1) + 0.2);
      const double item = std::max(WorkQueue::kItemSeconds, 5 * unit);
      EXPECT_LE(simulate(count, unit, slow), ideal + item) << workers << " workers, units of " << unit << " s";
    }
}

TEST(WorkQueue, ASlowWorkerGetsSmallItemsAndNoneAhead) {
  WorkQueue queue({{true}, {{0, units(10000)}}}, 2);
  for (std::uint32_t unit = 0; unit < 4; ++unit) (void)queue.next_item(true, unit == 3 ? 1 : 0);
  for (std::uint32_t unit = 0; unit < 3; ++unit) queue.unit_done(0, unit, 0.1, 0);
  EXPECT_TRUE(queue.may_hold_more(1, 1)) << "nobody knows yet";
  queue.unit_done(0, 3, 0.5, 1);  // the mean is now 0.2
  EXPECT_EQ(units_of(queue.next_item(true, 0)).size(), 10U);
  EXPECT_EQ(units_of(queue.next_item(true, 1)).size(), 4U) << "two seconds of it";
  EXPECT_TRUE(queue.may_hold_more(1, 0));
  EXPECT_FALSE(queue.may_hold_more(1, 1));
}

TEST(WorkQueue, ItemsStayWithinTheirLot) {
  WorkQueue queue({{true}, {{0, {7, 9}}, {0, {3}}}}, 1);
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(7U));
  queue.unit_done(0, 7, 1e-6);
  const auto rest = queue.next_item(true);
  EXPECT_EQ(number_of(rest), 0U);
  EXPECT_THAT(units_of(rest), ElementsAre(9U));
  const auto last = queue.next_item(true);
  EXPECT_EQ(number_of(last), 1U);
  EXPECT_THAT(units_of(last), ElementsAre(3U));
}

TEST(WorkQueue, UnitsWaitForTheirModelOnly) {
  WorkQueue queue({{false, false}, {{0, units(1)}, {1, units(1)}, {0, units(1)}}}, 2);
  (void)queue.next_item(true);
  (void)queue.next_item(true);
  EXPECT_FALSE(queue.next_item(true).has_value());
  queue.model_done(1);
  EXPECT_EQ(number_of(queue.next_item(true)), 1U);
  EXPECT_FALSE(queue.next_item(true).has_value());
  queue.model_done(0);
  EXPECT_EQ(number_of(queue.next_item(true)), 0U);
  EXPECT_EQ(number_of(queue.next_item(true)), 2U);
  EXPECT_FALSE(queue.next_item(true).has_value());
}

TEST(WorkQueue, FinishedOnlyWhenAllIsDone) {
  WorkQueue queue({{false}, {{0, units(2)}}}, 1);
  EXPECT_FALSE(queue.finished());
  (void)queue.next_item(true);
  queue.model_done(0);
  EXPECT_FALSE(queue.finished());
  (void)queue.next_item(true);
  (void)queue.next_item(true);
  EXPECT_FALSE(queue.next_item(true).has_value());
  EXPECT_FALSE(queue.finished());  // handed out is not done
  queue.unit_done(0, 0, 1);
  EXPECT_FALSE(queue.finished());
  EXPECT_EQ(queue.units_done(), 1U);
  queue.unit_done(0, 1, 1);
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.units_total(), 2U);
}

TEST(WorkQueue, ModelsThatNobodyNeedsAreNotTrained) {
  WorkQueue queue({{false, false}, {{0, {}}, {1, units(1)}}}, 1);
  EXPECT_EQ(queue.models_left(), 1U);
  EXPECT_EQ(number_of(queue.next_item(true)), 1U);
  EXPECT_TRUE(WorkQueue({{false}, {{0, {}}}}, 1).finished());
}

TEST(WorkQueue, DoneTwiceIsABug) {
  WorkQueue queue({{true}, {{0, units(1)}}}, 1);
  queue.unit_done(0, 0, 1);
  EXPECT_THROW(queue.unit_done(0, 0, 1), std::logic_error);
  EXPECT_THROW(queue.unit_done(0, 1, 1), std::logic_error);
  EXPECT_THROW(queue.model_done(0), std::logic_error);
}

/// One lot of ten units, of which two are needed for certain.
Work open_work() {
  return {{true}, {{.model = 0, .units = units(10), .needed = 2}}};
}

TEST(WorkQueue, FinishesWithoutWhatMayNotBeNeeded) {
  WorkQueue queue(open_work(), 1);
  EXPECT_EQ(queue.units_total(), 2U);
  for (const std::uint32_t unit : {0U, 1U}) {
    EXPECT_FALSE(queue.finished());
    (void)queue.next_item(true);
    queue.unit_done(0, unit, 1);
  }
  EXPECT_TRUE(queue.finished());
}

TEST(WorkQueue, WhoWouldBeIdleWorksAhead) {
  WorkQueue queue(
      {{true, true}, {{.model = 0, .units = units(10), .needed = 1}, {.model = 1, .units = units(10), .needed = 2}}},
      4);
  EXPECT_EQ(number_of(queue.next_item(true)), 0U);
  EXPECT_EQ(number_of(queue.next_item(true)), 1U);
  EXPECT_EQ(number_of(queue.next_item(true)), 1U);  // needed units go first
  EXPECT_FALSE(queue.next_item(false).has_value()) << "nobody queues up what may not be needed";
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(1U));  // then one by one, of the lot with the fewest ahead
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(2U));
  EXPECT_EQ(number_of(queue.next_item(true)), 0U);
  EXPECT_EQ(queue.units_done(), 0U);
  EXPECT_EQ(queue.units_total(), 3U);
}

TEST(WorkQueue, WhatIsDoneAheadIsNotDoneAgainOnceItIsNeeded) {
  WorkQueue queue(open_work(), 2);
  for (std::uint32_t unit = 0; unit < 4; ++unit) (void)queue.next_item(true);
  for (const std::uint32_t unit : {3U, 0U, 1U}) queue.unit_done(0, unit, 1e-9);
  EXPECT_TRUE(queue.finished());
  queue.set_need({0, 6, false});
  EXPECT_FALSE(queue.finished());
  EXPECT_EQ(queue.units_total(), 6U);
  EXPECT_EQ(queue.units_done(), 3U);
  queue.unit_done(0, 2, 1e-9);  // was on its way
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(4U));
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(5U));
  queue.unit_done(0, 4, 1e-9);
  queue.unit_done(0, 5, 1e-9);
  EXPECT_TRUE(queue.finished());
}

TEST(WorkQueue, NobodyWorksAheadOfWhatIsSettled) {
  WorkQueue queue(open_work(), 2);
  (void)queue.next_item(true);
  (void)queue.next_item(true);
  queue.set_need({0, 2, true});
  EXPECT_FALSE(queue.next_item(true).has_value());
  queue.unit_done(0, 0, 1);
  queue.unit_done(0, 1, 1);
  EXPECT_TRUE(queue.finished());
}

TEST(WorkQueue, WhoWouldBeIdleTrainsAhead) {
  WorkQueue queue({{false, false, true},
                   {{.model = 0, .units = units(3), .needed = 0},
                    {.model = 1, .units = units(3), .needed = 1},
                    {.model = 2, .units = units(3), .needed = 1}}},
                  4);
  EXPECT_EQ(queue.models_left(), 1U);
  EXPECT_EQ(number_of(queue.next_item(true)), 1U) << "what is needed goes first";
  EXPECT_EQ(number_of(queue.next_item(true)), 2U) << "then its units";
  EXPECT_FALSE(queue.next_item(false).has_value()) << "nobody queues up what may not be needed";
  for (const std::uint32_t unit : {1U, 2U}) EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(unit));
  const auto ahead = queue.next_item(true);
  EXPECT_TRUE(is_training(ahead));
  EXPECT_EQ(number_of(ahead), 0U);
  EXPECT_FALSE(queue.next_item(true).has_value()) << "once";
  queue.model_done(1);
  queue.unit_done(2, 0, 1);
  EXPECT_FALSE(queue.finished());
  queue.unit_done(1, 0, 1);
  EXPECT_TRUE(queue.finished()) << "whatever is trained ahead";
}

TEST(WorkQueue, ATrainingAheadIsNeededOnceItsUnitsAre) {
  WorkQueue queue(
      {{false, false}, {{.model = 0, .units = units(3), .needed = 0}, {.model = 1, .units = units(3), .needed = 0}}},
      1);
  EXPECT_TRUE(queue.finished());
  EXPECT_TRUE(is_training(queue.next_item(true)));
  queue.set_need({0, 2, false});
  queue.set_need({1, 1, true});
  EXPECT_EQ(queue.models_left(), 2U);
  const auto other = queue.next_item(true);
  EXPECT_TRUE(is_training(other));
  EXPECT_EQ(number_of(other), 1U) << "the other is on its way";
  EXPECT_FALSE(queue.next_item(true).has_value());
  queue.model_done(0);
  EXPECT_FALSE(queue.finished());
  EXPECT_EQ(queue.models_left(), 1U);
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(0U));
}

TEST(WorkQueue, NobodyWorksAheadOfWhatIsNotOffered) {
  WorkQueue queue({{false, true},
                   {{.model = 0, .units = units(3), .needed = 0, .offered = false},
                    {.model = 1, .units = units(3), .needed = 1, .offered = false}}},
                  1);
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(0U));
  EXPECT_FALSE(queue.next_item(true).has_value());
  queue.set_need({.lot = 1, .needed = 2, .offered = false});
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(1U));
  EXPECT_FALSE(queue.next_item(true).has_value());
  queue.set_need({.lot = 0, .needed = 0, .offered = true});
  EXPECT_TRUE(is_training(queue.next_item(true)));
  queue.set_need({.lot = 1, .needed = 2, .offered = true});
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(2U));
}

// Units of such lots depend on each other: an item of each in turn, and those that become known at the end of the line.
TEST(WorkQueue, LotsThatGrowTakeTurns) {
  WorkQueue queue({{true},
                   {{.model = 0, .units = units(2), .grows = true},
                    {.model = 0, .units = units(3), .grows = true},
                    {.model = 0, .units = units(1)}}},
                  1);
  const auto next = [&] {
    const auto item = queue.next_item(true);
    return std::pair(number_of(item), units_of(item).front());
  };
  using Place = std::pair<std::uint32_t, std::uint32_t>;
  for (const Place& place : {Place{0, 0}, {1, 0}, {2, 0}, {0, 1}}) EXPECT_EQ(next(), place);
  queue.set_need({.lot = 0, .more = 2});
  for (const Place& place : {Place{1, 1}, {0, 2}, {1, 2}, {0, 3}}) EXPECT_EQ(next(), place);
  EXPECT_FALSE(queue.next_item(true).has_value()) << "and nothing ahead of need";
  EXPECT_EQ(queue.units_total(), 8U);
  for (std::uint32_t unit = 0; unit < 4; ++unit) queue.unit_done(0, unit, 1);
  for (std::uint32_t unit = 0; unit < 3; ++unit) queue.unit_done(1, unit, 1);
  EXPECT_FALSE(queue.finished());
  queue.set_need({.lot = 1, .more = 1});
  queue.unit_done(2, 0, 1);
  EXPECT_FALSE(queue.finished()) << "what became known before the rest was done";
  EXPECT_EQ(next(), Place(1, 3));
  queue.unit_done(1, 3, 1);
  EXPECT_TRUE(queue.finished());
}

TEST(WorkQueue, NothingIsHeldAheadThatOthersCouldDoSooner) {
  WorkQueue queue({{true}, {{0, units(20)}, {.model = 0, .units = units(9), .unit_cost = 100}}}, 2);
  (void)queue.next_item(true, 0);
  queue.unit_done(0, 0, 0.1, 0);
  while (number_of(queue.next_item(true, 0)) == 0) continue;
  EXPECT_FALSE(queue.may_hold_more(1, 0)) << "a unit of ten seconds, by its cost, is at hand";
  EXPECT_TRUE(queue.may_hold_more(1, 1));
  for (int taken = 1; taken < 8; ++taken) (void)queue.next_item(true, 0);
  EXPECT_FALSE(queue.may_hold_more(1, 1)) << "one is left for two workers";
}

}  // namespace queue_test
}  // namespace ohmcarlo::test
