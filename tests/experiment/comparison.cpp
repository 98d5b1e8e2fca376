#include "experiment/comparison.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "experiment/hand_made.hpp"

namespace ohmcarlo {
namespace comparison_test {

const std::vector<double> kX = {.91, .93, .90, .95, .92}, kY = {.89, .92, .90, .91, .90};

Results two_methods() {
  return test::results_of({test::methods({"plain", "kure"})}, {kY, kX});
}

ComparisonOptions all_points(const Results& results, std::size_t axis = 0, std::size_t metric = kAccuracy) {
  ComparisonOptions options{.metric = metric, .axis = axis, .points = {}};
  for (std::size_t point = 0; point < results.table.shape.points(); ++point) options.points.push_back(point);
  return options;
}

// Reference: the paired t-test of these ten numbers, computed elsewhere.
TEST(Comparison, OfTwoValuesIsThePairedTest) {
  const Results results = two_methods();
  const auto found = compare_with_baseline(results, all_points(results), 0);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].point, 1U);
  EXPECT_EQ(found[0].baseline, 0U);
  EXPECT_NEAR(found[0].difference.mean, 0.018, 1e-12);
  EXPECT_NEAR(found[0].interval.low, 0.018 - 0.0184168533, 1e-9);
  EXPECT_NEAR(found[0].interval.high, 0.018 + 0.0184168533, 1e-9);
  EXPECT_NEAR(found[0].p, 0.0533382611, 1e-9);
  EXPECT_NEAR(found[0].adjusted_p, 0.0533382611, 1e-9) << "one comparison needs no adjustment";
  EXPECT_NEAR(found[0].difference.correlation, 0.6383451, 1e-7);
}

// Variances .00037 and .00013, of the differences .00022: unpaired samples would need 2.2727 times the chips.
TEST(Comparison, SaysHowManyChipsPairingSaved) {
  const Results results = two_methods();
  const auto found = compare_with_baseline(results, all_points(results), 0);
  EXPECT_NEAR(found[0].difference.pairing_gain, 0.0005 / 0.00022, 1e-9);
  EXPECT_NEAR(found[0].units_saved, 5 * (0.0005 / 0.00022 - 1), 1e-8);
}

// Means over trainings whose number a race decided: a sequence tuned for 10 of them, at 5 pairs.
TEST(Comparison, OfTrainingsThatWereRacedIsASequence) {
  test::Values rows;
  for (const auto* values : {&kY, &kX})
    for (const double value : *values) rows.push_back({value - .01, value + .01});
  Results results = test::results_of({test::methods({"plain", "kure"})}, rows, 5);
  EXPECT_NEAR(compare_with_baseline(results, all_points(results), 0)[0].interval.low, 0.018 - 0.0184168533, 1e-9);
  results.settings = {{"trials.race.axis", {}, {std::string("training.method")}},
                      {"trials.race.chips", {}, {std::int64_t{2}}},
                      {"trials.race.confidence", {}, {0.95}},
                      {"trials.race.metric", {}, {std::string("accuracy")}},
                      {"trials.race.tolerance", {}, {0.001}}};
  const ComparisonBasis basis = ComparisonBasis::find(results);
  EXPECT_EQ(basis.kind, IntervalKind::sequence);
  EXPECT_EQ(basis.units, IntervalOver::trainings);
  const Comparison found = compare_with_baseline(results, all_points(results), 0)[0];
  const double c = 10 / 8.211968062, r = std::pow((5 + c) / (c * 0.0025), 0.2);
  const double half = 0.0148323970 * std::sqrt(0.8 * (r - 1) / (1 - r * c / (5 + c)));
  EXPECT_NEAR(found.difference.sequence_half, half, 1e-8);
  EXPECT_NEAR(found.interval.high, 0.018 + half, 1e-8);
}

TEST(Comparison, TheOtherWayRoundHasTheOtherSign) {
  const Results results = two_methods();
  const auto found = compare_with_baseline(results, all_points(results), 1);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].point, 0U);
  EXPECT_NEAR(found[0].difference.mean, -0.018, 1e-12);
}

TEST(Comparison, KeepsAllOtherAxesEqual) {
  const Results results = test::results_of({test::methods({"plain", "kure"}), test::sigmas({0.1, 0.2})},
                                           {{.50, .51, .52}, {.40, .42, .41}, {.60, .62, .61}, {.70, .71, .73}});
  const auto found = compare_with_baseline(results, all_points(results), 0);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].point, 2U);
  EXPECT_EQ(found[0].baseline, 0U);
  EXPECT_NEAR(found[0].difference.mean, 0.1, 1e-12);
  EXPECT_EQ(found[1].point, 3U);
  EXPECT_EQ(found[1].baseline, 1U);
  EXPECT_NEAR(found[1].difference.mean, (0.30 + 0.29 + 0.32) / 3, 1e-12);
}

