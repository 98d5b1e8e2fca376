#include "app/tails_text.hpp"

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"

namespace ohmcarlo {
namespace tails_text_test {

using testing::HasSubstr;
using testing::Not;

/// Accuracies .01 .. 1 of a hundred chips.
std::vector<double> hundred() {
  std::vector<double> chips;
  for (int chip = 1; chip <= 100; ++chip) chips.push_back(chip / 100.0);
  return chips;
}

// P(Bin(100, .05) <= 1) = .037, P(.. >= 11) = .011, P(.. >= 10) = .028: ranks 1 and 11; 40 and 61 for the median.
// Wilson for 11 of 100: .0625 .. .1863.
TEST(TailsText, SaysHowManyChipsAnIntervalNeeds) {
  const Results results = test::results_of({test::sigmas({0.1})}, {hundred()});
  const TailOptions options{.metric = kAccuracy, .points = {0}, .quantiles = {0.01, 0.05, 0.5}, .target = 0.9};
  EXPECT_EQ(format_tails(results, options, TableFormat::table),
            "made (complete), accuracy in percent, over chips of this trained network\n"
            "sigma  chips   1 %                       95 % interval   5 %  95 % interval   50 %   95 % interval  "
            "yield % (accuracy >= 90 %)  95 % interval\n"
            "  0.1    100  1.99  needs 368 chips for a 1 % quantile  5.95  1.00 .. 11.00  50.50  40.00 .. 61.00  "
            "                     11.00  6.25 .. 18.63\n");
}

TEST(TailsText, HasAMissingEndForProgramsAsNull) {
  const Results results = test::results_of({}, {hundred()});
  const TailOptions options{.metric = kAccuracy, .points = {0}, .quantiles = {0.01}, .target = {}};
  const std::string json = format_tails(results, options, TableFormat::json);
  EXPECT_THAT(json, HasSubstr("\"q1_low\": null, \"q1_high\": 0.0"));
  EXPECT_THAT(json, HasSubstr("\"q1_needs\": 368"));
  EXPECT_THAT(json, HasSubstr("\"fixed_count\": true"));
  EXPECT_THAT(json, Not(HasSubstr("yield")));
}

TEST(TailsText, TellsTrainingsApart) {
  const Results results = test::results_of({}, {{.1, .2}, {.3, .4}}, 2);
  const TailOptions options{.metric = kAccuracy, .points = {0}, .quantiles = {0.5}, .target = {}};
  const std::string text = format_tails(results, options, TableFormat::table);
  EXPECT_THAT(text, HasSubstr("of each trained network\nreplica  chips"));
  EXPECT_THAT(text, HasSubstr("needs 6 chips for a 50 % quantile"));
}

TEST(TailsText, SaysWhenTheNumberOfChipsWasNotFixed) {
  Results results = test::results_of({}, {hundred()});
  test::decide_chips_while_they_come(results);
  const TailOptions options{.metric = kAccuracy, .points = {0}, .quantiles = {0.5}, .target = {}};
  EXPECT_THAT(format_tails(results, options, TableFormat::table), HasSubstr("trials.until decided"));
}

// Variances .05 between chips and .1 between trainings.
TEST(TailsText, SplitsTheVariance) {
  const Results results = test::results_of({}, {{.1, .3}, {.5, .9}}, 2);
  const std::vector<std::size_t> points = {0};
  EXPECT_EQ(format_variances(results, kAccuracy, points, TableFormat::table),
            "made (complete), where the spread of accuracy comes from, in percentage points\n"
            "sd between chips  sd between trainings  trainings' share of the variance %\n"
            "           22.36                 31.62                               66.67\n"
            "All chips see all test images: there is no part for images, and means are for these very images.\n");
}

TEST(TailsText, OneTrainingSaysNothingOfOthers) {
  const Results results = test::results_of({}, {{.1, .3}});
  const std::vector<std::size_t> points = {0};
  EXPECT_THAT(format_variances(results, kAccuracy, points, TableFormat::table), HasSubstr("One training:"));
  EXPECT_THAT(format_variances(results, kAccuracy, points, TableFormat::json),
              HasSubstr("\"variance_trainings\": null"));
}

}  // namespace tails_text_test
}  // namespace ohmcarlo
