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

TEST(WorkQueue, TrainingsGoFirst) {
  WorkQueue queue({{true, false, false}, {{0, units(4)}, {1, units(4)}, {2, units(4)}}}, 3);
  EXPECT_EQ(queue.models_left(), 2U);
  for (const std::uint32_t model : {1U, 2U}) {
    const auto item = queue.next(true);
    ASSERT_TRUE(item.has_value());
    EXPECT_EQ(item->kind, MessageKind::train);
    EXPECT_EQ(item->number, model);
  }
  const auto item = queue.next(true);
  ASSERT_TRUE(item.has_value());
  EXPECT_EQ(item->kind, MessageKind::evaluate);
  EXPECT_EQ(item->number, 0U);
}

TEST(WorkQueue, OneAheadIsNeverATraining) {
  WorkQueue queue({{true, false}, {{0, units(2)}, {1, units(2)}}}, 2);
  const auto ahead = queue.next(false);
  ASSERT_TRUE(ahead.has_value());
  EXPECT_EQ(ahead->kind, MessageKind::evaluate);
  WorkQueue only_trainings({{false}, {{0, units(2)}}}, 2);
  EXPECT_FALSE(only_trainings.next(false).has_value());
}

TEST(WorkQueue, UnitsWaitForTheOtherModelThatTheyNeedToo) {
  // Lot 0 needs models 0 and 1, lot 1 model 1 alone; model 2 is needed besides by one without units.
  WorkQueue queue({{false, false, false}, {{0, units(1), 1}, {1, units(1)}, {0, {}, 2}}}, 1);
  EXPECT_EQ(queue.models_left(), 2U);
  EXPECT_EQ(queue.next(true)->number, 0U);
  queue.model_done(0);
  EXPECT_EQ(queue.next(true)->kind, MessageKind::train);
  EXPECT_FALSE(queue.next(true).has_value());
  queue.model_done(1);
  for (const std::uint32_t lot : {0U, 1U}) {
    const auto item = queue.next(true);
    ASSERT_TRUE(item.has_value());
    EXPECT_EQ(item->kind, MessageKind::evaluate);
    EXPECT_EQ(item->number, lot);
  }
  EXPECT_FALSE(queue.next(true).has_value());
}

TEST(WorkQueue, PilotsAreOfOneUnit) {
  WorkQueue queue({{true}, {{0, units(100)}}}, 2);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_THAT(queue.next(true)->units, ElementsAre(i));
  EXPECT_FALSE(queue.unit_seconds().has_value());
}

TEST(WorkQueue, ItemsTakeTwoSeconds) {
  WorkQueue queue({{true}, {{0, units(10000)}}}, 2);
  (void)queue.next(true);
  queue.unit_done(0.1);
  EXPECT_DOUBLE_EQ(*queue.unit_seconds(), 0.1);
  EXPECT_EQ(queue.next(true)->units.size(), 20U);
  queue.unit_done(0.3);  // the mean is now 0.2
  EXPECT_EQ(queue.next(true)->units.size(), 10U);
}

TEST(WorkQueue, UnitsLongerThanAnItemGoOneByOne) {
  WorkQueue queue({{true}, {{0, units(100)}}}, 2);
  (void)queue.next(true);
  queue.unit_done(60);
  EXPECT_EQ(queue.next(true)->units.size(), 1U);
}

TEST(WorkQueue, ItemsShrinkAtTheEnd) {
  WorkQueue queue({{true}, {{0, units(101)}}}, 5);
  (void)queue.next(true);
  queue.unit_done(1e-3);  // 2000 units would be one item
  std::size_t before = 1000;
  std::size_t handed_out = 0;
  while (const auto item = queue.next(true)) {
    if (handed_out == 0) {
      EXPECT_EQ(item->units.size(), 10U);  // 100 units / (2 * 5 workers)
    }
    EXPECT_LE(item->units.size(), before);
    before = item->units.size();
    handed_out += before;
  }
  EXPECT_EQ(handed_out, 100U);
  EXPECT_EQ(before, 1U);
}

