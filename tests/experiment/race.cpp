#include "experiment/race.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"
#include "experiment/refusal.hpp"
#include "experiment/settings.hpp"

namespace ohmcarlo {
namespace race_test {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kRaced =
    "data.set = \"mnist\"\nnetwork.hidden = [4]\n"
    "trials.race = { axis = \"training.epochs\", metric = \"accuracy\", min = 10, max = 60 }\n[sweep]\n"
    "\"hardware.variation.sigma\" = [0.1, 0.2]\n\"training.epochs\" = [1, 2, 3]\n";

/// Two races of three values over chips in groups of eight: looks at 16, 24, 32, 40, 56, 60.
struct Raced {
  explicit Raced(const std::vector<std::string>& sets = {}) : experiment(experiment_of(kRaced, sets)) {
    Shape shape = experiment.shape;
    shape.trials = 64;
    table = Table(shape);
    rules = RaceRules::find(settings_of(experiment), shape);
  }

  void enter(std::size_t point, std::size_t chips, double mean, double distance) {
    for (std::size_t chip = 0; chip < chips; ++chip) {
      const std::size_t cell = table.shape.cell(point, 0, chip);
      const double accuracy = mean + (chip % 2 == 0 ? distance : -distance);
      table.state[cell] = CellState::done;
      table.values[kAccuracy][cell] = accuracy;
      table.values[kLoss][cell] = accuracy;
      table.values[kCorrect][cell] = 10000 * accuracy;
    }
  }

