#include "experiment/sequential_intervals.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "experiment/refusal.hpp"
#include "experiment/settings.hpp"
#include "experiment/summary.hpp"

namespace ohmcarlo {
namespace sequential_intervals_test {

/// 40 chips of these accuracies: mean .925, sd .0151910905, Student's half-width .004858346.
constexpr double kValues[] = {.91, .93, .90, .95, .92, .94, .92, .93, .91, .94};
constexpr double kSd = 0.0151910905;

/// Half the width of the sequence tuned for 250 chips: rho^2 = 8.211968062 / 250.
double sequence_half(double n, double sd, double tuned_for = 250) {
  const double c = tuned_for / 8.211968062, alpha = 0.05;
  const double r = std::pow((n + c) / (c * alpha * alpha), 1 / n);
  return sd * std::sqrt((n - 1) / n) * std::sqrt((r - 1) / (1 - r * c / (n + c)));
}

Table forty_chips(const Experiment& experiment) {
  Shape shape = experiment.shape;
  shape.trials = 40;
  Table table(shape);
  for (std::size_t cell = 0; cell < shape.cells(); ++cell) {
    table.state[cell] = CellState::done;
    table.values[kAccuracy][cell] = kValues[cell % 10];
    table.values[kLoss][cell] = 10 * (1 - kValues[cell % 10]);
    table.values[kEkl][cell] = 0.5;
    table.values[kCorrect][cell] = 1000 * kValues[cell % 10];
  }
  return table;
}

Experiment experiment_with(const std::string& rule) {
  return experiment_of("data.set = \"mnist\"\nnetwork.hidden = [4]\nhardware.variation.sigma = 0.1\ntrials.until = { " +
                       rule + " }\n");
}

double at(const SummaryGroup& group, const char* name) {
  return column_of(group.points, name).at(0);
}

// How many trainings there are was decided by their means: no Student's interval over them, which would miss.
TEST(SequentialIntervals, OverTrainingsThatWereRacedAreSequences) {
  const std::string text =
      "data.set = \"mnist\"\nnetwork.hidden = [4]\ntraining.replicas = 20\n[trials]\n"
      "race = { axis = \"training.epochs\", metric = \"accuracy\", chips = 2 }\n[sweep]\n"
      "\"training.epochs\" = [1, 2]\n";
  const Experiment experiment = experiment_of(text);
  Table table(experiment.shape);
  for (std::size_t replica = 0; replica < 10; ++replica)  // of point 0; the others have none yet
    for (std::size_t chip = 0; chip < 2; ++chip) {
      const std::size_t cell = table.shape.cell(0, replica, chip);
      table.state[cell] = CellState::done;
      table.values[kAccuracy][cell] = kValues[replica] + (chip == 0 ? 0.02 : -0.02);
      table.values[kCorrect][cell] = 1000 * table.values[kAccuracy][cell];
    }
  const auto rules = StoppingRules::find(settings_of(experiment), table.shape);
  ASSERT_TRUE(rules->is_over_trainings());
  const SummaryGroup accuracy = summarise_accuracy(table, 10, rules);
  EXPECT_EQ(accuracy.interval_over, "trainings");
  const double sd = kSd * std::sqrt(39. / 40 * 10 / 9);  // of the ten
  EXPECT_NEAR(at(accuracy, "ci_low"), 0.925 - sequence_half(10, sd, 10), 1e-8);
  EXPECT_NEAR(at(accuracy, "ci_high"), 0.925 + sequence_half(10, sd, 10), 1e-8);
  EXPECT_TRUE(std::isnan(column_of(accuracy.points, "ci_low").at(1)));
}

TEST(SequentialIntervals, OfAPointThatGoesOnAreSequences) {
  const Experiment experiment = experiment_with("half_width = 0.0001");
  const Table table = forty_chips(experiment);
  const auto rules = StoppingRules::find(settings_of(experiment), table.shape);
  const std::vector<SummaryGroup> groups = summarise_table(table, 10, rules);
  const SummaryGroup& accuracy = groups.at(kAccuracy);
  EXPECT_EQ(at(accuracy, "interval_kind"), 2);
  EXPECT_NEAR(at(accuracy, "ci_low"), 0.925 - sequence_half(40, kSd), 1e-8);
  EXPECT_NEAR(at(accuracy, "chip_ci_high"), 0.925 + sequence_half(40, kSd), 1e-8);
  EXPECT_NEAR(column_of(accuracy.replicas, "ci_low").at(0), 0.925 - sequence_half(40, kSd), 1e-8);
  EXPECT_NEAR(at(groups.at(kLoss), "ci_high"), 0.75 + sequence_half(40, 10 * kSd), 1e-8);
}

// Looks are at 32, 40, 56, ...: the half-width of 32 is .005440, that of 40, which are not skewed, Student's
// .004858346.
TEST(SequentialIntervals, WhereTheRuleStoppedAreTheRulesOwnForItsMetricAlone) {
  const Experiment experiment = experiment_with("half_width = 0.00505");
  const Table table = forty_chips(experiment);
  const auto rules = StoppingRules::find(settings_of(experiment), table.shape);
  const PointDecision found = rules->decide(table, 0);
  ASSERT_EQ(found.decision.chips, 40U);
  const std::vector<SummaryGroup> groups = summarise_table(table, 10, rules);
  EXPECT_EQ(at(groups.at(kAccuracy), "interval_kind"), 1);
  const double half = (at(groups.at(kAccuracy), "ci_high") - at(groups.at(kAccuracy), "ci_low")) / 2;
  EXPECT_NEAR(half, 0.004858346, 1e-8);
  EXPECT_EQ(at(groups.at(kLoss), "interval_kind"), 2);
  EXPECT_EQ(at(groups.at(kEkl), "interval_kind"), 2);
}

TEST(SequentialIntervals, AreForOpenNumbersOfChipsAlone) {
  const Experiment experiment = experiment_of("data.set = \"mnist\"\n");
  const std::vector<SummaryGroup> groups = summarise_table(forty_chips(experiment), 10);
  for (const SummaryColumn& column : groups.at(kAccuracy).points) EXPECT_NE(column.name, "interval_kind");
  EXPECT_NEAR(at(groups.at(kAccuracy), "ci_low"), 0.925 - 0.004858346, 1e-8);  // Student
}

// 40 equal chips over 1000 images: the spread counts as half an image's, sqrt(1 / (4 * 1000 * 40)).
TEST(SequentialIntervals, OfEqualChipsHaveAWidth) {
  const Experiment experiment = experiment_with("half_width = 0.0001");
  Table table = forty_chips(experiment);
  for (std::size_t cell = 0; cell < table.shape.cells(); ++cell) {
    table.values[kAccuracy][cell] = 0.9;
    table.values[kCorrect][cell] = 900;
    table.values[kLoss][cell] = 0.3;
  }
  const auto rules = StoppingRules::find(settings_of(experiment), table.shape);
  const std::vector<SummaryGroup> groups = summarise_table(table, 10, rules);
  const double half = sequence_half(40, 0.0025);
  EXPECT_NEAR(at(groups.at(kAccuracy), "ci_high") - 0.9, half, 1e-9);
  EXPECT_NEAR(column_of(groups.at(kAccuracy).replicas, "ci_low").at(0), 0.9 - half, 1e-9);
  EXPECT_EQ(at(groups.at(kLoss), "ci_high"), at(groups.at(kLoss), "ci_low")) << "of accuracies alone";
}

TEST(SequentialIntervals, EndWhereAccuraciesEnd) {
  const Experiment experiment = experiment_with("half_width = 0.0001");
  Table table = forty_chips(experiment);
  for (std::size_t cell = 0; cell < table.shape.cells(); ++cell)
    table.values[kAccuracy][cell] = cell % 10 == 0 ? 0.9 : 1.0;
  const auto rules = StoppingRules::find(settings_of(experiment), table.shape);
  EXPECT_EQ(at(summarise_accuracy(table, 10, rules), "ci_high"), 1);
}

TEST(SequentialIntervals, TheIntervalOverTrainingsStays) {
  const Experiment experiment = experiment_of(
      "data.set = \"mnist\"\nnetwork.hidden = [4]\nhardware.variation.sigma = 0.1\ntraining.replicas = 3\n"
      "trials.until = { half_width = 0.0001 }\n");
  Table table = forty_chips(experiment);
  for (std::size_t trial = 0; trial < 40; ++trial) table.values[kAccuracy][table.shape.cell(0, 2, trial)] -= 0.03;
  const auto rules = StoppingRules::find(settings_of(experiment), table.shape);
  const SummaryGroup with = summarise_accuracy(table, 10, rules), without = summarise_accuracy(table, 10);
  EXPECT_EQ(at(with, "ci_low"), at(without, "ci_low"));
  EXPECT_EQ(at(with, "mean"), at(without, "mean"));
  // Chips are means over three trainings: equal spreads, since each has the ten values in the same order.
  EXPECT_NEAR(at(with, "chip_ci_high") - at(with, "mean"), sequence_half(40, kSd), 1e-8);
}

}  // namespace sequential_intervals_test
}  // namespace ohmcarlo
