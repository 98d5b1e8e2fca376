#include "app/table_text.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

namespace ohmcarlo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// One point for every sigma, two chips each, whose accuracies are given.
Results results_of(const std::vector<std::pair<double, double>>& accuracies) {
  Shape shape;
  Axis& axis = shape.axes.emplace_back(Axis{"hardware.variation.sigma", {}});
  for (std::size_t i = 0; i < accuracies.size(); ++i) axis.values.emplace_back(0.25 * static_cast<double>(i));
  shape.trials = 2;
  Results results;
  results.name = "some \"name\"";
  results.hash = "cafe";
  results.classes = 10;
  results.status = RunStatus::complete;
  results.table = Table(shape);
  for (std::size_t i = 0; i < accuracies.size(); ++i) {
    results.table.values[kAccuracy][2 * i] = accuracies[i].first;
    results.table.values[kAccuracy][2 * i + 1] = accuracies[i].second;
    results.table.state[2 * i] = results.table.state[2 * i + 1] = CellState::done;
    results.table.clean_accuracy[i] = 0.75;
  }
  return results;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  EXPECT_EQ(start, text.size()) << "the last line ends";
  return lines;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) c == ',' ? void(fields.emplace_back()) : void(fields.back() += c);
  return fields;
}

/// The field of a line of CSV in the column of this name.
std::string field(const std::vector<std::string>& lines, std::size_t line, const std::string& name) {
  const std::vector<std::string> names = fields_of(lines.at(0));
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return fields_of(lines.at(line)).at(static_cast<std::size_t>(found - names.begin()));
}

// Accuracies 0.5 and 0.75: mean 0.625, sd 0.125 sqrt(2), and a t interval over two chips of +-12.7062 sd / sqrt(2).
TEST(TableText, CsvHasFractionsAColumnAnAxisAndALineAPoint) {
  const std::vector<std::string> lines =
      lines_of(format_results(results_of({{0.5, 0.75}, {0.25, 0.25}}), TableFormat::csv));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(field(lines, 1, "hardware.variation.sigma"), "0");
  EXPECT_EQ(field(lines, 2, "hardware.variation.sigma"), "0.25");
  EXPECT_EQ(field(lines, 1, "count"), "2");
  EXPECT_EQ(field(lines, 1, "mean"), "0.625");
  EXPECT_EQ(field(lines, 2, "mean"), "0.25");
  EXPECT_NEAR(std::stod(field(lines, 1, "sd")), 0.125 * std::sqrt(2), 1e-12);
  EXPECT_NEAR(std::stod(field(lines, 1, "ci_low")), 0.625 - 12.7062047 * 0.125, 1e-6);
  EXPECT_NEAR(std::stod(field(lines, 1, "ci_high")), 0.625 + 12.7062047 * 0.125, 1e-6);
  EXPECT_EQ(field(lines, 1, "clean_accuracy"), "0.75");
  EXPECT_EQ(field(lines, 1, "interval_over"), "chips");
  for (const std::string& line : lines) EXPECT_EQ(fields_of(line).size(), fields_of(lines[0]).size());
}

TEST(TableText, WordsWithCommasAreQuotedInCsv) {
  Results results = results_of({{0.5, 0.5}});
  results.table.shape.axes[0] = {"network.hidden", {"[100, 50]"}};
  EXPECT_THAT(lines_of(format_results(results, TableFormat::csv)).at(1), ::testing::StartsWith("\"[100, 50]\",2,0.5,"));
}

TEST(TableText, JsonQuotesTextsAndHasNoNaN) {
  Results results = results_of({{0.5, 0.75}, {0.5, 0.5}});
  results.table.state[2] = results.table.state[3] = CellState::not_run;
  results.table.values[kAccuracy][2] = results.table.values[kAccuracy][3] = kMissing;
  results.table.clean_accuracy[1] = kMissing;
  const std::string text = format_results(results, TableFormat::json);
  EXPECT_THAT(text, HasSubstr("\"experiment\": \"some \\\"name\\\"\""));
  EXPECT_THAT(text, HasSubstr("{\"hardware.variation.sigma\": 0, \"count\": 2, \"mean\": 0.625, "));
  EXPECT_THAT(text, HasSubstr("{\"hardware.variation.sigma\": 0.25, \"count\": 0, \"mean\": null, "));
  EXPECT_THAT(text, HasSubstr("\"clean_accuracy\": null"));
  EXPECT_EQ(text.find("nan"), std::string::npos);
}

