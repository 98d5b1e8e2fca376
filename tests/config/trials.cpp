#include "config/trials.hpp"

#include <gmock/gmock.h>

#include "config/reading.hpp"

namespace ohmcarlo {
namespace trials_test {

using ::testing::HasSubstr;

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

TEST(TrialsTable, UntilHasDefaults) {
  Reading reading("[trials]\nuntil = { half_width = 0.002 }\n");
  const TrialsOptions trials = read_trials(reading.reader);
  ASSERT_TRUE(trials.until.has_value());
  EXPECT_EQ(trials.until->metric, UntilMetric::accuracy);
  EXPECT_EQ(trials.until->half_width, 0.002);
  EXPECT_EQ(trials.until->confidence, 0.95);
  EXPECT_EQ(trials.until->min, 30U);
  EXPECT_EQ(trials.until->max, 5000U);
  EXPECT_EQ(trials.until->interval, IntervalKind::fixed_width);
  EXPECT_EQ(trials.count, 30U) << "the fewest";
}

TEST(TrialsTable, EachKeyOfUntilReachesItsField) {
  const auto read = [](const std::string& more) {
    Reading reading("[trials.until]\nhalf_width = 0.1\n" + more + "\n");
    return read_trials(reading.reader).until.value();
  };
  EXPECT_EQ(read("metric = \"loss\"").metric, UntilMetric::loss);
  EXPECT_EQ(read("confidence = 0.99").confidence, 0.99);
  EXPECT_EQ(read("min = 12").min, 12U);
  EXPECT_EQ(read("max = 77").max, 77U);
  EXPECT_EQ(read("interval = \"sequence\"").interval, IntervalKind::sequence);
  EXPECT_EQ(read("interval = \"betting\"").interval, IntervalKind::betting);
}

TEST(TrialsTable, RefusesWhatContradictsItself) {
  const auto message = [](const std::string& text) {
    Reading reading("[trials]\n" + text + "\n");
    return bad_usage_of([&] { (void)read_trials(reading.reader); });
  };
  EXPECT_THAT(message("count = 30\nuntil.half_width = 0.1"), HasSubstr("'trials.count' stands beside"));
  EXPECT_THAT(message("until.max = 30"), HasSubstr("needs 'trials.until.half_width'"));
  EXPECT_THAT(message("until.half_width = 0.1\nuntil.min = 50\nuntil.max = 49"), HasSubstr("at least 50"));
  // 7,004 chips at a mean of 0.95: Waudby-Smith and Ramdas' bets cannot exclude a rare catastrophe with fewer.
  EXPECT_THAT(message("until.half_width = 0.001\nuntil.interval = \"betting\"\nuntil.max = 7003"), HasSubstr("7004"));
  EXPECT_EQ(message("until.half_width = 0.001\nuntil.interval = \"betting\"\nuntil.max = 7004"), "nothing was refused");
}

TEST(TrialsTable, ImagesAreAllUnlessTold) {
  const auto read = [](const std::string& lines) {
    Reading reading("data.set = \"mnist\"\n[trials]\n" + lines + "\n");
    return read_trials(reading.reader).images;
  };
  EXPECT_EQ(read(""), ImageChoice{});
  EXPECT_EQ(read("images = \"all\""), ImageChoice{});
  EXPECT_EQ(ImageChoice{}.kind, ImageChoice::Kind::all);
  EXPECT_EQ(read("images = \"two-stage\""), (ImageChoice{ImageChoice::Kind::two_stage, 0}));
  EXPECT_EQ(read("images = 2"), (ImageChoice{ImageChoice::Kind::number, 2}));
  EXPECT_EQ(read("images = 1000"), (ImageChoice{ImageChoice::Kind::number, 1000}));
}

TEST(TrialsTable, ImagesAreRefusedWhereTheyAreNoSample) {
  const auto message = [](const std::string& lines) {
    return bad_usage_of([&] {
      Reading reading("data.set = \"mnist\"\n[trials]\n" + lines + "\n");
      (void)read_trials(reading.reader);
    });
  };
  for (const std::string value : {"1", "0", "-5", "\"some\"", "\"1000\"", "0.5", "true", "2000000"}) {
    EXPECT_THAT(message("images = " + value), HasSubstr("a.toml:3: 'trials.images'")) << value;
    EXPECT_THAT(message("images = " + value), HasSubstr("allowed: ")) << value;
  }
  for (const std::string value : {"\"two-stage\"", "100"})
    EXPECT_THAT(message("images = " + value + "\nconfusion = true"),
                HasSubstr("a.toml:4: 'trials.confusion' counts all test images"))
        << value;
  EXPECT_EQ(message("images = \"all\"\nconfusion = true"), "nothing was refused");
}

// The pilot's 32 chips come before the first look.
TEST(TrialsTable, APilotNeedsThirtyTwoChips) {
  const auto message = [](const std::string& images, int most) {
    Reading reading("[trials]\nuntil = { half_width = 0.1, min = 8, max = " + std::to_string(most) +
                    " }\nimages = " + images + "\n");
    return bad_usage_of([&] { (void)read_trials(reading.reader); });
  };
  EXPECT_THAT(message("\"two-stage\"", 31), HasSubstr("a.toml:2: 'trials.until.max' is 31"));
  EXPECT_THAT(message("\"two-stage\"", 31), HasSubstr("allowed: at least 32"));
  EXPECT_EQ(message("\"two-stage\"", 32), "nothing was refused");
  EXPECT_EQ(message("100", 31), "nothing was refused");
  EXPECT_EQ(message("\"all\"", 31), "nothing was refused");
}

}  // namespace trials_test
}  // namespace ohmcarlo
