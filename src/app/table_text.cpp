#include "app/table_text.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/ranges.h>

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

std::string quoted(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return "\"" + escaped + "\"";
}

std::string csv_field(const AxisValue& value) {
  const std::string text = to_text(value);
  return text.find_first_of(",\"") == std::string::npos ? text : "\"" + text + "\"";
}

std::string json_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "null";
}

std::string percent(double value) {
  return std::isfinite(value) ? fmt::format("{:.2f}", 100 * value) : "-";
}

std::string as_csv(const Results& results, const SummaryGroup& group) {
  const Shape& shape = results.table.shape;
  std::string text;
  for (const Axis& axis : shape.axes) text += axis.key + ",";
  text += fmt::format("{},clean_accuracy,interval_over\n", fmt::join(table_columns(group), ","));
  for (std::size_t point = 0; point < shape.points(); ++point) {
    const std::vector<std::size_t> indices = shape.indices(point);
    for (std::size_t i = 0; i < indices.size(); ++i) text += csv_field(shape.axes[i].values[indices[i]]) + ",";
    for (const std::string_view name : table_columns(group)) text += fmt::format("{},", column(group, name)[point]);
    text += fmt::format("{},{}\n", clean_accuracy(results.table, point), group.interval_over);
  }
  return text;
}

std::string as_json(const Results& results, const SummaryGroup& group) {
  const Shape& shape = results.table.shape;
  std::vector<std::string> points;
  for (std::size_t point = 0; point < shape.points(); ++point) {
    const std::vector<std::size_t> indices = shape.indices(point);
    std::string text;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const AxisValue& value = shape.axes[i].values[indices[i]];
      const bool is_text = std::holds_alternative<std::string>(value);
      text += fmt::format("{}: {}, ", quoted(shape.axes[i].key), is_text ? quoted(to_text(value)) : to_text(value));
    }
    for (const std::string_view name : table_columns(group))
      text += fmt::format("\"{}\": {}, ", name, json_number(column(group, name)[point]));
    points.push_back(
        fmt::format("    {{{}\"clean_accuracy\": {}}}", text, json_number(clean_accuracy(results.table, point))));
  }
  return fmt::format(
      "{{\n  \"experiment\": {},\n  \"hash\": \"{}\",\n  \"status\": \"{}\",\n  \"metric\": \"accuracy\",\n"
      "  \"interval_over\": \"{}\",\n  \"points\": [\n{}\n  ]\n}}\n",
      quoted(results.name), results.hash, to_text(results.status), group.interval_over, fmt::join(points, ",\n"));
}

std::string as_table(const Results& results, const SummaryGroup& group) {
  const Shape& shape = results.table.shape;
  std::vector<std::vector<std::string>> rows(1);
  for (const Axis& axis : shape.axes) rows[0].push_back(axis.key.substr(axis.key.rfind('.') + 1));
  for (const char* name : {"chips", "mean %", "sd", "95 % interval", "median", "clean", "failures", "collapsed"})
    rows[0].emplace_back(name);
  const bool shows_kind = is_sequential(group) && group.interval_over == "chips";
  if (shows_kind) rows[0].emplace_back("interval");
  for (std::size_t point = 0; point < shape.points(); ++point) {
    std::vector<std::string>& row = rows.emplace_back();
    const std::vector<std::size_t> indices = shape.indices(point);
    for (std::size_t i = 0; i < indices.size(); ++i) row.push_back(to_text(shape.axes[i].values[indices[i]]));
    const auto value = [&](const char* name) { return column(group, name)[point]; };
    row.push_back(fmt::format("{:.0f}", value("count")));
    row.push_back(percent(value("mean")));
    row.push_back(percent(value("sd")));
    row.push_back(std::isfinite(value("ci_low"))
                      ? fmt::format("{:.2f} .. {:.2f}", 100 * value("ci_low"), 100 * value("ci_high"))
                      : "-");
    row.push_back(percent(value("median")));
    row.push_back(percent(clean_accuracy(results.table, point)));
    row.push_back(fmt::format("{:.0f}", value("failures")));
    row.push_back(fmt::format("{:.0f}", value("collapsed")));
    if (shows_kind) row.emplace_back(kind_at(group, point));
  }
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  const double confidence = group.interval_over == "chips" ? group.confidence : 0.95;
  std::string text =
      fmt::format("{} ({}), {:g} % intervals over {}\n", results.name, to_text(results.status), 100 * confidence,
                  group.interval_over == "chips" ? "chips of this trained network" : "trainings");
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:>{}}  ", row[i], widths[i]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace

std::string format_results(const Results& results, TableFormat format) {
  const SummaryGroup accuracy =
      summarise_accuracy(results.table, results.classes, StoppingRules::find(results.settings, results.table.shape));
  switch (format) {
    case TableFormat::csv:
      return as_csv(results, accuracy);
    case TableFormat::json:
      return as_json(results, accuracy);
    case TableFormat::table:
      break;
  }
  return as_table(results, accuracy);
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
