#include "experiment/sampled_summary.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "experiment/summary.hpp"

namespace ohmcarlo {
namespace sampled_summary_test {

constexpr std::size_t kSampled = 4, kVarianceA = 5, kVarianceL = 6, kSaturation = 7;

/// Two points, `replicas` x 4 chips. At the first point chips saw samples, at the second all images.
Table sampled_table(std::size_t replicas = 1) {
  std::vector<Metric> metrics = standard_metrics();
  metrics[kEkl].pooled_over = "accuracy";
  metrics.push_back({kSampledImages, "images", "", {}});
  metrics.push_back({kAccuracyVariance, "1", "", {}});
  metrics.push_back({kLossVariance, "nat^2", "", {}});
  metrics.push_back({"saturation", "1", "", {}});
  Table table(Shape{{{"a", {1.0, 2.0}}}, replicas, 4}, metrics);
  const double accuracies[] = {0.80, 0.90, 0.86, 0.84}, variances[] = {0.0004, 0.0002, 0.0001, 0.0003};
  for (std::size_t cell = 0; cell < table.shape.cells(); ++cell) {
    const bool saw_all = cell >= table.shape.cells() / 2;
    const std::size_t chip = cell % 4, replica = cell / 4 % replicas;
    table.state[cell] = CellState::done;
    table.values[kAccuracy][cell] = accuracies[chip] - 0.1 * static_cast<double>(replica);
    table.values[kLoss][cell] = 1 - accuracies[chip];
    table.values[kEkl][cell] = 0.1 * static_cast<double>(chip + 1);
    table.values[kSampled][cell] = saw_all ? 1000 : 100;
    table.values[kVarianceA][cell] = saw_all ? 0 : variances[chip] * static_cast<double>(replica + 1);
    table.values[kVarianceL][cell] = saw_all ? 0 : 1;  // more than chips differ by
    table.values[kSaturation][cell] = 0.1 * static_cast<double>(chip);
  }
  return table;
}

/// Mean 0.85, squared deviations .0025 + .0025 + .0001 + .0001.
constexpr double kVarianceOfChips = 0.0052 / 3;

const std::vector<double>& column_in(const SummaryGroup& group, std::string_view name) {
  return column_of(group.points, name);
}

TEST(SampledSummary, SaysWhichMetricsAreEstimatesWhere) {
  const Table table = sampled_table();
  for (const std::size_t metric : {kAccuracy, kLoss, kEkl}) {
    EXPECT_TRUE(is_sampled(table, 0, metric)) << metric;
    EXPECT_FALSE(is_sampled(table, 1, metric)) << metric << ": these chips saw all images";
  }
  EXPECT_FALSE(is_sampled(table, 0, kSaturation));
  EXPECT_FALSE(is_sampled(Table(Shape{{}, 1, 2}), 0, kAccuracy)) << "a file whose chips saw all images";
}

TEST(SampledSummary, TheVarianceOfSamplingIsTheMeanOverChips) {
  const Table table = sampled_table(2);
  EXPECT_DOUBLE_EQ(image_variance(table, 0, kAccuracy, 0), 0.00025);
  EXPECT_DOUBLE_EQ(image_variance(table, 0, kAccuracy, 1), 0.0005);
  EXPECT_DOUBLE_EQ(image_variance(table, 0, kAccuracy), 0.000375);
  EXPECT_DOUBLE_EQ(image_variance(table, 0, kLoss), 1);
  EXPECT_TRUE(std::isnan(image_variance(table, 0, kEkl)));
  EXPECT_EQ(image_variance(table, 1, kAccuracy), 0);
  EXPECT_EQ(image_variance(table, 0, kSaturation), 0);
}

TEST(SampledSummary, TheSpreadBetweenChipsIsWithoutThatOfTheirSamples) {
  const SummaryGroup group = summarise_metric(sampled_table(), kAccuracy, 10);
  EXPECT_NEAR(column_in(group, "sd")[0], std::sqrt(kVarianceOfChips - 0.00025), 1e-12);
  EXPECT_NEAR(column_in(group, "sd")[1], std::sqrt(kVarianceOfChips), 1e-12) << "these saw all images";
  EXPECT_TRUE(std::isnan(column_in(group, "median")[0]));
  EXPECT_NEAR(column_in(group, "median")[1], 0.85, 1e-12);
}

// Chips with samples of their own are independent: what their mean is known to needs no correction. t(.975, 3)
// = 3.18245.
TEST(SampledSummary, MeansAndIntervalsStay) {
  const SummaryGroup group = summarise_metric(sampled_table(), kAccuracy, 10);
  for (const std::size_t point : {0U, 1U}) {
    EXPECT_NEAR(column_in(group, "mean")[point], 0.85, 1e-12);
    EXPECT_NEAR(column_in(group, "ci_high")[point] - 0.85, 3.18245 * std::sqrt(kVarianceOfChips / 4), 1e-6);
  }
}

TEST(SampledSummary, NoiseOfSamplesAloneIsNoSpread) {
  const SummaryGroup group = summarise_metric(sampled_table(), kLoss, 10);
  EXPECT_EQ(column_in(group, "sd")[0], 0);
  EXPECT_NEAR(column_in(group, "sd")[1], std::sqrt(kVarianceOfChips), 1e-12);
}

TEST(SampledSummary, ASpreadThatIsNotKnownIsNotSaid) {
  const SummaryGroup ekl = summarise_metric(sampled_table(), kEkl, 10);
  EXPECT_TRUE(std::isnan(column_in(ekl, "sd")[0]));
  EXPECT_TRUE(std::isnan(column_in(ekl, "median")[0]));
  EXPECT_FALSE(std::isnan(column_in(ekl, "mean")[0]));
  EXPECT_FALSE(std::isnan(column_in(ekl, "sd")[1]));
  const SummaryGroup other = summarise_metric(sampled_table(), kSaturation, 10);
  EXPECT_NEAR(column_in(other, "median")[0], 0.15, 1e-12) << "no mean over images";
  EXPECT_EQ(column_in(other, "sd")[0], column_in(other, "sd")[1]);
}

// Two trainings whose means are 0.1 apart: the sd between them stays, that of each one's chips is corrected by its own.
TEST(SampledSummary, EveryTrainingHasItsOwn) {
  const SummaryGroup group = summarise_metric(sampled_table(2), kAccuracy, 10);
  const std::vector<double>& chips = column_of(group.replicas, "sd");
  EXPECT_NEAR(chips[0], std::sqrt(kVarianceOfChips - 0.00025), 1e-12);
  EXPECT_NEAR(chips[1], std::sqrt(kVarianceOfChips - 0.0005), 1e-12);
  EXPECT_NEAR(chips[2], std::sqrt(kVarianceOfChips), 1e-12);
  EXPECT_NEAR(column_in(group, "sd")[0], 0.1 / std::sqrt(2), 1e-12);
}

// A share of what is right of each chip's answers, not of the chips: 1 (.8 x .1 + ... ) over the sum of the accuracies.
TEST(SampledSummary, EklIsPooledOverAccuraciesWhereNothingIsCounted) {
  const SummaryGroup ekl = summarise_metric(sampled_table(), kEkl, 10);
  EXPECT_NEAR(column_in(ekl, "mean")[0], (0.80 * 0.1 + 0.90 * 0.2 + 0.86 * 0.3 + 0.84 * 0.4) / 3.4, 1e-12);
}

}  // namespace sampled_summary_test
}  // namespace ohmcarlo
