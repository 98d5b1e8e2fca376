#include "experiment/summary.hpp"

#include <bit>
#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace summary_test {

/// Two points, `replicas` x 5 chips, every third cell not done; `layers` > 0 adds a metric of so many layers, and each
/// of its layers once more as a metric of one number.
Table some_table(std::size_t replicas, std::size_t layers) {
  std::vector<Metric> metrics = standard_metrics();
  metrics.push_back({"sigma", "1", "", {{"layer", layers}}});
  for (std::size_t layer = 0; layer < layers; ++layer)
    metrics.push_back({"sigma of " + std::to_string(layer), "1", "", {}});
  Shape shape;
  shape.axes = {{"a", {1.0, 2.0}}};
  shape.replicas = replicas;
  shape.trials = 5;
  Table table(shape, metrics);
  for (std::size_t cell = 0; cell < shape.cells(); ++cell) {
    if (cell % 3 == 2) continue;
    table.state[cell] = CellState::done;
    const auto number = static_cast<double>(cell);
    table.values[kAccuracy][cell] = 0.5 + 0.01 * std::sin(number);
    table.values[kLoss][cell] = number;
    table.values[kEkl][cell] = 1 / (1 + number);
    table.values[kCorrect][cell] = 10 + number;
    for (std::size_t layer = 0; layer < layers; ++layer) {
      const bool is_missing = layer == 2 && cell < shape.cells() / 2;  // the first point has two layers only
      const double value = is_missing ? NAN : std::cos(number) * static_cast<double>(layer + 1);
      table.values[4][cell * layers + layer] = value;
      table.values[5 + layer][cell] = value;
    }
  }
  return table;
}

/// Every layer of a column, [points * replicas, layers], is that of the metric that holds this layer alone.
void expect_layers(const std::vector<SummaryColumn>& together, const std::vector<SummaryColumn>& alone,
                   std::size_t layer, std::size_t layers) {
  ASSERT_EQ(together.size(), alone.size());
  for (std::size_t c = 0; c < together.size(); ++c) {
    EXPECT_EQ(together[c].name, alone[c].name);
    ASSERT_EQ(together[c].values.size(), alone[c].values.size() * layers) << alone[c].name;
    for (std::size_t i = 0; i < alone[c].values.size(); ++i)
      EXPECT_EQ(std::bit_cast<std::uint64_t>(together[c].values[i * layers + layer]),
                std::bit_cast<std::uint64_t>(alone[c].values[i]))
          << alone[c].name << " " << i << " layer " << layer;
  }
}

TEST(Summary, OfALayerIsThatOfItsNumbersAlone) {
  for (const std::size_t replicas : {1U, 3U}) {
    const std::vector<SummaryGroup> groups = summarise_table(some_table(replicas, 3), 10);
    ASSERT_EQ(groups.size(), 8U);
    EXPECT_EQ(groups[4].metric, "sigma");
    EXPECT_EQ(groups[4].dimensions, (std::vector<Dimension>{{"layer", 3}}));
    EXPECT_TRUE(groups[5].dimensions.empty());
    EXPECT_EQ(groups[4].interval_over, replicas > 1 ? "trainings" : "chips");
    for (std::size_t layer = 0; layer < 3; ++layer) {
      expect_layers(groups[4].points, groups[5 + layer].points, layer, 3);
      expect_layers(groups[4].replicas, groups[5 + layer].replicas, layer, 3);
    }
  }
}

TEST(Summary, LeavesMatricesOut) {
  Table table = some_table(1, 1);
  table.metrics.push_back({"confusion", "images", "", {{"class", 2}, {"answer", 2}}});
  table.values.emplace_back(table.shape.cells() * 4, 1.0);
  const std::vector<SummaryGroup> groups = summarise_table(table, 2);
  ASSERT_EQ(groups.size(), 6U);
  EXPECT_EQ(groups.back().metric, "sigma of 0");
}

