#include "schedule/queue.hpp"

#include <numeric>

#include <gmock/gmock.h>

namespace ohmcarlo::test {
namespace {

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
  EXPECT_EQ(number_of(queue.next_item(true)), 0U);
  queue.model_done(0);
  EXPECT_TRUE(is_training(queue.next_item(true)));
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
  queue.unit_done(0, 1, 0.3);  // the mean is now 0.2
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

TEST(WorkQueue, ModelsOfWhatMayBeNeededAreTrained) {
  WorkQueue queue({{false}, {{.model = 0, .units = units(3), .needed = 0}}}, 1);
  EXPECT_FALSE(queue.finished());
  EXPECT_TRUE(is_training(queue.next_item(true)));
  EXPECT_FALSE(queue.next_item(true).has_value());
  queue.model_done(0);
  EXPECT_TRUE(queue.finished());
  queue.set_need({0, 2, false});
  EXPECT_FALSE(queue.finished());
  EXPECT_THAT(units_of(queue.next_item(true)), ElementsAre(0U));
}

}  // namespace
}  // namespace ohmcarlo::test
