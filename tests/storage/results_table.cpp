#include "storage/results_table.hpp"

#include <cmath>
#include <stdexcept>

#include <gmock/gmock.h>

namespace ohmcarlo::test {
namespace results_table_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Two methods by three sigmas, two replicas, four chips, three layers: every number differs from every other.
Results numbered_results() {
  Shape shape;
  shape.axes = {{"training.method", {"plain", "ovf"}}, {"hardware.variation.sigma", {0.0, 0.1, 0.2}}};
  shape.replicas = 2;
  shape.trials = 4;
  std::vector<Metric> metrics = standard_metrics();
  metrics.push_back({"saturation", "1", "clipped", {{"layer", 3}}});
  Results results;
  results.table = Table(shape, metrics);
  double next = 0;
  for (std::vector<double>& values : results.table.values)
    for (double& value : values) value = ++next;
  for (std::vector<double>* values : {&results.table.seconds, &results.table.clean_accuracy, &results.table.clean_loss})
    for (double& value : *values) value = ++next;
  for (std::size_t cell = 0; cell < shape.cells(); ++cell) results.table.state[cell] = static_cast<CellState>(cell % 3);
  return results;
}

class ResultsTable : public ::testing::Test {
 protected:
  const std::scoped_lock<std::recursive_mutex> lock{h5::library_mutex()};
  h5::Handle file = h5::create_in_memory();
  const Results written = numbered_results();

  void write() { h5::write_table(file, written); }
  [[nodiscard]] Table read() const { return h5::read_table(file, {"training.method", "hardware.variation.sigma"}); }
  /// Element `place` of a dataset, counted row-major as numpy does.
  [[nodiscard]] double at(const std::string& path, std::vector<std::size_t> place) const {
    const h5::Handle dataset = h5::open_dataset(file, path);
    const std::vector<std::size_t> shape = h5::shape_of(dataset);
    EXPECT_EQ(shape.size(), place.size()) << path;
    std::size_t flat = 0, count = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      flat = flat * shape[i] + place[i];
      count *= shape[i];
    }
    std::vector<double> numbers(count);
    h5::read_dataset(dataset, H5T_NATIVE_DOUBLE, numbers);
    return numbers.at(flat);
  }
};

TEST_F(ResultsTable, EveryNumberIsReadBackToItsPlace) {
  write();
  const Table table = read();
  EXPECT_EQ(table.shape.axes.at(0).values, written.table.shape.axes[0].values);
  EXPECT_EQ(table.shape.axes.at(1).values, written.table.shape.axes[1].values);
  EXPECT_EQ(table.shape.replicas, 2U);
  EXPECT_EQ(table.shape.trials, 4U);
  EXPECT_EQ(table.values, written.table.values);
  EXPECT_EQ(table.state, written.table.state);
  EXPECT_EQ(table.seconds, written.table.seconds);
  EXPECT_EQ(table.clean_accuracy, written.table.clean_accuracy);
  EXPECT_EQ(table.clean_loss, written.table.clean_loss);
}

// Found by fuzzing: as many chips as the scale says were made room for, 52 TB, before anything else was looked at.
TEST_F(ResultsTable, AScaleOfMoreChipsThanThereAreIsRefused) {
  write();
  const hsize_t many = hsize_t{1} << 45;
  h5::check(H5Ldelete(file, "results/trial", H5P_DEFAULT), "trial");
  const h5::Handle space(H5Screate_simple(1, &many, nullptr), H5Sclose, "space");
  const h5::Handle trial(
      H5Dcreate2(file, "results/trial", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
      "trial");
  EXPECT_THROW((void)read(), std::runtime_error);
}

// The number of a chip by hand: method 1, sigma 2, replica 0, chip 3 is cell ((1 * 3 + 2) * 2 + 0) * 4 + 3 = 43 of 48.
TEST_F(ResultsTable, DatasetsHaveOneDimensionAnAxisThenReplicaAndTrial) {
  write();
  EXPECT_EQ(at("results/accuracy", {1, 2, 0, 3}), 44);
  EXPECT_EQ(at("results/loss", {1, 2, 0, 3}), 48 + 44);
  EXPECT_EQ(at("results/saturation", {1, 2, 0, 3, 1}), 4 * 48 + 43 * 3 + 2);
  const double metrics = 4 * 48 + 48 * 3;
  EXPECT_EQ(at("timing/trial_seconds", {1, 2, 0, 3}), metrics + 44);
  EXPECT_EQ(at("results/clean_accuracy", {1, 0, 1}), metrics + 48 + 8) << "of a model, not of a chip";
  EXPECT_EQ(at("results/clean_loss", {1, 0, 1}), metrics + 48 + 12 + 8);
}

TEST_F(ResultsTable, StatesAndUnitsAreWordsForOtherReaders) {
  write();
  EXPECT_EQ(h5::read_text(h5::open_dataset(file, "results/state"), "long_name"), "0 not run, 1 done, 2 failed");
  EXPECT_EQ(at("results/state", {0, 0, 0, 1}), 1);
  EXPECT_EQ(h5::read_text(h5::open_dataset(file, "results/clean_loss"), "units"), "nat");
}

TEST_F(ResultsTable, MetricsComeInTheOrderOfTheStandardOnesThenByName) {
  write();
  std::vector<std::string> names;
  for (const Metric& metric : read().metrics) names.push_back(metric.name);
  EXPECT_THAT(names, ElementsAre("accuracy", "loss", "ekl", "correct", "saturation"));
  EXPECT_EQ(read().metrics.back().dimensions, (std::vector<Dimension>{{"layer", 3}}));
}

// ekl is pooled over correct answers, or over accuracies where these are not counted: the file says which.
TEST_F(ResultsTable, WhatAMetricIsPooledOverComesBackAsWritten) {
  write();
  EXPECT_EQ(read().metrics[kEkl].pooled_over, "correct");
  Results results = written;
  results.table.metrics[kEkl].pooled_over = "accuracy";
  file.reset();
  file = h5::create_in_memory();
  h5::write_table(file, results);
  EXPECT_EQ(read().metrics[kEkl].pooled_over, "accuracy");
  EXPECT_EQ(read().metrics[kLoss].pooled_over, "");
}

TEST_F(ResultsTable, ColumnsOfSummariesStandUnderTheirMetric) {
  Results results = written;
  results.summaries = {{"accuracy", {}, "trainings", {{"mean", std::vector<double>(6, 2)}}, {{"sd", {}}}}};
  results.summaries[0].replicas[0].values.assign(12, 3);
  h5::write_table(file, results);
  EXPECT_EQ(at("summary/accuracy/mean", {1, 2}), 2);
  EXPECT_EQ(at("summary_replica/accuracy/sd", {1, 2, 1}), 3);
  EXPECT_EQ(h5::read_number(h5::open_group(file, "summary/accuracy"), "confidence"), 0.95);
}

TEST_F(ResultsTable, ATableOfAnotherSizeIsRefused) {
  write();
  const h5::Handle group = h5::open_group(file, "timing");
  h5::check(H5Ldelete(group, "trial_seconds", H5P_DEFAULT), "delete");
  const std::vector<double> values(47);
  const std::vector<std::size_t> shape = {47};
  h5::write_dataset(group, "trial_seconds", H5T_NATIVE_DOUBLE, shape, values.data());
  try {
    (void)read();
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("trial_seconds has another size than its axes"));
  }
}

TEST_F(ResultsTable, AMissingAxisIsRefused) {
  write();
  EXPECT_THROW((void)h5::read_table(file, {"training.epochs"}), std::runtime_error);
}

}  // namespace results_table_test
}  // namespace ohmcarlo::test
