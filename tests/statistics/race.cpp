#include "statistics/race.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>

#include "statistics/looks.hpp"

namespace ohmcarlo {
namespace race_test {

using testing::ElementsAre;
using RacingChips = std::vector<std::vector<double>>;

/// `count` chips around `mean`, `distance` above and below it in turn: with `distance` of its own a value differs from
/// others by chips, too.
std::vector<double> alternating(double mean, double distance, std::size_t count) {
  std::vector<double> chips;
  for (std::size_t chip = 0; chip < count; ++chip) chips.push_back(chip % 2 == 0 ? mean + distance : mean - distance);
  return chips;
}

/// A race with looks at 10, 13, 17, 22, 28, ... 100 chips.
RaceRule some_race(double tolerance = 0.001) {
  return {.tolerance = tolerance, .looks = looks(10, 100, 1)};
}

TEST(Race, DropsWhatIsWorseAndHandsItNoMore) {
  const RaceDecision decision =
      run_race(some_race(), RacingChips{alternating(.9, .01, 10), alternating(.7, .02, 10), alternating(.8, .03, 10)});
  EXPECT_EQ(decision.leader, 0U);
  EXPECT_EQ(decision.end, RaceEnd::one_left);
  EXPECT_THAT(decision.dropped_at, ElementsAre(0U, 10U, 10U));
  EXPECT_THAT(decision.chips_needed, ElementsAre(10U, 10U, 10U));
}

TEST(Race, GoesOnWithWhatCannotBeToldApart) {
  const RacingChips chips = {alternating(.9, .01, 13), alternating(.7, .02, 10), alternating(.9001, .03, 13)};
  const RaceDecision decision = run_race(some_race(), chips);
  EXPECT_EQ(decision.end, RaceEnd::none);
  EXPECT_THAT(decision.dropped_at, ElementsAre(0U, 10U, 0U));
  EXPECT_THAT(decision.chips_needed, ElementsAre(17U, 10U, 17U)) << "the next look, of those that are left";
  ASSERT_EQ(decision.looks.size(), 2U);
  EXPECT_EQ(decision.looks[1].chips, 13U);
  ASSERT_EQ(decision.looks[1].standings.size(), 2U);
  EXPECT_EQ(decision.looks[1].standings[0].value, 0U);
  EXPECT_EQ(decision.looks[1].standings[1].value, 2U);
}

// R = ((10 + c) / (c a^2))^(1/10), c = 30 / 8.211968062, a = .05 / 2; half = s sqrt(.9 (R - 1) / (1 - R c / (10 + c))).
TEST(Race, IntervalIsASequenceAtTheLevelOfOnePair) {
  const RaceDecision decision =
      run_race(some_race(), RacingChips{alternating(.9, .01, 10), alternating(.7, .02, 10), alternating(.8, .03, 10)});
  const double c = 30 / 8.211968062, a = 0.05 / 2;
  const double r = std::pow((10 + c) / (c * a * a), 0.1);
  const double factor = std::sqrt(0.9 * (r - 1) / (1 - r * c / (10 + c)));
  const double sd = std::sqrt(10 * 0.01 * 0.01 / 9);  // differences .2 -+ .01
  const RaceStanding& standing = decision.looks.at(0).standings.at(1);
  EXPECT_NEAR(standing.behind, 0.2, 1e-12);
  EXPECT_NEAR(standing.interval.low, 0.2 - factor * sd, 1e-8);
  EXPECT_NEAR(standing.interval.high, 0.2 + factor * sd, 1e-8);
  EXPECT_DOUBLE_EQ(pair_confidence(0.95, 3), 0.975);
  EXPECT_DOUBLE_EQ(pair_confidence(0.95, 2), 0.95);
}

TEST(Race, OfEqualOnesTheFirstLeads) {
  const RacingChips chips = {alternating(.8, .01, 10), alternating(.9, .01, 10), alternating(.9, .01, 10)};
  const RaceDecision decision = run_race(some_race(), chips);
  EXPECT_EQ(decision.leader, 1U);
  EXPECT_TRUE(decision.survives(2));
  EXPECT_EQ(decision.end, RaceEnd::within_tolerance) << "they are the same on every chip";
}

TEST(Race, LowerMayBeBetter) {
  RaceRule rule = some_race();
  rule.lower_is_better = true;
  const RaceDecision decision = run_race(rule, RacingChips{alternating(.9, .01, 10), alternating(.7, .02, 10)});
  EXPECT_EQ(decision.leader, 1U);
  EXPECT_NEAR(decision.looks[0].standings[0].behind, 0.2, 1e-12);
  EXPECT_FALSE(decision.survives(0));
}

TEST(Race, EndsWhereAllThatAreLeftAreAsGood) {
  const RacingChips chips = {alternating(.9, .001, 100), alternating(.9, .0011, 100)};
  EXPECT_EQ(run_race(some_race(0.01), chips).end, RaceEnd::within_tolerance);
  EXPECT_EQ(run_race(some_race(0.01), chips).chips_needed[0], 10U);
  EXPECT_EQ(run_race(some_race(0), RacingChips{alternating(.9, .01, 100), alternating(.9, .02, 100)}).end,
            RaceEnd::at_last_look);
}

TEST(Race, FewImagesOnEqualChipsAreNoCertainty) {
  RaceRule rule = some_race();
  rule.images = 10;
  const RacingChips chips = {std::vector<double>(10, .9), std::vector<double>(10, .86)};
  EXPECT_TRUE(run_race(rule, chips).survives(1)) << "less than an image of ten";
  rule.images = 10000;
  EXPECT_FALSE(run_race(rule, chips).survives(1));
}

TEST(Race, ChipsThatFailAreLeftOut) {
  RacingChips chips = {alternating(.9, .01, 13), alternating(.7, .02, 13)};
  chips[0][3] = kNaN;
  chips[1][5] = kNaN;
  const RaceDecision decision = run_race(some_race(), chips);
  double sum = 0;
  for (std::size_t chip = 0; chip < 10; ++chip) sum += chip == 3 || chip == 5 ? 0 : chips[0][chip];
  EXPECT_DOUBLE_EQ(decision.looks[0].standings[0].mean, sum / 8);
}

TEST(Race, AValueWithoutResultsIsDropped) {
  const RacingChips chips = {std::vector<double>(10, kNaN), alternating(.9, .01, 10), alternating(.9, .02, 10)};
  const RaceDecision decision = run_race(some_race(), chips);
  EXPECT_THAT(decision.dropped_at, ElementsAre(10U, 0U, 0U));
  EXPECT_EQ(decision.leader, 1U);
  const RacingChips none = {std::vector<double>(10, kNaN), std::vector<double>(10, kNaN)};
  EXPECT_EQ(run_race(some_race(), none).end, RaceEnd::no_results);
}

TEST(Race, IncompleteLooksAreNotTaken) {
  const RaceDecision decision =
      run_race(some_race(), RacingChips{alternating(.9, .01, 100), alternating(.7, .02, 9), alternating(.8, .03, 50)});
  EXPECT_TRUE(decision.looks.empty());
  EXPECT_FALSE(decision.is_over());
  EXPECT_THAT(decision.chips_needed, ElementsAre(10U, 10U, 10U));
}

// What else is there changes no decision: chips beyond a look, and those of a value that is out.
TEST(Race, DecidesByThePrefixesOfItsLooksAlone) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  for (int round = 0; round < 200; ++round) {
    RacingChips all(5);
    for (std::size_t value = 0; value < all.size(); ++value)
      for (int chip = 0; chip < 100; ++chip)
        all[value].push_back(.9 + .002 * static_cast<double>(value) + .01 * normal(random));
    const RaceDecision whole = run_race(some_race(), all);
    RacingChips cut = all;
    for (std::size_t value = 0; value < all.size(); ++value) cut[value].resize(whole.chips_needed[value]);
    const RaceDecision again = run_race(some_race(), cut);
    EXPECT_EQ(again.dropped_at, whole.dropped_at);
    EXPECT_EQ(again.chips_needed, whole.chips_needed);
    EXPECT_EQ(again.end, whole.end);
    EXPECT_EQ(again.leader, whole.leader);
  }
}

// Where trainings are raced: with 12 values first finite at 7 trainings, and 2.00 s at 10. By the formula itself.
TEST(Race, OverTrainingsTellsSomethingFromTheSeventhOfTwelveValues) {
  EXPECT_EQ(first_telling_look(12, 0.95, kRaceTunedForTrainings), 7U);
  EXPECT_EQ(first_telling_look(2, 0.95, 250), 16U) << "infinite up to 15";
  RacingChips trainings(12, alternating(.7, .01, 20));
  trainings[4] = alternating(.9, .03, 20);
  RaceRule rule{.tolerance = 0, .looks = {6, 7, 8, 9, 10}, .tuned_for = kRaceTunedForTrainings};
  const RaceDecision decision = run_race(rule, trainings);
  EXPECT_TRUE(std::isnan(decision.looks.at(0).standings.at(0).interval.low)) << "6 trainings";
  EXPECT_TRUE(std::isfinite(decision.looks.at(1).standings.at(0).interval.low)) << "7 trainings";
  rule.looks = {10};
  const RaceStanding& standing = run_race(rule, trainings).looks.at(0).standings.at(0);
  const double sd = std::sqrt(10 * 0.02 * 0.02 / 9);  // differences .2 +- .02
  const double half = standing.interval.high - standing.behind;
  const double c = 10 / 8.211968062, a = 0.05 / 11;
  const double r = std::pow((10 + c) / (c * a * a), 0.1);
  EXPECT_NEAR(half, sd * std::sqrt(0.9 * (r - 1) / (1 - r * c / (10 + c))), 1e-8);
  EXPECT_NEAR(half / sd, 2.00, 0.005);
}

/// The race of statistics/race.hpp in other words: chip by chip sums, no functions of the program but the sequence.
struct PlainRace {
  std::vector<std::size_t> out;  // look at which a value went
  std::size_t first = 0;
  std::size_t last_look = 0;
};

PlainRace run_plainly(const RacingChips& chips, double tolerance) {
  const std::size_t values = chips.size();
  PlainRace race{std::vector<std::size_t>(values, 0)};
  for (const std::size_t n : {10U, 13U, 17U, 22U, 28U, 35U, 44U, 55U, 69U, 87U, 100U}) {
    race.last_look = n;
    double best = -1;
    for (std::size_t i = 0; i < values; ++i) {
      double sum = 0;
      for (std::size_t t = 0; t < n; ++t) sum += chips[i][t];
      if (race.out[i] == 0 && sum > best) {
        best = sum;
        race.first = i;
      }
    }
    const double c = 30 / 8.211968062, a = 0.05 / static_cast<double>(values - 1), m = static_cast<double>(n);
    const double r = std::pow((m + c) / (c * a * a), 1 / m), rest = 1 - r * c / (m + c);
    std::size_t left = 0, near = 0;
    for (std::size_t i = 0; i < values; ++i) {
      if (race.out[i] > 0) continue;
      double sum = 0, squares = 0;
      for (std::size_t t = 0; t < n; ++t) sum += chips[race.first][t] - chips[i][t];
      for (std::size_t t = 0; t < n; ++t) squares += std::pow(chips[race.first][t] - chips[i][t] - sum / m, 2);
      const double half = rest <= 0 ? INFINITY : std::sqrt(squares / m * (r - 1) / rest);
      if (i != race.first && sum / m - half > 0) {
        race.out[i] = n;
        continue;
      }
      ++left;
      near += i == race.first || (sum / m + half <= tolerance && sum / m - half >= -tolerance) ? 1 : 0;
    }
    if (left == 1 || near == left) break;
  }
  return race;
}

TEST(Race, IsThatOfItsWords) {
  std::mt19937_64 random(2);
  std::normal_distribution<double> normal;
  std::size_t dropped = 0, unfinished = 0;
  for (int round = 0; round < 300; ++round) {
    RacingChips chips(2 + static_cast<std::size_t>(round) % 6);
    std::vector<double> common(100);
    for (double& chip : common) chip = normal(random);
    for (auto& of_value : chips) {
      const double mean = .9 + .004 * normal(random);
      for (const double chip : common) of_value.push_back(mean + .008 * chip + .004 * normal(random));
    }
    const RaceDecision decision = run_race(some_race(0.002), chips);
    const PlainRace plain = run_plainly(chips, 0.002);
    EXPECT_EQ(decision.dropped_at, plain.out) << round;
    EXPECT_EQ(decision.leader, plain.first) << round;
    EXPECT_EQ(decision.looks.back().chips, plain.last_look) << round;
    dropped += static_cast<std::size_t>(std::ranges::count_if(plain.out, [](std::size_t look) { return look > 0; }));
    unfinished += decision.end == RaceEnd::at_last_look ? 1 : 0;
  }
  EXPECT_GT(dropped, 300U) << "or this tests little";
  EXPECT_GT(unfinished, 0U);
}

}  // namespace race_test
}  // namespace ohmcarlo
