#include "config/trials.hpp"

#include "config/reading.hpp"

namespace ohmcarlo {
namespace {

TEST(TrialsTable, HasDefaults) {
  Reading reading("data.set = \"mnist\"\n");
  const TrialsOptions trials = read_trials(reading.reader);
  EXPECT_EQ(trials.count, 100U);
  EXPECT_TRUE(trials.common_random_numbers);
  EXPECT_FALSE(trials.kept.class_accuracy || trials.kept.confusion || trials.kept.weight_statistics);
}

TEST(TrialsTable, EachKeyReachesItsField) {
  const auto read = [](const std::string& line) {
    Reading reading("[trials]\n" + line + "\n");
    return read_trials(reading.reader);
  };
  EXPECT_EQ(read("count = 7").count, 7U);
  EXPECT_FALSE(read("common_random_numbers = false").common_random_numbers);
  EXPECT_TRUE(read("class_accuracy = true").kept.class_accuracy);
  EXPECT_TRUE(read("confusion = true").kept.confusion);
  EXPECT_TRUE(read("weight_statistics = true").kept.weight_statistics);
  EXPECT_FALSE(read("confusion = true").kept.class_accuracy);
}

}  // namespace
}  // namespace ohmcarlo
