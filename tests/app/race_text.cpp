#include "app/race_text.hpp"

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"

namespace ohmcarlo {
namespace race_text_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::vector<double> in_turn(double mean, double distance, std::size_t count) {
  std::vector<double> chips;
  for (std::size_t chip = 0; chip < count; ++chip) chips.push_back(chip % 2 == 0 ? mean + distance : mean - distance);
  return chips;
}

/// A race of three methods by their accuracy, with looks at 10, 13, 17, 20 chips.
Results raced(const test::Values& rows) {
  Results results = test::results_of({test::methods({"plain", "ovf", "kure"})}, rows);
  results.settings = {{"trials.race.axis", {}, {std::string("training.method")}},
                      {"trials.race.confidence", {}, {0.95}},
                      {"trials.race.max", {}, {std::int64_t{20}}},
                      {"trials.race.metric", {}, {std::string("accuracy")}},
                      {"trials.race.min", {}, {std::int64_t{10}}},
                      {"trials.race.tolerance", {}, {0.001}}};
  return results;
}

std::string text_of(const Results& results, TableFormat format = TableFormat::table,
                    const std::vector<std::size_t>& points = {0, 1, 2}) {
  return format_races(results, RaceRules::find(results.settings, results.table.shape).value(), points, format);
}

TEST(RaceText, TellsWinnerSurvivorsAndWhatWasDropped) {
  const std::string text = text_of(raced({in_turn(.7, .02, 10), in_turn(.9, .01, 20), in_turn(.901, .04, 20)}));
  EXPECT_THAT(text,
              HasSubstr("race of training.method by accuracy; with 95 % the truly best value, or one within 0.001, "
                        "is not dropped"));
  EXPECT_THAT(text, HasSubstr("97.5 % interval"));
  const std::size_t best = text.find("best\n"), left = text.find("cannot be told from it"),
                    dropped = text.find("dropped at 10 chips");
  ASSERT_NE(dropped, std::string::npos) << text;
  EXPECT_LT(best, left);
  EXPECT_LT(left, dropped);
  EXPECT_THAT(text,
              HasSubstr("Race: trials.race.max is reached; 50 chips, 17 % fewer than the 60 of all values as far."));
  EXPECT_THAT(text, HasSubstr("the race is on test images")) << "a key of training";
}

/// A race over 6 to 8 trainings of two chips.
Results raced_trainings(const test::Values& rows) {
  Results results = test::results_of({test::methods({"plain", "ovf", "kure"})}, rows, 8);
  results.settings = {{"trials.race.axis", {}, {std::string("training.method")}},
                      {"trials.race.chips", {}, {std::int64_t{2}}},
                      {"trials.race.confidence", {}, {0.95}},
                      {"trials.race.metric", {}, {std::string("accuracy")}},
                      {"trials.race.tolerance", {}, {0.001}}};
  return results;
}

TEST(RaceText, CountsTrainingsWhereTheseAreRaced) {
  test::Values rows;
  for (const auto& [mean, distance] : {std::pair(.3, .001), std::pair(.9, .01), std::pair(.901, .04)})
    for (int replica = 0; replica < 8; ++replica) {
      const bool is_run = mean > .5 || replica < 6;
      const double of_training = replica % 2 == 0 ? mean + distance : mean - distance;
      rows.push_back(is_run ? std::vector<double>{of_training - .02, of_training + .02} : std::vector<double>());
    }
  const Results results = raced_trainings(rows);
  const std::string text = text_of(results);
  EXPECT_THAT(text, AllOf(HasSubstr("trainings"), HasSubstr("dropped at 6 trainings"),
                          HasSubstr("Race: training.replicas is reached; 22 trainings of 2 chips (44 chips), 8 % fewer "
                                    "than the 24 of all values as far.")));
  EXPECT_THAT(text_of(results, TableFormat::csv),
              HasSubstr("training.method,race,verdict,trainings,mean,behind,ci_low,ci_high,end,race_trainings,"
                        "race_trainings_without_dropping,race_chips,race_chips_without_dropping\n"));
  EXPECT_THAT(text_of(results, TableFormat::json),
              AllOf(HasSubstr("\"race_trainings\": 22"), HasSubstr("\"race_chips\": 44")));
}

TEST(RaceText, SaysThatARaceGoesOn) {
  const std::string text = text_of(raced({in_turn(.7, .02, 10), in_turn(.9, .01, 10), in_turn(.901, .04, 10)}));
  EXPECT_THAT(text, AllOf(HasSubstr("leads\n"), HasSubstr("Race: the race goes on"), Not(HasSubstr("best\n"))));
  EXPECT_THAT(text_of(raced({in_turn(.7, .02, 5), in_turn(.9, .01, 5), in_turn(.9, .04, 5)})),
              HasSubstr("no look yet"));
}

TEST(RaceText, SaysForProgramsWhatItSaysForPeople) {
  const Results results = raced({in_turn(.7, .02, 10), in_turn(.9, .01, 10), in_turn(.6, .04, 10)});
  EXPECT_THAT(text_of(results, TableFormat::json),
              AllOf(HasSubstr("\"axis\": \"training.method\""), HasSubstr("\"on_test_data\": true"),
                    HasSubstr("\"end\": \"one left\""), HasSubstr("\"race_chips\": 30")));
  EXPECT_THAT(text_of(results, TableFormat::csv),
              HasSubstr("training.method,race,verdict,chips,mean,behind,ci_low,ci_high,end,race_chips,"
                        "race_chips_without_dropping\novf,0,best,10,0.9,0,nan,nan,one left,30,30\n"));
  EXPECT_THAT(text_of(results, TableFormat::csv, {0}), Not(HasSubstr("ovf"))) << "was not asked for";
}

}  // namespace race_text_test
}  // namespace ohmcarlo