  Experiment experiment;
  Table table;
  std::optional<RaceRules> rules;
};

TEST(Races, AreReadFromTheSettingsOfATable) {
  const Raced raced;
  ASSERT_TRUE(raced.rules.has_value());
  EXPECT_EQ(raced.rules->race().axis, "training.epochs");
  EXPECT_EQ(raced.rules->race().metric, RaceMetric::accuracy);
  EXPECT_EQ(raced.rules->race().max, 60U);
  EXPECT_EQ(raced.rules->axis(), 1U);
  EXPECT_EQ(raced.rules->metric(raced.table), kAccuracy);
  const Experiment fixed = experiment_of("data.set = \"mnist\"\n");
  EXPECT_FALSE(RaceRules::find(settings_of(fixed), fixed.shape).has_value());
}

TEST(Races, AreOneForEachCombinationOfTheOtherAxes) {
  const Raced raced;
  EXPECT_EQ(raced.rules->count(), 2U);
  EXPECT_THAT(raced.rules->points_of(0), ElementsAre(0, 1, 2));
  EXPECT_THAT(raced.rules->points_of(1), ElementsAre(3, 4, 5));
  for (std::size_t point = 0; point < 6; ++point) EXPECT_EQ(raced.rules->race_of(point), point / 3);
  // The raced axis first, two others behind it: point = (axis * 2 + a) * 3 + b, race = a * 3 + b.
  const Experiment other = experiment_of(
      "data.set = \"mnist\"\nnetwork.hidden = [4]\ntrials.race.axis = \"hardware.variation.sigma\"\n[sweep]\n"
      "\"hardware.variation.sigma\" = [0.1, 0.2]\n\"training.batch\" = [10, 20]\n\"training.epochs\" = [1, 2, 3]\n");
  const RaceRules rules = RaceRules::find(settings_of(other), other.shape).value();
  EXPECT_EQ(rules.count(), 6U);
  EXPECT_THAT(rules.points_of(4), ElementsAre(4, 10));
  EXPECT_EQ(rules.race_of(10), 4U);
}

TEST(Races, LookAtWholeUnitsAndAskForTheNextLook) {
  Raced raced;
  RaceDecisions before(*raced.rules, raced.table);
  EXPECT_EQ(before.of_point(1).chips, 16U);
  EXPECT_FALSE(before.of_point(1).settled);
  raced.enter(0, 16, .9, .01);
  raced.enter(1, 16, .7, .02);
  raced.enter(2, 16, .9001, .03);
  RaceDecisions after(*raced.rules, raced.table);
  EXPECT_EQ(after.of_point(0).chips, 24U);
  EXPECT_EQ(after.of_point(1).chips, 16U);
  EXPECT_TRUE(after.of_point(1).settled) << "out of the race";
  EXPECT_EQ(after.of_point(2).chips, 24U);
  EXPECT_FALSE(after.of_point(2).settled);
  EXPECT_EQ(after.of_point(4).chips, 16U) << "the other race has not begun";
}

// Chips beyond a gap are there, but no look may read them.
TEST(Races, ReadCompletePrefixesAlone) {
  Raced raced;
  raced.enter(0, 24, .9, .01);
  raced.enter(1, 24, .7, .02);
  raced.enter(2, 24, .9001, .03);
  raced.table.state[raced.table.shape.cell(2, 0, 3)] = CellState::not_run;
  RaceDecisions decisions(*raced.rules, raced.table);
  EXPECT_TRUE(decisions.of_race(0).looks.empty());
  EXPECT_EQ(decisions.of_point(1).chips, 16U);
  EXPECT_FALSE(decisions.of_point(1).settled);
}

TEST(Races, OnLossesTheLowestIsBest) {
  Raced raced({"trials.race.metric=\"loss\""});
  raced.enter(0, 16, .9, .01);
  raced.enter(1, 16, .7, .02);
  raced.enter(2, 16, .8, .03);
  const RaceDecision decision = raced.rules->decide(raced.table, 0);
  EXPECT_EQ(decision.leader, 1U);
  EXPECT_EQ(decision.end, RaceEnd::one_left);
}

TEST(Races, AreWrittenWithWhatTheySpent) {
  Raced raced;
  raced.enter(0, 24, .9, .01);
  raced.enter(1, 24, .7, .02);
  raced.enter(2, 24, .9001, .03);
  const RaceRecord record = record_races(settings_of(raced.experiment), raced.table).value();
  EXPECT_EQ(record.axis, "training.epochs");
  EXPECT_EQ(record.metric, "accuracy");
  EXPECT_DOUBLE_EQ(record.pair_confidence, 0.975);
  ASSERT_EQ(record.races.size(), 2U);
  const RaceSummary& race = record.races[0];
  EXPECT_EQ(race.end, "goes on");
  EXPECT_EQ(race.leader, 2U);
  ASSERT_EQ(race.standings.size(), 3U + 2U);
  EXPECT_EQ(race.standings[1].point, 1U);
  EXPECT_TRUE(race.standings[1].dropped);
  EXPECT_EQ(race.standings[1].chips, 16U);
  EXPECT_TRUE(race.standings[4].leads);
  EXPECT_EQ(race.spent, 32U + 16U + 32U) << "the next look is needed for certain";
  EXPECT_EQ(race.without_dropping, 3 * 32U);
  EXPECT_EQ(record.races[1].leader, 3U);
  EXPECT_FALSE(record_races({}, raced.table).has_value());
}

constexpr const char* kRacedTrainings =
    "data.set = \"mnist\"\nnetwork.hidden = [4]\ntraining.replicas = 9\n"
    "trials.race = { axis = \"training.epochs\", metric = \"accuracy\", chips = 4 }\n[sweep]\n"
    "\"hardware.variation.sigma\" = [0.1, 0.2]\n\"training.epochs\" = [1, 2, 3]\n";

/// Two races of three values over up to nine trainings of four chips: looks at 6, 7, 8, 9.
struct RacedTrainings {
  explicit RacedTrainings(const std::vector<std::string>& sets = {})
      : experiment(experiment_of(kRacedTrainings, sets)) {
    Shape shape = experiment.shape;
    shape.trials = 6;  // more than a training is looked at with
    table = Table(shape);
    rules = RaceRules::find(settings_of(experiment), shape);
  }

