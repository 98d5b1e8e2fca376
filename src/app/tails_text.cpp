#include "app/tails_text.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "app/metric_text.hpp"
#include "experiment/metric_range.hpp"
#include "experiment/stopping.hpp"

namespace ohmcarlo {
namespace {

using Lines = std::vector<std::vector<std::string>>;

std::string quantile_name(double q) {
  return fmt::format("{:g} %", 100 * q);
}

std::string value_unit(const Metric& metric) {
  return is_share(metric) ? "percent" : metric.units;
}

void append_coordinates(const Shape& shape, std::size_t point, std::vector<Cell>& cells,
                        std::vector<std::string>& texts) {
  const std::vector<std::size_t> indices = shape.indices(point);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    cells.push_back(to_cell(shape.axes[i].values[indices[i]]));
    texts.push_back(to_text(shape.axes[i].values[indices[i]]));
  }
}

/// The two headings of a sheet and of its lines, begun with the axes.
void begin_lines(const Shape& shape, Sheet& sheet, Lines& lines) {
  lines.emplace_back();
  for (const Axis& axis : shape.axes) {
    sheet.columns.push_back(axis.key);
    lines[0].push_back(last_part(axis.key));
  }
}

std::string interval_of(const Metric& metric, const QuantileEstimate& estimate, double q) {
  if (std::isfinite(estimate.interval.low) && std::isfinite(estimate.interval.high))
    return interval_text(metric, estimate.interval);
  return fmt::format("needs {} chips for a {:g} % quantile", fewest_for_quantile(q), 100 * q);
}

std::string share_text(double share) {
  return std::isfinite(share) ? fmt::format("{:.2f}", 100 * share) : "-";
}

Sheet begin_tails(const Results& results, const TailOptions& options, Lines& lines) {
  const Shape& shape = results.table.shape;
  const Metric& metric = results.table.metrics[options.metric];
  Sheet sheet;
  begin_lines(shape, sheet, lines);
  sheet.columns.insert(sheet.columns.end(), {"replica", "count", "failed"});
  if (shape.replicas > 1) lines[0].emplace_back("replica");
  lines[0].emplace_back("chips");
  for (const double q : options.quantiles) {
    const std::string name = fmt::format("q{:g}", 100 * q);
    sheet.columns.insert(sheet.columns.end(), {name, name + "_low", name + "_high", name + "_needs"});
    lines[0].insert(lines[0].end(), {quantile_name(q), "95 % interval"});
  }
  if (options.target) {
    sheet.columns.insert(sheet.columns.end(), {"reached", "yield", "yield_low", "yield_high"});
    const double target = *options.target;
    const std::string shown = is_share(metric) ? fmt::format("{:g} %", 100 * target) : fmt::format("{:g}", target);
    lines[0].insert(lines[0].end(),
                    {fmt::format("yield % ({} {} {})", metric.name, is_better_when_lower(metric) ? "<=" : ">=", shown),
                     "95 % interval"});
  }
  return sheet;
}

void append_tails(const Results& results, const TailOptions& options, const Tails& tails, Sheet& sheet, Lines& lines) {
  const Shape& shape = results.table.shape;
  const Metric& metric = results.table.metrics[options.metric];
  std::vector<Cell>& cells = sheet.rows.emplace_back();
  std::vector<std::string>& texts = lines.emplace_back();
  append_coordinates(shape, tails.point, cells, texts);
  cells.insert(cells.end(), {to_cell(tails.replica), to_cell(tails.chips), to_cell(tails.failed)});
  if (shape.replicas > 1) texts.push_back(fmt::format("{}", tails.replica));
  texts.push_back(fmt::format("{}", tails.chips));
  for (std::size_t i = 0; i < options.quantiles.size(); ++i) {
    const QuantileEstimate& estimate = tails.quantiles[i];
    const Interval& interval = estimate.interval;
    const double q = options.quantiles[i];
    const auto end = [](double value) { return std::isfinite(value) ? value : kNaN; };
    cells.insert(cells.end(), {estimate.value, end(interval.low), end(interval.high), to_cell(fewest_for_quantile(q))});
    texts.insert(texts.end(), {value_text(metric, estimate.value), interval_of(metric, estimate, q)});
  }
  if (options.target) {
    const Yield& yield = tails.yield;
    cells.insert(cells.end(), {to_cell(yield.reached), yield.share, yield.interval.low, yield.interval.high});
    texts.insert(texts.end(),
                 {share_text(yield.share),
                  tails.chips == 0 ? "-" : share_text(yield.interval.low) + " .. " + share_text(yield.interval.high)});
  }
}

}  // namespace