TEST(TableText, TheTableHasPercentAndSaysWhatItsIntervalsCover) {
  Results results = results_of({{0.5, 0.75}});
  std::vector<std::string> lines = lines_of(format_results(results, TableFormat::table));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "some \"name\" (complete), 95 % intervals over chips of this trained network");
  EXPECT_THAT(lines[1], ::testing::ContainsRegex("sigma +chips +mean % +sd +95 % interval +median +clean"));
  EXPECT_THAT(lines[2],
              ::testing::ContainsRegex("^ *0 +2 +62\\.50 +17\\.68 +-96\\.33 \\.\\. 221\\.33 +62\\.50 +75\\.00 "));

  Shape shape = results.table.shape;
  shape.replicas = 2;
  results.table = Table(shape);
  lines = lines_of(format_results(results, TableFormat::table));
  EXPECT_THAT(lines[0], ::testing::EndsWith("over trainings"));
  EXPECT_THAT(lines[2], ::testing::ContainsRegex("^ *0 +0 +- +- +- +- +- ")) << "nothing has been run";
}

// Trainings of clean accuracy 0.5 and 0.75, and one that diverged.
TEST(TableText, CleanAccuracyIsTheMeanOfTheTrainingsThatHaveOne) {
  Results results = results_of({{0.5, 0.5}});
  Shape shape = results.table.shape;
  shape.replicas = 3;
  results.table = Table(shape);
  results.table.clean_accuracy = {0.5, kMissing, 0.75};
  const std::vector<std::string> lines = lines_of(format_results(results, TableFormat::csv));
  EXPECT_EQ(field(lines, 1, "clean_accuracy"), "0.625");
  EXPECT_EQ(field(lines, 1, "interval_over"), "trainings");
}

/// Results of two points by two chips by `layers` layers, nothing saturated.
Results saturated_results(std::size_t layers) {
  Results results = results_of({{0.5, 0.5}, {0.5, 0.5}});
  std::vector<Metric> metrics = standard_metrics();
  metrics.push_back({"saturation", "1", "", {{"layer", layers}}});
  results.table = Table(results.table.shape, metrics);
  results.table.values.back().assign(4 * layers, 0);
  return results;
}

TEST(SaturationWarnings, NameTheLayerAndThePointOverOnePercent) {
  Results results = saturated_results(3);
  std::vector<double>& shares = results.table.values.back();  // [point, chip, layer]
  shares[(1 * 2 + 0) * 3 + 1] = 0.0625;
  shares[(1 * 2 + 1) * 3 + 1] = 0.1875;
  shares[(0 * 2 + 0) * 3 + 2] = shares[(0 * 2 + 1) * 3 + 2] = 0.01;  // not more than 1 %
  EXPECT_THAT(saturation_warnings(results),
              ElementsAre("the converters of layer 2 clip 12 % of their conversions at hardware.variation.sigma = "
                          "0.25"));
  shares[(1 * 2 + 0) * 3 + 1] = kMissing;  // not run: no part of the mean
  EXPECT_THAT(saturation_warnings(results).at(0), HasSubstr("clip 19 %"));
  shares[(1 * 2 + 1) * 3 + 1] = kMissing;
  EXPECT_THAT(saturation_warnings(results), ElementsAre());
}

TEST(SaturationWarnings, StopAfterTwentyLines) {
  Results results = saturated_results(13);
  results.table.values.back().assign(4 * 13, 0.5);
  const std::vector<std::string> warnings = saturation_warnings(results);
  ASSERT_EQ(warnings.size(), 21U);
  EXPECT_EQ(warnings.back(), "... and 6 more points and layers");
}

TEST(SaturationWarnings, ExperimentsWithoutConvertersHaveNone) {
  EXPECT_THAT(saturation_warnings(results_of({{0.5, 0.5}})), ElementsAre());
}

}  // namespace
}  // namespace ohmcarlo