TEST(Summary, OfALayerThatAPointLacksIsEmpty) {
  const SummaryGroup sigma = summarise_table(some_table(1, 3), 10)[4];
  const auto column = [&](const std::string& name) {
    for (const SummaryColumn& candidate : sigma.points)
      if (candidate.name == name) return candidate.values;
    return std::vector<double>(6, -1);
  };
  EXPECT_TRUE(std::isnan(column("mean")[2]));
  EXPECT_FALSE(std::isnan(column("mean")[5]));
  EXPECT_EQ(column("count")[1], 4);
  EXPECT_EQ(column("count")[2], 0);
}

TEST(Summary, OfTheAccuracyIsTheFirstOfTheTable) {
  const Table table = some_table(3, 3);
  const SummaryGroup accuracy = summarise_accuracy(table, 10);
  const SummaryGroup first = summarise_table(table, 10).front();
  EXPECT_EQ(accuracy.metric, "accuracy");
  ASSERT_EQ(accuracy.points.size(), first.points.size());
  expect_layers(accuracy.points, first.points, 0, 1);
  expect_layers(accuracy.replicas, first.replicas, 0, 1);
}

const std::vector<double>& column(const SummaryGroup& group, std::string_view name) {
  return column_of(group.points, name);
}

/// Points by replicas by one chip: the accuracies.
Table judged_table(std::size_t points, std::size_t replicas, const std::vector<double>& accuracies) {
  Shape shape;
  shape.axes = {{"a", {}}};
  for (std::size_t i = 0; i < points; ++i) shape.axes[0].values.emplace_back(static_cast<double>(i));
  shape.replicas = replicas;
  Table table(shape);
  table.values[kAccuracy] = accuracies;
  table.state.assign(table.state.size(), CellState::done);
  return table;
}

// 0.12 is hardly better than one in ten, and much better than one in a hundred.
TEST(Summary, CollapsedTrainingsAreThoseNearTheChanceOfTheDataSet) {
  const Table table = judged_table(1, 3, {0.12, 0.5, 0.55});
  EXPECT_EQ(column(summarise_accuracy(table, 10), "collapsed"), std::vector<double>{1});
  EXPECT_EQ(column(summarise_accuracy(table, 100), "collapsed"), std::vector<double>{0});
  EXPECT_EQ(column(summarise_accuracy(table, 2), "collapsed"), std::vector<double>{2});
}

// Every metric has the verdicts of its own point, which its accuracy alone decides.
TEST(Summary, EveryPointIsJudgedOnItsOwn) {
  const Table table = judged_table(3, 2, {0.9, 0.9, 0.9, 0.5, 0.1, 0.1});
  for (const SummaryGroup& group : summarise_table(table, 10)) {
    EXPECT_EQ(column(group, "failures"), (std::vector<double>{0, 1, 0})) << group.metric;
    EXPECT_EQ(column(group, "collapsed"), (std::vector<double>{0, 0, 2})) << group.metric;
  }
}

// Over images: (1 * 0.1 + 3 * 0.3) / 4 of the second point, not the 0.2 of its chips.
TEST(Summary, EklIsPooledOverTheImagesOfItsPoint) {
  Table table(judged_table(2, 1, {0.5, 0.5}).shape);
  table.shape.trials = 2;
  table = Table(table.shape);
  table.state.assign(4, CellState::done);
  table.values[kAccuracy] = {0.5, 0.5, 0.5, 0.5};
  table.values[kEkl] = {0.5, 0.7, 0.1, 0.3};
  table.values[kCorrect] = {2, 2, 1, 3};
  const std::vector<double> mean = column(summarise_table(table, 10)[kEkl], "mean");
  EXPECT_DOUBLE_EQ(mean[0], 0.6);
  EXPECT_DOUBLE_EQ(mean[1], 0.25);
}

TEST(Summary, TheWidestIntervalIsHalfOfTheWidestPoints) {
  SummaryGroup group;
  group.points = {{"ci_low", {0.25, NAN, 0.5}}, {"ci_high", {0.5, NAN, 1}}};
  EXPECT_EQ(widest_interval(group), 0.25);
  group.points = {{"ci_low", {NAN}}, {"ci_high", {NAN}}};
  EXPECT_TRUE(std::isnan(widest_interval(group))) << "nothing has been run";
}

}  // namespace summary_test
}  // namespace ohmcarlo
