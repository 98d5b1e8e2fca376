#include "records/table.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace table_test {

Shape shape_of(std::vector<Axis> axes, std::size_t replicas = 1, std::size_t trials = 1) {
  return {std::move(axes), replicas, trials};
}

const Axis kSigma{"hardware.variation.sigma", {0.0, 0.1, 0.2}};
const Axis kMethod{"training.method", {std::string("plain"), std::string("noise-injection")}};
const Axis kBatch{"training.batch", {std::int64_t{32}, std::int64_t{64}}};

TEST(Shape, PointsAndIndicesAreInverse) {
  const Shape shape = shape_of({kSigma, kMethod, kBatch}, 3, 5);
  EXPECT_EQ(shape.points(), 12U);
  EXPECT_EQ(shape.cells(), 180U);
  for (std::size_t point = 0; point < shape.points(); ++point) EXPECT_EQ(shape.point(shape.indices(point)), point);
}

TEST(Shape, TheLastAxisRunsFastest) {
  const Shape shape = shape_of({kSigma, kMethod});
  EXPECT_EQ(shape.indices(0), (std::vector<std::size_t>{0, 0}));
  EXPECT_EQ(shape.indices(1), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(shape.indices(2), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(shape.point({2, 1}), 5U);
}

TEST(Shape, CellsRunOverTrialsThenReplicasThenPoints) {
  const Shape shape = shape_of({kSigma}, 3, 5);
  EXPECT_EQ(shape.cell(0, 0, 4), 4U);
  EXPECT_EQ(shape.cell(0, 1, 0), 5U);
  EXPECT_EQ(shape.cell(1, 0, 0), 15U);
  EXPECT_EQ(shape.cell(2, 2, 4), shape.cells() - 1);
}

TEST(Shape, WithoutAxesHasOnePoint) {
  const Shape shape = shape_of({}, 2, 3);
  EXPECT_EQ(shape.points(), 1U);
  EXPECT_EQ(shape.cells(), 6U);
  EXPECT_TRUE(shape.indices(0).empty());
  EXPECT_EQ(shape.point({}), 0U);
}

TEST(Axis, FindsValuesOfItsOwnTypeOnly) {
  EXPECT_EQ(find(kSigma, 0.1), 1U);
  EXPECT_EQ(find(kSigma, 0.3), std::nullopt);
  EXPECT_EQ(find(kBatch, 64.0), std::nullopt);
  EXPECT_EQ(find(kMethod, std::string("noise-injection")), 1U);
}

TEST(Axis, ValuesAreWrittenInTheShortestForm) {
  EXPECT_EQ(to_text(AxisValue(0.15)), "0.15");
  EXPECT_EQ(to_text(AxisValue(0.0)), "0");
  EXPECT_EQ(to_text(AxisValue(std::int64_t{-3})), "-3");
  EXPECT_EQ(to_text(AxisValue(std::string("plain"))), "plain");
}

TEST(Table, StartsWithNothingRun) {
  const Table table(shape_of({kSigma}, 2, 4));
  EXPECT_EQ(table.state, std::vector<CellState>(24, CellState::not_run));
  EXPECT_EQ(table.clean_accuracy.size(), 6U);
  ASSERT_EQ(table.values.size(), table.metrics.size());
  for (const std::vector<double>& metric : table.values) {
    ASSERT_EQ(metric.size(), 24U);
    for (const double value : metric) EXPECT_TRUE(std::isnan(value));
  }
  for (const double value : table.seconds) EXPECT_TRUE(std::isnan(value));
  for (const double value : table.clean_accuracy) EXPECT_TRUE(std::isnan(value));
  EXPECT_EQ(table.clean_loss.size(), 6U);
  for (const double value : table.clean_loss) EXPECT_TRUE(std::isnan(value));
}

/// A number that says where a cell of the old table was.
double mark(const std::vector<std::size_t>& indices, std::size_t replica, std::size_t trial) {
  double number = 0;
  for (const std::size_t index : indices) number = number * 10 + static_cast<double>(index + 1);
  return number * 100 + static_cast<double>(replica) * 10 + static_cast<double>(trial);
}

/// ... and in which metric and place of its own dimension; below 1.
double metric_mark(const std::string& name, std::size_t place) {
  return static_cast<double>(name.size()) / 16 + static_cast<double>(place) / 256;
}

Table marked(const Shape& shape, const std::vector<Metric>& metrics = standard_metrics()) {
  Table table(shape, metrics);
  for (std::size_t point = 0; point < shape.points(); ++point)
    for (std::size_t replica = 0; replica < shape.replicas; ++replica) {
      table.clean_accuracy[point * shape.replicas + replica] = mark(shape.indices(point), replica, 9);
      table.clean_loss[point * shape.replicas + replica] = -mark(shape.indices(point), replica, 9);
      for (std::size_t trial = 0; trial < shape.trials; ++trial) {
        const std::size_t cell = shape.cell(point, replica, trial);
        for (std::size_t m = 0; m < table.metrics.size(); ++m)
          for (std::size_t place = 0; place < table.metrics[m].size(); ++place)
            table.values[m][cell * table.metrics[m].size() + place] =
                mark(shape.indices(point), replica, trial) + metric_mark(table.metrics[m].name, place);
        table.state[cell] = trial == 1 ? CellState::failed : CellState::done;
        table.seconds[cell] = -mark(shape.indices(point), replica, trial);
      }
    }
  return table;
}

TEST(Table, AdoptsEveryCellByItsAxisValues) {
  const Table old = marked(shape_of({{"sigma", {0.0, 0.2}}, {"batch", {std::int64_t{64}, std::int64_t{32}}}}, 2, 3));
  // Values inserted in front, in the middle and at the end, in another order; more replicas, more trials.
  const Shape larger = shape_of({{"sigma", {0.0, 0.1, 0.2, 0.3}},
                                 {"batch", {std::int64_t{16}, std::int64_t{32}, std::int64_t{48}, std::int64_t{64}}}},
                                3, 5);
  Table table(larger);
  table.adopt(old);
  std::size_t adopted = 0;
  for (std::size_t point = 0; point < larger.points(); ++point)
    for (std::size_t replica = 0; replica < larger.replicas; ++replica)
      for (std::size_t trial = 0; trial < larger.trials; ++trial) {
        const std::vector<std::size_t> at = larger.indices(point);
        const std::size_t cell = larger.cell(point, replica, trial);
        const bool known = (at[0] == 0 || at[0] == 2) && (at[1] == 1 || at[1] == 3) && replica < 2 && trial < 3;
        if (!known) {
          EXPECT_EQ(table.state[cell], CellState::not_run);
          EXPECT_TRUE(std::isnan(table.values[0][cell]) && std::isnan(table.seconds[cell]));
          continue;
        }
        ++adopted;
        const double from = mark({at[0] / 2, at[1] == 3 ? 0U : 1U}, replica, trial);
        for (std::size_t m = 0; m < table.metrics.size(); ++m)
          EXPECT_EQ(table.values[m][cell], from + metric_mark(table.metrics[m].name, 0));
        EXPECT_EQ(table.seconds[cell], -from);
        EXPECT_EQ(table.state[cell], trial == 1 ? CellState::failed : CellState::done);
        EXPECT_EQ(table.clean_accuracy[point * larger.replicas + replica],
                  mark({at[0] / 2, at[1] == 3 ? 0U : 1U}, replica, 9));
        EXPECT_EQ(table.clean_loss[point * larger.replicas + replica],
                  -mark({at[0] / 2, at[1] == 3 ? 0U : 1U}, replica, 9));
      }
  EXPECT_EQ(adopted, old.shape.cells());
}

/// The standard metrics and these, one number a layer each.
std::vector<Metric> with_layers(const std::vector<std::string>& names, std::size_t layers) {
  std::vector<Metric> metrics = standard_metrics();
  for (const std::string& name : names) metrics.push_back({name, "1", "", {{"layer", layers}}});
  return metrics;
}

TEST(Table, AdoptsMetricsByName) {
  const Shape small = shape_of({{"sigma", {0.2}}}, 1, 2);
  const Shape large = shape_of({{"sigma", {0.1, 0.2}}}, 2, 3);
  const Table old = marked(small, with_layers({"faults", "correlation"}, 2));
  Table table(large, with_layers({"new", "correlation", "faults"}, 3));
  table.adopt(old);
  for (std::size_t cell = 0; cell < large.cells(); ++cell) {
    const std::size_t first = large.cell(1, 0, 0);
    const bool known = cell >= first && cell < first + 2;
    for (std::size_t m = 0; m < table.metrics.size(); ++m)
      for (std::size_t place = 0; place < table.metrics[m].size(); ++place) {
        const Metric& metric = table.metrics[m];
        const double value = table.values[m][cell * metric.size() + place];
        const std::string where = metric.name + " cell " + std::to_string(cell) + " place " + std::to_string(place);
        if (known && metric.name != "new" && place < 2)
          EXPECT_EQ(value, mark({0}, 0, cell - first) + metric_mark(metric.name, place)) << where;
        else
          EXPECT_TRUE(std::isnan(value)) << where;
      }
  }
}

TEST(Table, AdoptsMatricesRowByRow) {
  const Shape shape = shape_of({{"sigma", {0.2}}}, 1, 2);
  std::vector<Metric> metrics = standard_metrics();
  metrics.push_back({"confusion", "images", "", {{"class", 2}, {"answer", 2}}});
  Table old(shape, metrics);
  std::iota(old.values[4].begin(), old.values[4].end(), 1.0);
  metrics.back().dimensions = {{"class", 3}, {"answer", 3}};
  Table table(shape, metrics);
  table.adopt(old);
  const double expected[] = {1, 2, 0, 3, 4, 0, 0, 0, 0, 5, 6, 0, 7, 8, 0, 0, 0, 0};
  for (std::size_t i = 0; i < 18; ++i) {
    if (expected[i] == 0)
      EXPECT_TRUE(std::isnan(table.values[4][i])) << i;
    else
      EXPECT_EQ(table.values[4][i], expected[i]) << i;
  }
}

TEST(Table, RefusesToDropWhatItAdopts) {
  const Shape shape = shape_of({{"sigma", {0.0}}});
  Table table(shape, with_layers({"faults"}, 2));
  EXPECT_THROW(table.adopt(Table(shape_of({{"sigma", {0.0, 0.1}}}))), std::logic_error);
  EXPECT_THROW(table.adopt(Table(shape, with_layers({"pulses"}, 2))), std::logic_error);
  EXPECT_THROW(table.adopt(Table(shape, with_layers({"faults"}, 3))), std::logic_error);
}

TEST(Unite, KeepsValuesOfBothInAscendingOrder) {
  const Shape united =
      merge_shapes(shape_of({{"sigma", {0.0, 0.2}}}, 2, 10), shape_of({{"sigma", {0.1, 0.2, 0.4}}}, 1, 20));
  ASSERT_EQ(united.axes.size(), 1U);
  EXPECT_EQ(united.axes[0].values, (std::vector<AxisValue>{0.0, 0.1, 0.2, 0.4}));
  EXPECT_EQ(united.replicas, 2U);
  EXPECT_EQ(united.trials, 20U);
}

TEST(Unite, AppendsWordsAndUnorderedNumbers) {
  const Shape words = merge_shapes(shape_of({{"method", {std::string("plain")}}}),
                                   shape_of({{"method", {std::string("noise-injection"), std::string("plain")}}}));
  EXPECT_EQ(words.axes[0].values, (std::vector<AxisValue>{std::string("plain"), std::string("noise-injection")}));
  const Shape numbers = merge_shapes(shape_of({{"sigma", {0.4, 0.0}}}), shape_of({{"sigma", {0.1, 0.4}}}));
  EXPECT_EQ(numbers.axes[0].values, (std::vector<AxisValue>{0.4, 0.0, 0.1}));
}

void expect_refused(const Shape& wanted, const Shape& old, const std::string& old_keys, const std::string& new_keys) {
  try {
    (void)merge_shapes(wanted, old);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(UnusableResults));
    EXPECT_EQ(error.what(), "the results file sweeps other keys (" + old_keys + ") than the experiment (" + new_keys +
                                "); a new or missing axis needs another file");
  }
}

TEST(Unite, RefusesOtherAxes) {
  const Axis sigma{"sigma", {0.0}};
  const Axis batch{"batch", {std::int64_t{1}}};
  expect_refused(shape_of({sigma, batch}), shape_of({sigma}), "sigma", "sigma, batch");
  expect_refused(shape_of({}), shape_of({sigma}), "sigma", "none");
  expect_refused(shape_of({sigma, batch}), shape_of({batch, sigma}), "batch, sigma", "sigma, batch");
}

TEST(Unite, RefusesNumbersAndWordsOnOneAxis) {
  try {
    (void)merge_shapes(shape_of({{"sigma", {0.1}}}), shape_of({{"sigma", {std::string("tested")}}}));
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(UnusableResults));
    EXPECT_STREQ(error.what(),
                 "the results file has values of another type for 'sigma' (tested) than the experiment (0.1)");
  }
}

}  // namespace table_test
}  // namespace ohmcarlo
