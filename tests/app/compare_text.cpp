#include "app/compare_text.hpp"

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"

namespace ohmcarlo {
namespace compare_text_test {

using testing::HasSubstr;
using testing::Not;

Results two_methods() {
  return test::results_of({test::methods({"plain", "kure"}), test::sigmas({0.1})},
                          {{.89, .92, .90, .91, .90}, {.91, .93, .90, .95, .92}});
}

const ComparisonOptions kAll{.metric = kAccuracy, .axis = 0, .points = {0, 1}};

// Known answers: mean .018, half-width .0184168533, p .0533382611, correlation .6383451, gain 2.27.
TEST(CompareText, IsALineForEveryComparison) {
  EXPECT_EQ(
      format_comparisons(two_methods(), kAll, 0, TableFormat::table),
      "made (complete): accuracy less that of training.method = plain, in percentage points, 95 % Student intervals "
      "over pairs of chips\n"
      "method  sigma  pairs  difference  95 % interval  Holm's p  correlation  gain  chips saved\n"
      "  kure    0.1      5       +1.80  -0.04 .. 3.64    0.0533         0.64   2.3            6\n");
}

TEST(CompareText, SaysWhatItIsForPrograms) {
  const std::string csv = format_comparisons(two_methods(), kAll, 0, TableFormat::csv);
  EXPECT_THAT(csv, HasSubstr("training.method,hardware.variation.sigma,count,left_out,difference,sd,ci_low,ci_high,p,"
                             "adjusted_p,correlation,pairing_gain,units_saved\nkure,0.1,5,0,0.01"));
  const std::string json = format_comparisons(two_methods(), kAll, 0, TableFormat::json);
  EXPECT_THAT(json,
              HasSubstr("\"axis\": \"training.method\",\n  \"units\": \"chips\",\n  \"interval_kind\": \"student\","
                        "\n  \"confidence\": 0.95,\n  \"common_chips\": true,\n  \"baseline\": \"plain\""));
  EXPECT_THAT(json, HasSubstr("{\"training.method\": \"kure\", \"hardware.variation.sigma\": 0.1, \"count\": 5"));
}

TEST(CompareText, NotesWhatAReaderMustKnow) {
  Results results = two_methods();
  EXPECT_THAT(format_comparisons(results, kAll, 0, TableFormat::table), Not(HasSubstr("independent")));
  results.settings.push_back({"trials.common_random_numbers", {}, {false}});
  results.table.state[2] = CellState::failed;
  const std::string text = format_comparisons(results, kAll, 0, TableFormat::table);
  EXPECT_THAT(text, HasSubstr("pairs are of independent chips"));
  EXPECT_THAT(text, HasSubstr("1 pairs without a value are left out"));
}

// Differences .02 .01 0 .04 .02 and .81 .80 .80 .80 .80: sd .0148324 and .0044721; two rivals share the error, t
// = 3.4954.
TEST(CompareText, NamesTheBestAndThoseThatCannotBeToldFromIt) {
  Results results =
      test::results_of({test::methods({"plain", "kure", "bad", "none"})},
                       {{.89, .92, .90, .91, .90}, {.91, .93, .90, .95, .92}, {.1, .13, .1, .15, .12}, {}});
  EXPECT_EQ(
      format_contests(results, {.metric = kAccuracy, .axis = 0, .points = {0, 1, 2, 3}}, TableFormat::table),
      "made (complete): the best training.method by accuracy, over chips; at 95 % the truly best one is among those "
      "that are not worse\n"
      "method  mean %  best less this        interval  adjusted p                 verdict\n"
      "  kure   92.20               -               -           -                    best\n"
      " plain   90.40           +1.80   -0.52 .. 4.12      0.1067  cannot be told from it\n"
      "   bad   12.00          +80.20  79.50 .. 80.90     <0.0001                   worse\n"
      "  none       -               -               -           -                no chips\n");
}

}  // namespace compare_text_test
}  // namespace ohmcarlo
