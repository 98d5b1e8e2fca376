#include "app/table_text.hpp"

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"

namespace ohmcarlo {
namespace table_text_test {

using testing::HasSubstr;
using testing::Not;

/// Mean .97, sd .03, Student's half-width 4.3026527 x .03 / sqrt(3) = .0745241: beyond 1.
Results good_chips() {
  Results results = test::results_of({test::methods({"plain", "kure"})}, {{.94, .97, 1.0}, {.5, .75, .85}});
  results.table.clean_accuracy = {.98, kNaN};
  results.hash = "00ff";
  return results;
}

TEST(TableText, IsALineForEveryPoint) {
  EXPECT_EQ(format_results(good_chips(), TableFormat::table),
            "made (complete), 95 % intervals over chips of this trained network\n"
            "method  chips  mean %     sd    95 % interval  median  clean  failures  collapsed\n"
            " plain      3   97.00   3.00  89.55 .. 100.00   97.00  98.00         0          0\n"
            "  kure      3   70.00  18.03  25.22 .. 100.00   75.00      -         0          0\n");
}

TEST(TableText, SaysForProgramsWhatItSaysForPeople) {
  EXPECT_THAT(format_results(good_chips(), TableFormat::csv),
              HasSubstr("training.method,count,mean,sd,ci_low,ci_high,median,failures,collapsed,"
                        "skewness,excess_kurtosis,clean_accuracy,interval_over\nplain,3,0.97"));
  EXPECT_THAT(format_results(good_chips(), TableFormat::json),
              HasSubstr("{\n  \"experiment\": \"made\",\n  \"hash\": \"00ff\",\n  \"status\": \"complete\",\n"
                        "  \"metric\": \"accuracy\",\n  \"interval_over\": \"chips\",\n  \"points\": [\n"
                        "    {\"training.method\": \"plain\", \"count\": 3, \"mean\": 0.97"));
}

TEST(TableText, EndsIntervalsAtTheBoundsOfTheMetric) {
  EXPECT_EQ(format_results(good_chips(), TableFormat::table, {.metric = kAccuracy, .points = {{1}}}),
            "made (complete), 95 % intervals over chips of this trained network\n"
            "method  chips  mean %     sd    95 % interval  median  clean  failures  collapsed\n"
            "  kure      3   70.00  18.03  25.22 .. 100.00   75.00      -         0          0\n");
}

// Losses 5, 2.5, 1.5: mean 3, sd 1.8027756, half-width 4.478369, which would reach below 0.
TEST(TableText, ShowsAnotherMetricInItsOwnUnit) {
  const std::string text = format_results(good_chips(), TableFormat::table, {.metric = kLoss, .points = {{1}}});
  EXPECT_EQ(text,
            "made (complete), loss in nat, 95 % intervals over chips of this trained network\n"
            "method  chips  mean     sd  95 % interval  median  failures  collapsed\n"
            "  kure      3     3  1.803     0 .. 7.478     2.5         0          0\n");
  EXPECT_THAT(format_results(good_chips(), TableFormat::json, {.metric = kLoss, .points = {{1}}}),
              HasSubstr("\"metric\": \"loss\""));
}

TEST(TableText, NamesTheKindOfAnIntervalWhereItMayBeAnother) {
  Results results = good_chips();
  EXPECT_THAT(format_results(results, TableFormat::table), Not(HasSubstr("sequence")));
  test::decide_chips_while_they_come(results);
  EXPECT_THAT(format_results(results, TableFormat::table), HasSubstr("sequence"));
}

}  // namespace table_text_test
}  // namespace ohmcarlo