std::string format_tails(const Results& results, const TailOptions& options, TableFormat format) {
  const Metric& metric = results.table.metrics[options.metric];
  const std::optional<StoppingRules> rules = StoppingRules::find(results.settings, results.table.shape);
  const bool is_fixed = !rules || rules->is_over_trainings();  // whose trainings have all the same number
  Lines lines;
  Sheet sheet = begin_tails(results, options, lines);
  std::size_t failed = 0;
  for (const Tails& tails : find_tails(results.table, options)) {
    append_tails(results, options, tails, sheet, lines);
    failed += tails.failed;
  }
  if (format == TableFormat::csv) return to_csv(sheet);
  std::vector<std::pair<std::string, Cell>> head = {
      {"metric", metric.name}, {"interval_over", std::string("chips")}, {"fixed_count", is_fixed}};
  if (options.target) head.emplace_back("target", *options.target);
  if (format == TableFormat::json) return to_json(results, head, "points", sheet);
  std::string text =
      fmt::format("{} ({}), {} in {}, over chips of {} trained network\n", results.name, to_text(results.status),
                  metric.name, value_unit(metric), results.table.shape.replicas > 1 ? "each" : "this");
  text += align_columns(lines);
  if (failed > 0) text += fmt::format("{} chips without a value are left out.\n", failed);
  if (!is_fixed)
    text += fmt::format("{} decided the number of chips; these intervals are for a number fixed beforehand.\n",
                        rules->is_of_race() ? "trials.race" : "trials.until");
  return text;
}

std::string format_variances(const Results& results, std::size_t metric_number, std::span<const std::size_t> points,
                             TableFormat format) {
  const Shape& shape = results.table.shape;
  const Metric& metric = results.table.metrics[metric_number];
  Sheet sheet;
  Lines lines;
  begin_lines(shape, sheet, lines);
  sheet.columns.insert(sheet.columns.end(), {"variance_chips", "variance_trainings", "share_trainings"});
  lines[0].insert(lines[0].end(), {"sd between chips", "sd between trainings", "trainings' share of the variance %"});
  const std::vector<VarianceSplit> splits = split_variances(results.table, metric_number, points);
  const bool has_images = std::ranges::any_of(splits, [](const VarianceSplit& split) { return split.images != 0; });
  if (has_images) {
    sheet.columns.push_back("variance_images");
    lines[0].emplace_back("sd by the choice of images");
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    const VarianceSplit& split = splits[i];
    const double share = split.trainings / (split.trainings + split.chips);  // NaN if neither varies
    std::vector<Cell>& cells = sheet.rows.emplace_back();
    std::vector<std::string>& texts = lines.emplace_back();
    append_coordinates(shape, points[i], cells, texts);
    cells.insert(cells.end(), {split.chips, split.trainings, share});
    texts.insert(texts.end(), {value_text(metric, std::sqrt(split.chips)),
                               value_text(metric, std::sqrt(split.trainings)), share_text(share)});
    if (!has_images) continue;
    cells.emplace_back(split.images);
    texts.push_back(value_text(metric, std::sqrt(split.images)));
  }
  if (format == TableFormat::csv) return to_csv(sheet);
  if (format == TableFormat::json)
    return to_json(results, {{"metric", metric.name}, {"images", std::string(has_images ? "sampled" : "all")}},
                   "points", sheet);
  std::string text =
      fmt::format("{} ({}), where the spread of {} comes from, in {}\n", results.name, to_text(results.status),
                  metric.name, is_share(metric) ? "percentage points" : metric.units);
  text += align_columns(lines);
  text += has_images
              ? "Chips see samples of the test images; means are for these very images.\n"
              : "All chips see all test images: there is no part for images, and means are for these very images.\n";
  if (shape.replicas < 2) text += "One training: what differs between trainings is unknown (training.replicas).\n";
  return text;
}

}  // namespace ohmcarlo
