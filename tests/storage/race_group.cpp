#include "storage/race_group.hpp"

#include <mutex>

#include <gmock/gmock.h>

namespace ohmcarlo::test {
namespace race_group_test {

using testing::ElementsAre;

template <class T>
std::vector<T> read_column(hid_t group, const char* name, hid_t type) {
  const h5::Handle dataset = h5::open_dataset(group, name);
  std::vector<T> values(h5::shape_of(dataset).at(0));
  h5::read_dataset(dataset, type, values);
  return values;
}

TEST(RaceGroup, HoldsEveryDecisionWithItsLook) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  RaceRecord record{
      .axis = "training.epochs", .metric = "loss", .tolerance = 0.25, .confidence = 0.9, .pair_confidence = 0.95};
  record.races.push_back({.leader = 1, .end = "one left", .spent = 30, .without_dropping = 40});
  record.races.push_back({.leader = 3, .end = "goes on", .spent = 20, .without_dropping = 20});
  record.races[0].standings = {{10, 0, 0.5, 0.125, 0.0625, 0.25, false, true}, {10, 1, 0.75, 0, -1, 1, true, false}};
  h5::write_races(file, record);

  const h5::Handle group = h5::open_group(file, "race");
  EXPECT_EQ(h5::read_text(group, "axis"), "training.epochs");
  EXPECT_EQ(h5::read_text(group, "metric"), "loss");
  EXPECT_EQ(h5::read_number(group, "tolerance"), 0.25);
  EXPECT_EQ(h5::read_number(group, "confidence"), 0.9);
  EXPECT_EQ(h5::read_number(group, "pair_confidence"), 0.95);
  const h5::Handle first = h5::open_group(group, "race_0000"), second = h5::open_group(group, "race_0001");
  EXPECT_EQ(h5::read_text(first, "end"), "one left");
  EXPECT_EQ(h5::read_unsigned(first, "leader"), 1U);
  EXPECT_EQ(h5::read_unsigned(first, "chips_spent"), 30U);
  EXPECT_EQ(h5::read_unsigned(first, "chips_without_dropping"), 40U);
  EXPECT_EQ(h5::read_unsigned(second, "leader"), 3U);
  EXPECT_FALSE(h5::exists(second, "chips")) << "no look yet";
  EXPECT_THAT(read_column<std::uint64_t>(first, "chips", H5T_NATIVE_UINT64), ElementsAre(10, 10));
  EXPECT_THAT(read_column<std::uint64_t>(first, "point", H5T_NATIVE_UINT64), ElementsAre(0, 1));
  EXPECT_THAT(read_column<double>(first, "mean", H5T_NATIVE_DOUBLE), ElementsAre(0.5, 0.75));
  EXPECT_THAT(read_column<double>(first, "behind", H5T_NATIVE_DOUBLE), ElementsAre(0.125, 0));
  EXPECT_THAT(read_column<double>(first, "ci_low", H5T_NATIVE_DOUBLE), ElementsAre(0.0625, -1));
  EXPECT_THAT(read_column<double>(first, "ci_high", H5T_NATIVE_DOUBLE), ElementsAre(0.25, 1));
  EXPECT_THAT(read_column<std::uint8_t>(first, "leads", H5T_NATIVE_UINT8), ElementsAre(0, 1));
  EXPECT_THAT(read_column<std::uint8_t>(first, "dropped", H5T_NATIVE_UINT8), ElementsAre(1, 0));
}

TEST(RaceGroup, OverTrainingsSaysSo) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  RaceRecord record{.axis = "training.epochs", .metric = "loss", .chips_of_training = 20};
  record.races.push_back({.leader = 1, .end = "one left", .spent = 30, .without_dropping = 40});
  record.races[0].standings = {{10, 0, 0.5, 0.125, 0.0625, 0.25, false, true}};
  h5::write_races(file, record);
  const h5::Handle group = h5::open_group(file, "race");
  EXPECT_EQ(h5::read_unsigned(group, "chips_of_training"), 20U);
  const h5::Handle first = h5::open_group(group, "race_0000");
  EXPECT_EQ(h5::read_unsigned(first, "trainings_spent"), 30U);
  EXPECT_EQ(h5::read_unsigned(first, "trainings_without_dropping"), 40U);
  EXPECT_EQ(h5::read_unsigned(first, "chips_spent"), 600U);
  EXPECT_EQ(h5::read_unsigned(first, "chips_without_dropping"), 800U);
  EXPECT_THAT(read_column<std::uint64_t>(first, "trainings", H5T_NATIVE_UINT64), ElementsAre(10));
  EXPECT_FALSE(h5::exists(first, "chips"));
}

TEST(RaceGroup, IsNotThereWithoutRaces) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  h5::write_races(file, std::nullopt);
  EXPECT_FALSE(h5::exists(file, "race"));
}

}  // namespace race_group_test
}  // namespace ohmcarlo::test