// Holm by its words: the smallest of m p-values times m, the next times m - 1, never falling.
TEST(Comparison, AdjustsOverAllPairsShown) {
  const Results results =
      test::results_of({test::methods({"a", "b", "c", "d"})},
                       {{.50, .52, .51, .53}, {.60, .63, .61, .62}, {.50, .53, .52, .52}, {.54, .55, .52, .57}});
  const auto found = compare_with_baseline(results, all_points(results), 0);
  ASSERT_EQ(found.size(), 3U);
  const double first = found[0].p, middle = found[2].p, last = found[1].p;
  ASSERT_LT(first, middle);
  ASSERT_LT(middle, last);
  EXPECT_NEAR(found[0].adjusted_p, 3 * first, 1e-15);
  EXPECT_NEAR(found[2].adjusted_p, 2 * middle, 1e-15);
  EXPECT_NEAR(found[1].adjusted_p, last, 1e-15);
  ComparisonOptions fewer = all_points(results);
  fewer.points = {2};  // the baseline itself need not be among them
  EXPECT_NEAR(compare_with_baseline(results, fewer, 0)[0].adjusted_p, last, 1e-15);
}

TEST(Comparison, IsASequenceWhereTheNumberOfChipsWasNotFixed) {
  std::vector<double> x, y;
  for (std::size_t chip = 0; chip < 40; ++chip) {
    x.push_back(kX[chip % 5]);
    y.push_back(kY[chip % 5]);
  }
  x.push_back(.99);  // a chip that the other point does not have
  Results results = test::results_of({test::methods({"plain", "kure"})}, {y, x});
  test::decide_chips_while_they_come(results);
  EXPECT_EQ(ComparisonBasis::find(results).kind, IntervalKind::sequence);
  const auto found = compare_with_baseline(results, all_points(results), 0);
  EXPECT_EQ(found[0].difference.count, 40U);
  const double n = 40, c = 250 / 8.211968062, sd = std::sqrt(8 * 4 * 0.00022 / 39);
  const double r = std::pow((n + c) / (c * 0.05 * 0.05), 1 / n);
  const double half = sd * std::sqrt((n - 1) / n) * std::sqrt((r - 1) / (1 - r * c / (n + c)));
  EXPECT_NEAR(found[0].interval.low, 0.018 - half, 1e-8);
  EXPECT_NEAR(found[0].interval.high, 0.018 + half, 1e-8);
  EXPECT_GT(found[0].p, found[0].difference.p) << "what holds at any stop is larger than Student's";
  EXPECT_EQ(found[0].p, found[0].difference.anytime_p);
}

TEST(Comparison, TooFewChipsForASequenceHaveNoInterval) {
  Results results = two_methods();
  test::decide_chips_while_they_come(results);
  const auto found = compare_with_baseline(results, all_points(results), 0);
  EXPECT_TRUE(std::isnan(found[0].interval.low));
  EXPECT_TRUE(std::isnan(found[0].interval.high));
}

TEST(Comparison, OfAccuraciesEndsAtOne) {
  const Results results = test::results_of({test::methods({"a", "b"})}, {{.0, .2}, {1.0, .4}});
  const auto found = compare_with_baseline(results, all_points(results), 0);
  EXPECT_EQ(found[0].interval.high, 1);
  EXPECT_EQ(found[0].interval.low, -1);
  const auto loss = compare_with_baseline(results, all_points(results, 0, kLoss), 0);
  EXPECT_LT(loss[0].interval.low, -10) << "losses have no such bound";
}

// Means of the trainings: .91 .93 .90 .95 .92 against .89 .92 .90 .91 .90.
TEST(Comparison, OfSeveralReplicasIsOfTheirMeans) {
  test::Values rows;
  for (const auto* means : {&kY, &kX})
    for (const double mean : *means) rows.push_back({mean - .01, mean + .01});
  Results results = test::results_of({test::methods({"plain", "kure"})}, rows, 5);
  test::decide_chips_while_they_come(results);  // the number of trainings was fixed nevertheless
  EXPECT_EQ(ComparisonBasis::find(results).units, IntervalOver::trainings);
  EXPECT_EQ(ComparisonBasis::find(results).kind, IntervalKind::student);
  const auto found = compare_with_baseline(results, all_points(results), 0);
  EXPECT_EQ(found[0].difference.count, 5U);
  EXPECT_NEAR(found[0].p, 0.0533382611, 1e-8);
  EXPECT_NEAR(found[0].interval.high, 0.018 + 0.0184168533, 1e-9);
}

