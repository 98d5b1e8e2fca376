#include "config/race.hpp"

#include <gmock/gmock.h>

#include "config/reading.hpp"
#include "config/trials.hpp"

namespace ohmcarlo {
namespace race_test {

using ::testing::HasSubstr;

TrialsOptions read_race_of(const std::string& keys) {
  Reading reading("[trials]\nrace = { " + keys + " }\n");
  return read_trials(reading.reader);
}

TEST(RaceTable, HasDefaults) {
  const TrialsOptions trials = read_race_of("axis = \"training.kurtosis.lambda\"");
  ASSERT_TRUE(trials.race.has_value());
  EXPECT_EQ(trials.race->axis, "training.kurtosis.lambda");
  EXPECT_EQ(trials.race->tolerance, 0.001);
  EXPECT_EQ(trials.race->confidence, 0.95);
  EXPECT_EQ(trials.race->min, 10U);
  EXPECT_EQ(trials.race->max, 5000U);
  EXPECT_EQ(trials.count, 10U) << "the fewest";
  EXPECT_FALSE(trials.until.has_value());
}

TEST(RaceTable, EachKeyReachesItsField) {
  const Race race = read_race_of("axis = \"a.b\", tolerance = 0.02, confidence = 0.9, min = 12, max = 77").race.value();
  EXPECT_EQ(race.tolerance, 0.02);
  EXPECT_EQ(race.confidence, 0.9);
  EXPECT_EQ(race.min, 12U);
  EXPECT_EQ(race.max, 77U);
}

TEST(RaceTable, ChoosesTrainingByWhatIsHeldOutOfIt) {
  EXPECT_EQ(read_race_of("axis = \"training.epochs\"").race->metric, RaceMetric::validation_accuracy);
  EXPECT_EQ(read_race_of("axis = \"network.hidden\"").race->metric, RaceMetric::validation_accuracy);
  EXPECT_EQ(read_race_of("axis = \"hardware.cell_bits\"").race->metric, RaceMetric::accuracy);
  const TrialsOptions by_loss = read_race_of("axis = \"training.epochs\", metric = \"loss\"");
  EXPECT_EQ(by_loss.race->metric, RaceMetric::loss);
  EXPECT_FALSE(by_loss.kept.validation_accuracy);
  EXPECT_TRUE(read_race_of("axis = \"training.epochs\"").kept.validation_accuracy) << "chips have to see it";
  EXPECT_TRUE(races_on_test_data(*by_loss.race));
  EXPECT_FALSE(races_on_test_data(*read_race_of("axis = \"training.epochs\"").race));
  EXPECT_FALSE(races_on_test_data(*read_race_of("axis = \"hardware.cell_bits\"").race));
}

// Whoever has the file has to know what was raced on.
TEST(RaceTable, SaysWhichMetricItCameTo) {
  Reading reading("trials.race.axis = \"training.epochs\"\n");
  (void)read_trials(reading.reader);
  EXPECT_THAT(reading.reader.log(), HasSubstr("trials.race.metric = \"validation_accuracy\""));
  EXPECT_THAT(reading.reader.log(), HasSubstr("trials.validation_accuracy = true"));
}

TEST(RaceTable, WithSeveralTrainingsTheseAreRaced) {
  Reading reading("training.replicas = 20\n[trials]\nrace = { axis = \"training.epochs\" }\n");
  const TrialsOptions trials = read_trials(reading.reader);
  EXPECT_TRUE(trials.race->is_over_trainings());
  EXPECT_EQ(trials.race->chips, 30U);
  EXPECT_EQ(trials.count, 30U) << "chips of each training";
  Reading other("training.replicas = 20\n[trials]\nrace = { axis = \"training.epochs\", chips = 7 }\n");
  EXPECT_EQ(read_trials(other.reader).race->chips, 7U);
  EXPECT_FALSE(read_race_of("axis = \"training.epochs\"").race->is_over_trainings());
}

TEST(RaceTable, RefusesWhatContradictsItself) {
  const auto message = [](const std::string& text) {
    try {
      Reading reading("[trials]\n" + text + "\n");
      (void)read_trials(reading.reader);
    } catch (const BadUsage& error) {
      return std::string(error.what());
    }
    return std::string("nothing was refused");
  };
  const std::string race = "race = { axis = \"training.epochs\" }\n";
  EXPECT_THAT(message(race + "count = 20"), HasSubstr("'trials.count' stands beside 'trials.race.axis'"));
  EXPECT_THAT(message(race + "until = { half_width = 0.1 }"),
              HasSubstr("'trials.until.half_width' stands beside 'trials.race.axis'"));
  EXPECT_THAT(message("race = { tolerance = 0.1 }"), HasSubstr("'trials.race.tolerance' needs 'trials.race.axis'"));
  EXPECT_THAT(message("race = { axis = \"a\", min = 50, max = 40 }"), HasSubstr("'trials.race.max' is 40"));
  EXPECT_EQ(message(race + "images = 100"), "nothing was refused");
  EXPECT_THAT(message("race = { axis = \"training.epochs\", metric = \"loss\", max = 20 }\nimages = \"two-stage\""),
              HasSubstr("'trials.race.max' is 20"));
  const auto of_several = [&](const std::string& keys) {
    return message("race = { axis = \"training.epochs\", metric = \"loss\"" + keys + "[training]\nreplicas = 20");
  };
  EXPECT_THAT(of_several(", min = 20 }\n"), HasSubstr("'trials.race.min' counts the chips of one training"));
  EXPECT_THAT(of_several(", max = 20 }\n"), HasSubstr("'trials.race.max' counts the chips of one training"));
  EXPECT_THAT(of_several(" }\nimages = \"two-stage\"\n"), HasSubstr("'trials.race.chips' is 30"));
  EXPECT_EQ(of_several(", chips = 32 }\nimages = \"two-stage\"\n"), "nothing was refused");
  EXPECT_THAT(message("race = { axis = \"training.epochs\", chips = 20 }"),
              HasSubstr("'trials.race.chips' is of each of several trainings, but 'training.replicas' is 1"));
  EXPECT_EQ(message("race = { axis = \"training.epochs\", metric = \"loss\" }\nimages = \"two-stage\""),
            "nothing was refused");
}

}  // namespace race_test
}  // namespace ohmcarlo
