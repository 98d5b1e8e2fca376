#include "config/point_settings.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace point_settings_test {

TEST(PointSettings, HaveTheFileBeforeTheDefault) {
  const Reading reading("data.set = \"mnist\"\ntraining.batch = 7\n");
  EXPECT_EQ(reading.settings.find(id_of("training.batch"))->value, Value(std::int64_t{7}));
  EXPECT_EQ(reading.settings.find(id_of("training.epochs"))->value, Value(std::int64_t{10}));
  EXPECT_EQ(reading.settings.find(id_of("hardware.drift.time")), nullptr);
  EXPECT_TRUE(reading.settings.is_written(id_of("training.batch")));
  EXPECT_FALSE(reading.settings.is_written(id_of("training.epochs")));
}

TEST(PointSettings, ChooseOneValueOfEachAxis) {
  Reading reading("data.set = \"mnist\"\n[sweep]\ntraining.epochs = [3, 4]\ntraining.batch = [5, 6]\n");
  PointSettings& settings = reading.settings;
  EXPECT_EQ(settings.find(id_of("training.epochs"))->value, Value(std::int64_t{10}));  // the default
  EXPECT_FALSE(settings.is_chosen(id_of("training.epochs")));
  EXPECT_TRUE(settings.is_written(id_of("training.epochs")));
  settings.choose(0, 1);
  settings.choose(1, 0);
  const PointSettings kept = settings;
  settings.choose(0, 0);
  EXPECT_EQ(kept.find(id_of("training.epochs"))->value, Value(std::int64_t{4}));
  EXPECT_EQ(kept.find(id_of("training.batch"))->value, Value(std::int64_t{5}));
  EXPECT_EQ(settings.find(id_of("training.epochs"))->value, Value(std::int64_t{3}));
  EXPECT_TRUE(settings.is_chosen(id_of("training.epochs")));
  EXPECT_THROW(settings.choose(2, 0), std::out_of_range);
  EXPECT_THROW(settings.choose(0, 2), std::out_of_range);
}

}  // namespace point_settings_test
}  // namespace ohmcarlo