  /// Trainings 0..count-1 whose means over four chips are `mean` +- `distance` in turn; what is beyond is far off.
  void enter(std::size_t point, std::size_t count, double mean, double distance) {
    for (std::size_t replica = 0; replica < count; ++replica)
      for (std::size_t chip = 0; chip < 6; ++chip) {
        const double centre = mean + (replica % 2 == 0 ? distance : -distance);
        set(point, replica, chip, chip < 4 ? centre + (chip % 2 == 0 ? 0.01 : -0.01) : 0.1);
      }
  }
  void set(std::size_t point, std::size_t replica, std::size_t chip, double accuracy) {
    const std::size_t cell = table.shape.cell(point, replica, chip);
    table.state[cell] = CellState::done;
    table.values[kAccuracy][cell] = accuracy;
    table.values[kCorrect][cell] = 10000 * accuracy;
  }

  Experiment experiment;
  Table table;
  std::optional<RaceRules> rules;
};

TEST(Races, OverTrainingsLookAtEachFromTheFirstThatTellsAnything) {
  RacedTrainings raced;
  ASSERT_TRUE(raced.rules.has_value());
  EXPECT_EQ(raced.rules->units(), "trainings");
  EXPECT_EQ(fewest_trainings(raced.experiment), 6U);
  EXPECT_EQ(raced.experiment.most_chips(), 4U);
  EXPECT_TRUE(raced.experiment.decides_trainings());
  RaceDecisions before(*raced.rules, raced.table);
  EXPECT_EQ(before.of_point(1).trainings, 6U);
  EXPECT_EQ(before.of_point(1).chips, 4U);
  raced.enter(0, 7, .9, .01);
  raced.enter(1, 6, .5, .02);
  raced.enter(2, 7, .9001, .03);
  const RaceDecision decision = raced.rules->decide(raced.table, 0);
  ASSERT_EQ(decision.looks.size(), 2U);
  EXPECT_EQ(decision.looks[0].chips, 6U);
  EXPECT_EQ(decision.looks[1].chips, 7U);
  EXPECT_THAT(decision.dropped_at, ElementsAre(0, 6, 0));
  EXPECT_NEAR(decision.looks[0].standings[1].mean, 0.5, 1e-12) << "of the first four chips of each";
  EXPECT_NEAR(decision.looks[1].standings[0].mean, 0.9 + .01 / 7, 1e-12);
  RaceDecisions after(*raced.rules, raced.table);
  EXPECT_EQ(after.of_point(0).trainings, 8U);
  EXPECT_FALSE(after.of_point(0).settled);
  EXPECT_EQ(after.of_point(1).trainings, 6U);
  EXPECT_TRUE(after.of_point(1).settled);
  EXPECT_FALSE(after.of_point(4).settled) << "the other race has not begun";
}

// A training of which a chip is missing is not looked at, nor is any behind it.
TEST(Races, OverTrainingsReadCompleteOnesAlone) {
  RacedTrainings raced;
  for (std::size_t point = 0; point < 3; ++point) raced.enter(point, 9, .9 - .2 * static_cast<double>(point), .01);
  raced.table.state[raced.table.shape.cell(2, 5, 3)] = CellState::not_run;
  EXPECT_TRUE(raced.rules->decide(raced.table, 0).looks.empty());
  raced.table.state[raced.table.shape.cell(2, 5, 3)] = CellState::failed;
  EXPECT_EQ(raced.rules->decide(raced.table, 0).end, RaceEnd::one_left);
  EXPECT_NEAR(raced.rules->decide(raced.table, 0).looks[0].standings[2].mean, (3 * .51 + 2 * .49 + .49 + .01 / 3) / 6,
              1e-12)
      << "what failed is left out of its training";
}

// Equal trainings have no width but that of the images that they are counted over: 4 chips of 10,000.
TEST(Races, OverTrainingsCountTheImagesOfAllChips) {
  RacedTrainings raced;
  for (std::size_t point = 0; point < 3; ++point) raced.enter(point, 6, .9 - .1 * static_cast<double>(point), 0);
  const RaceStanding standing = raced.rules->decide(raced.table, 0).looks.at(0).standings.at(1);
  const double c = 10 / 8.211968062, a = 0.025, sd = 1 / std::sqrt(4 * 40000. * 6);
  const double r = std::pow((6 + c) / (c * a * a), 1 / 6.);
  EXPECT_NEAR(standing.interval.high - standing.behind, sd * std::sqrt(5 / 6. * (r - 1) / (1 - r * c / (6 + c))), 1e-9);
}

TEST(Races, OverTrainingsAreWrittenAsSuch) {
  RacedTrainings raced;
  raced.enter(0, 7, .9, .01);
  raced.enter(1, 6, .5, .02);
  raced.enter(2, 7, .9001, .03);
  const RaceRecord record = record_races(settings_of(raced.experiment), raced.table).value();
  EXPECT_EQ(record.chips_of_training, 4U);
  EXPECT_EQ(record.races[0].spent, 8U + 6U + 8U);
  EXPECT_EQ(record.races[0].without_dropping, 24U);
  EXPECT_EQ(record.races[0].standings.back().chips, 7U);
}

TEST(Races, OverTrainingsNeedEnoughOfThem) {
  EXPECT_THAT(refused(kRacedTrainings, {"training.replicas=5"}),
              HasSubstr("'training.replicas' is 5, but a race of 3 values over trainings can tell nothing before 6 "
                        "(allowed: at least 6; or 1, for a race over the chips of one training)"));
  EXPECT_EQ(refused(kRacedTrainings, {"training.replicas=6"}), "nothing was refused");
}

// A file that was raced in the one way and then in the other states one race.
TEST(Races, OfOneKindAreStatedInAFile) {
  const Raced chips;
  const RacedTrainings trainings;
  const auto joined =
      settings_of(trainings.experiment, trainings.table.shape, settings_of(chips.experiment), chips.experiment.shape);
  for (const ResolvedSetting& setting : joined) {
    EXPECT_NE(setting.key, "trials.race.min");
    EXPECT_NE(setting.key, "trials.race.max");
  }
  EXPECT_TRUE(RaceRules::find(joined, trainings.table.shape)->race().is_over_trainings());
}

TEST(Races, WaitForAPilotOfSamples) {
  const Raced raced({"trials.images=\"two-stage\""});
  EXPECT_EQ(raced.rules->race().min, 32U);
}

TEST(Races, ThatCannotBeAreRefused) {
  EXPECT_THAT(refused(kRaced, {"trials.race.axis=\"training.batch\""}),
              HasSubstr("'trials.race.axis' is \"training.batch\", which is not swept (allowed: "
                        "hardware.variation.sigma, training.epochs)"));
  EXPECT_THAT(refused(kRaced, {"training.epochs=[1]"}), HasSubstr("one value (allowed: two values at least)"));
  EXPECT_THAT(refused(kRaced, {"training.replicas=2"}), HasSubstr("'training.replicas' is 2"));
  EXPECT_THAT(refused(kRaced, {"data.validation=0", "trials.race.metric=\"validation_accuracy\""}),
              HasSubstr("'data.validation' is 0, but the race is on images that are held out"));
  EXPECT_THAT(refused("data.set = \"mnist\"\ndata.validation = 0\ntrials.validation_accuracy = true\n"),
              HasSubstr("'trials.validation_accuracy' is of these images"));
  EXPECT_EQ(refused(kRaced), "nothing was refused");
}

// What a race asks of chips is what the key asks, so that files of both can be resumed by each other.
TEST(Races, OnValidationDataAreExperimentsThatKeepIt) {
  const std::string fixed =
      "data.set = \"mnist\"\nnetwork.hidden = [4]\n[sweep]\n\"training.epochs\" = [1, 2]\n[trials]\n";
  const auto hash = [&](const std::string& trials) { return experiment_of(fixed + trials).identity.hash(); };
  const std::string race = "race = { axis = \"training.epochs\" }\n";
  EXPECT_EQ(hash(race), hash("validation_accuracy = true\n"));
  EXPECT_NE(hash(race), hash(""));
  EXPECT_EQ(hash("race = { axis = \"training.epochs\", metric = \"accuracy\" }\n"), hash(""));
}

}  // namespace race_test
}  // namespace ohmcarlo