TEST(WorkQueue, ItemsStayWithinTheirLot) {
  WorkQueue queue({{true}, {{0, {7, 9}}, {0, {3}}}}, 1);
  EXPECT_THAT(queue.next(true)->units, ElementsAre(7U));
  queue.unit_done(1e-6);
  const auto rest = queue.next(true);
  EXPECT_EQ(rest->number, 0U);
  EXPECT_THAT(rest->units, ElementsAre(9U));
  const auto last = queue.next(true);
  EXPECT_EQ(last->number, 1U);
  EXPECT_THAT(last->units, ElementsAre(3U));
}

TEST(WorkQueue, UnitsWaitForTheirModelOnly) {
  WorkQueue queue({{false, false}, {{0, units(1)}, {1, units(1)}, {0, units(1)}}}, 2);
  (void)queue.next(true);
  (void)queue.next(true);
  EXPECT_FALSE(queue.next(true).has_value());
  queue.model_done(1);
  EXPECT_EQ(queue.next(true)->number, 1U);
  EXPECT_FALSE(queue.next(true).has_value());
  queue.model_done(0);
  EXPECT_EQ(queue.next(true)->number, 0U);
  EXPECT_EQ(queue.next(true)->number, 2U);
  EXPECT_FALSE(queue.next(true).has_value());
}

TEST(WorkQueue, FinishedOnlyWhenAllIsDone) {
  WorkQueue queue({{false}, {{0, units(2)}}}, 1);
  EXPECT_FALSE(queue.finished());
  (void)queue.next(true);
  queue.model_done(0);
  EXPECT_FALSE(queue.finished());
  (void)queue.next(true);
  (void)queue.next(true);
  EXPECT_FALSE(queue.next(true).has_value());
  EXPECT_FALSE(queue.finished());  // handed out is not done
  queue.unit_done(1);
  EXPECT_FALSE(queue.finished());
  EXPECT_EQ(queue.units_done(), 1U);
  queue.unit_done(1);
  EXPECT_TRUE(queue.finished());
  EXPECT_EQ(queue.units_total(), 2U);
}

TEST(WorkQueue, ModelsThatNobodyNeedsAreNotTrained) {
  WorkQueue queue({{false, false}, {{0, {}}, {1, units(1)}}}, 1);
  EXPECT_EQ(queue.models_left(), 1U);
  EXPECT_EQ(queue.next(true)->number, 1U);
  EXPECT_TRUE(WorkQueue({{false}, {{0, {}}}}, 1).finished());
}

TEST(WorkQueue, DoneTwiceIsABug) {
  WorkQueue queue({{true}, {{0, units(1)}}}, 1);
  queue.unit_done(1);
  EXPECT_THROW(queue.unit_done(1), std::logic_error);
  EXPECT_THROW(queue.model_done(0), std::logic_error);
}

TEST(Work, CountsItsUnits) {
  EXPECT_EQ((Work{{true, true}, {{0, units(3)}, {1, {}}, {1, units(4)}}}.units()), 7U);
}

TEST(Message, PacksAndUnpacks) {
  const Message message{
      MessageKind::units, 4000000000U, std::string("a\0b", 3), {1, 4000000000U, 0}, {{5, 0.25, "p"}, {6, -0.0, ""}}};
  const Message read = unpack_message(pack(message));
  EXPECT_EQ(read.kind, message.kind);
  EXPECT_EQ(read.number, message.number);
  EXPECT_EQ(read.payload, message.payload);
  EXPECT_EQ(read.units, message.units);
  ASSERT_EQ(read.results.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.results[i].unit, message.results[i].unit);
    EXPECT_EQ(read.results[i].seconds, message.results[i].seconds);
    EXPECT_EQ(read.results[i].payload, message.results[i].payload);
  }
  for (const auto kind : {MessageKind::train, MessageKind::idle, MessageKind::signalled})
    EXPECT_EQ(unpack_message(pack({kind, 0, {}, {}, {}})).kind, kind);
}

TEST(Message, CutShortIsABug) {
  const std::string bytes = pack({MessageKind::failed, 1, "reason", {1, 2}, {{5, 0.25, "payload"}}});
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW((void)unpack_message(bytes.substr(0, size)), std::logic_error) << size;
}

}  // namespace
}  // namespace ohmcarlo::test
