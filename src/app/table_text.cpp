#include "app/table_text.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <fmt/ranges.h>

#include "app/metric_text.hpp"
#include "app/shape_text.hpp"
#include "experiment/metric_range.hpp"
#include "experiment/stopping.hpp"
#include "experiment/summary.hpp"

namespace ohmcarlo {
namespace {

const std::vector<double>& column(const SummaryGroup& group, std::string_view name) {
  return column_of(group.points, name);
}

/// Names of the columns that tables have.
std::vector<std::string_view> table_columns(const SummaryGroup& group) {
  std::vector<std::string_view> names;
  for (const Estimator& estimator : point_estimators())
    if (estimator.in_tables &&
        std::ranges::find(group.points, estimator.name, &SummaryColumn::name) != group.points.end())
      names.push_back(estimator.name);
  return names;
}

/// Whether the number of chips was decided while they came in.
bool is_sequential(const SummaryGroup& group) {
  return std::ranges::find(group.points, "interval_kind", &SummaryColumn::name) != group.points.end();
}

std::string_view kind_at(const SummaryGroup& group, std::size_t point) {
  return kIntervalKinds.word_of(static_cast<IntervalKind>(column(group, "interval_kind")[point]));
}

/// Mean of the finite clean accuracies of a point's replicas.
double clean_accuracy(const Table& table, std::size_t point) {
  double sum = 0;
  int count = 0;
  for (std::size_t r = 0; r < table.shape.replicas; ++r) {
    const double value = table.clean_accuracy[point * table.shape.replicas + r];
    if (std::isfinite(value)) {
      sum += value;
      ++count;
    }
  }
  return sum / count;  // 0 / 0 is NaN: no model yet
}

std::vector<std::size_t> points_of(const Results& results, const TableView& view) {
  if (view.points) return *view.points;
  std::vector<std::size_t> all(results.table.shape.points());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// Cuts the columns of intervals at the bounds of the metric.
void clip_columns(SummaryGroup& group, const Metric& metric) {
  const Interval range = range_of(metric);
  for (SummaryColumn& column : group.points)
    if (column.name.ends_with("ci_low") || column.name.ends_with("ci_high"))
      for (double& value : column.values)
        if (!std::isnan(value)) value = std::clamp(value, range.low, range.high);
}

std::string as_csv(const Results& results, const SummaryGroup& group, const std::vector<std::size_t>& points) {
  const Shape& shape = results.table.shape;
  std::string text;
  for (const Axis& axis : shape.axes) text += axis.key + ",";
  text += fmt::format("{},clean_accuracy,interval_over\n", fmt::join(table_columns(group), ","));
  for (const std::size_t point : points) {
    const std::vector<std::size_t> indices = shape.indices(point);
    for (std::size_t i = 0; i < indices.size(); ++i) text += csv_text(to_text(shape.axes[i].values[indices[i]])) + ",";
    for (const std::string_view name : table_columns(group)) text += fmt::format("{},", column(group, name)[point]);
    text += fmt::format("{},{}\n", clean_accuracy(results.table, point), group.interval_over);
  }
  return text;
}

std::string as_json(const Results& results, const SummaryGroup& group, const std::vector<std::size_t>& wanted) {
  const Shape& shape = results.table.shape;
  std::vector<std::string> points;
  for (const std::size_t point : wanted) {
    const std::vector<std::size_t> indices = shape.indices(point);
    std::string text;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const AxisValue& value = shape.axes[i].values[indices[i]];
      const bool is_text = std::holds_alternative<std::string>(value);
      text +=
          fmt::format("{}: {}, ", json_text(shape.axes[i].key), is_text ? json_text(to_text(value)) : to_text(value));
    }
    for (const std::string_view name : table_columns(group))
      text += fmt::format("\"{}\": {}, ", name, json_number(column(group, name)[point]));
    points.push_back(
        fmt::format("    {{{}\"clean_accuracy\": {}}}", text, json_number(clean_accuracy(results.table, point))));
  }
  return fmt::format(
      "{{\n  \"experiment\": {},\n  \"hash\": \"{}\",\n  \"status\": \"{}\",\n  \"metric\": {},\n"
      "  \"interval_over\": \"{}\",\n  \"points\": [\n{}\n  ]\n}}\n",
      json_text(results.name), results.hash, to_text(results.status), json_text(group.metric), group.interval_over,
      fmt::join(points, ",\n"));
}

std::string as_table(const Results& results, const SummaryGroup& group, const TableView& view,
                     const std::vector<std::size_t>& points) {
  const Metric& metric = results.table.metrics[view.metric];
  const bool of_accuracy = view.metric == kAccuracy;
  const auto text_of = [&](double value) { return value_text(metric, value); };
  const Shape& shape = results.table.shape;
  std::vector<std::vector<std::string>> rows(1);
  for (const Axis& axis : shape.axes) rows[0].push_back(last_part(axis.key));
  rows[0].insert(rows[0].end(), {"chips", heading_text(metric, "mean"), "sd", "95 % interval", "median"});
  if (of_accuracy) rows[0].emplace_back("clean");
  rows[0].insert(rows[0].end(), {"failures", "collapsed"});
  const bool shows_kind = is_sequential(group) && group.interval_over == "chips";
  if (shows_kind) rows[0].emplace_back("interval");
  for (const std::size_t point : points) {
    std::vector<std::string>& row = rows.emplace_back();
    const std::vector<std::size_t> indices = shape.indices(point);
    for (std::size_t i = 0; i < indices.size(); ++i) row.push_back(to_text(shape.axes[i].values[indices[i]]));
    const auto value = [&](const char* name) { return column(group, name)[point]; };
    row.push_back(fmt::format("{:.0f}", value("count")));
    row.push_back(text_of(value("mean")));
    row.push_back(text_of(value("sd")));
    row.push_back(interval_text(metric, {value("ci_low"), value("ci_high")}));
    row.push_back(text_of(value("median")));
    if (of_accuracy) row.push_back(text_of(clean_accuracy(results.table, point)));
    row.push_back(fmt::format("{:.0f}", value("failures")));
    row.push_back(fmt::format("{:.0f}", value("collapsed")));
    if (shows_kind) row.emplace_back(kind_at(group, point));
  }
  const auto rules = StoppingRules::find(results.settings, shape);
  const bool is_raced = rules && rules->is_over_trainings();
  const double confidence = group.interval_over == "chips" || is_raced ? group.confidence : 0.95;
  return fmt::format(
             "{} ({}),{} {:g} % {} over {}\n", results.name, to_text(results.status),
             of_accuracy ? "" : fmt::format(" {} in {},", metric.name, is_share(metric) ? "percent" : metric.units),
             100 * confidence, is_raced ? "sequences" : "intervals",
             group.interval_over == "chips" ? "chips of this trained network" : "trainings") +
         align_columns(rows) + shape_warning(shape, group, points);
}

}  // namespace

std::string format_results(const Results& results, TableFormat format, const TableView& view) {
  SummaryGroup group = summarise_metric(results.table, view.metric, results.classes,
                                        StoppingRules::find(results.settings, results.table.shape));
  clip_columns(group, results.table.metrics[view.metric]);
  const std::vector<std::size_t> points = points_of(results, view);
  if (format == TableFormat::csv) return as_csv(results, group, points);
  if (format == TableFormat::json) return as_json(results, group, points);
  return as_table(results, group, view, points);
}

std::vector<std::string> saturation_warnings(const Results& results) {
  constexpr double kMuch = 0.01;
  constexpr std::size_t kMostLines = 20;
  const Table& table = results.table;
  std::vector<std::string> warnings;
  for (std::size_t m = 0; m < table.metrics.size(); ++m) {
    if (table.metrics[m].name != "saturation") continue;
    const std::size_t layers = table.metrics[m].size();
    const std::size_t chips = table.shape.replicas * table.shape.trials;
    for (std::size_t point = 0; point < table.shape.points(); ++point) {
      for (std::size_t layer = 0; layer < layers; ++layer) {
        double sum = 0;
        std::size_t count = 0;
        for (std::size_t chip = 0; chip < chips; ++chip) {
          const double share = table.values[m][(point * chips + chip) * layers + layer];
          if (std::isnan(share)) continue;
          sum += share;
          ++count;
        }
        if (count == 0 || sum / static_cast<double>(count) <= kMuch) continue;
        std::string place;
        const std::vector<std::size_t> indices = table.shape.indices(point);
        for (std::size_t i = 0; i < indices.size(); ++i)
          place += fmt::format(" at {} = {}{}", table.shape.axes[i].key,
                               to_text(table.shape.axes[i].values[indices[i]]), i + 1 < indices.size() ? "," : "");
        warnings.push_back(fmt::format("the converters of layer {} clip {:.2g} % of their conversions{}", layer + 1,
                                       100 * sum / static_cast<double>(count), place));
      }
    }
  }
  if (warnings.size() > kMostLines) {
    const std::size_t more = warnings.size() - kMostLines;
    warnings.resize(kMostLines);
    warnings.push_back(fmt::format("... and {} more points and layers", more));
  }
  return warnings;
}

}  // namespace ohmcarlo