TEST(Comparison, WithoutPairsHasNoPValueAndCountsForNothing) {
  const Results results =
      test::results_of({test::methods({"a", "b", "c"})}, {{.50, .52, .51}, {kNaN, kNaN, kNaN}, {.55, .53, .57}});
  const auto found = compare_with_baseline(results, all_points(results), 0);
  EXPECT_TRUE(std::isnan(found[0].p));
  EXPECT_TRUE(std::isnan(found[0].adjusted_p));
  EXPECT_EQ(found[0].difference.left_out, 3U);
  EXPECT_EQ(found[1].adjusted_p, found[1].p) << "a test that was not made is not among those adjusted for";
}

TEST(Comparison, KnowsWhetherChipsAreTheSame) {
  Results results = two_methods();
  EXPECT_TRUE(ComparisonBasis::find(results).common_chips);
  results.settings.push_back({"trials.common_random_numbers", {}, {false}});
  EXPECT_FALSE(ComparisonBasis::find(results).common_chips);
}

Results contest_of(const std::vector<double>& means) {
  const double shape[] = {-.012, .004, -.002, .01, 0, .006, -.006, .002};
  test::Values rows;
  std::vector<std::string> names;
  for (std::size_t value = 0; value < means.size(); ++value) {
    auto& row = rows.emplace_back();
    for (std::size_t chip = 0; chip < 8; ++chip)
      row.push_back(means[value] + shape[chip] + .001 * std::cos(2.0 * static_cast<double>(chip * (value + 1))));
    names.emplace_back(1, static_cast<char>('a' + value));
  }
  return test::results_of({test::methods(names)}, rows);
}

TEST(Comparison, TheBestHasTheHighestAccuracyAndTheLowestLoss) {
  const Results results = contest_of({.80, .90, .85});
  for (const std::size_t metric : {kAccuracy, kLoss}) {
    const auto contests = find_best(results, all_points(results, 0, metric));
    ASSERT_EQ(contests.size(), 1U);
    const auto& order = contests[0].contenders;
    EXPECT_EQ(order[0].point, 1U);
    EXPECT_EQ(order[1].point, 2U);
    EXPECT_EQ(order[2].point, 0U);
    EXPECT_TRUE(order[1].told_apart);
    EXPECT_TRUE(order[2].told_apart);
  }
}

// Choosing the best from the same chips is paid for: each interval has the share alpha / (m - 1) of the error.
TEST(Comparison, TheChoiceOfTheBestIsAccountedFor) {
  const Results results = contest_of({.8000, .8009, .7, .7, .7, .7});
  const Contest contest = find_best(results, all_points(results)).at(0);
  EXPECT_NEAR(contest.confidence, 1 - 0.05 / 5, 1e-12);
  const Contender& second = contest.contenders[1];
  const PairedDifference alone =
      compare_pairs(std::vector<double>(&results.table.values[kAccuracy][8], &results.table.values[kAccuracy][16]),
                    std::vector<double>(&results.table.values[kAccuracy][0], &results.table.values[kAccuracy][8]));
  ASSERT_LT(alone.p, 0.05) << "on its own the difference would pass";
  ASSERT_GT(alone.p, 0.01);
  EXPECT_EQ(second.point, 0U);
  EXPECT_NEAR(second.adjusted_p, 5 * alone.p, 1e-12);
  EXPECT_FALSE(second.told_apart);
  EXPECT_LT(second.interval.low, 0);
  for (std::size_t rank = 2; rank < 6; ++rank) EXPECT_TRUE(contest.contenders[rank].told_apart);
}

TEST(Comparison, EqualValuesCannotBeToldApart) {
  const Results results = test::results_of({test::methods({"a", "b"})}, {{.5, .6, .7}, {.5, .6, .7}});
  const Contest contest = find_best(results, all_points(results)).at(0);
  EXPECT_FALSE(contest.contenders[1].told_apart);
  EXPECT_EQ(contest.contenders[1].adjusted_p, 1);
}

TEST(Comparison, ThereIsABestForEveryCombinationOfTheOtherAxes) {
  const Results results = test::results_of({test::methods({"a", "b"}), test::sigmas({0.1, 0.2})},
                                           {{.9, .91, .92}, {.2, .21, .23}, {.5, .52, .51}, {.7, .71, .70}});
  const auto contests = find_best(results, all_points(results));
  ASSERT_EQ(contests.size(), 2U);
  EXPECT_EQ(contests[0].contenders[0].point, 0U);
  EXPECT_EQ(contests[1].contenders[0].point, 3U);
}

TEST(Comparison, AValueWithoutChipsTakesNoPart) {
  const Results results = test::results_of({test::methods({"a", "b", "c"})}, {{.9, .91, .92}, {}, {.8, .82, .81}});
  const Contest contest = find_best(results, all_points(results)).at(0);
  EXPECT_THAT(contest.absent, testing::ElementsAre(1));
  EXPECT_EQ(contest.contenders.size(), 2U);
  EXPECT_EQ(contest.contenders[1].difference.count, 3U);
}

}  // namespace comparison_test
}  // namespace ohmcarlo
