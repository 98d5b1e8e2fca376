#include "app/compare_text.hpp"

#include <cmath>

#include <fmt/format.h>

#include "app/metric_text.hpp"
#include "config/trials.hpp"
#include "experiment/metric_range.hpp"

namespace ohmcarlo {
namespace {

const char* text_of(IntervalOver units) {
  return units == IntervalOver::trainings ? "trainings" : "chips";
}

/// A sheet for programs and lines for people, built side by side.
struct Reply {
  std::string title;
  std::vector<std::pair<std::string, Cell>> head;
  std::string list;
  Sheet sheet;
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string> notes;
};

std::string print(const Results& results, const Reply& reply, TableFormat format) {
  if (format == TableFormat::csv) return to_csv(reply.sheet);
  if (format == TableFormat::json) return to_json(results, reply.head, reply.list, reply.sheet);
  std::string text = reply.title + "\n" + align_columns(reply.lines);
  for (const std::string& note : reply.notes) text += note + "\n";
  return text;
}

/// What both kinds of answers begin with.
Reply begin_reply(const Results& results, const ComparisonOptions& options, const ComparisonBasis& basis,
                  const char* list) {
  Reply reply;
  const Shape& shape = results.table.shape;
  reply.list = list;
  reply.head = {{"metric", results.table.metrics[options.metric].name},
                {"axis", shape.axes[options.axis].key},
                {"units", std::string(text_of(basis.units))},
                {"interval_kind", std::string(kIntervalKinds.word_of(basis.kind))},
                {"confidence", basis.confidence},
                {"common_chips", basis.common_chips}};
  reply.lines.emplace_back();
  for (const Axis& axis : shape.axes) {
    reply.sheet.columns.push_back(axis.key);
    reply.lines[0].push_back(last_part(axis.key));
  }
  if (!basis.common_chips)
    reply.notes.emplace_back(
        "Chips differ between points (trials.common_random_numbers = false): pairs are of independent chips, which "
        "saves nothing.");
  if (options.metric == kEkl)
    reply.notes.emplace_back("Of ekl the means of the chips' values are compared, not the pooled values of show.");
  return reply;
}

void append_columns(Reply& reply, std::initializer_list<const char*> columns) {
  reply.sheet.columns.insert(reply.sheet.columns.end(), columns.begin(), columns.end());
}

/// Begins a line of both with the values of a point.
void append_point(Reply& reply, const Shape& shape, std::size_t point) {
  reply.sheet.rows.emplace_back();
  reply.lines.emplace_back();
  const std::vector<std::size_t> indices = shape.indices(point);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    reply.sheet.rows.back().push_back(to_cell(shape.axes[i].values[indices[i]]));
    reply.lines.back().push_back(to_text(shape.axes[i].values[indices[i]]));
  }
}

void append_cells(Reply& reply, std::initializer_list<Cell> cells) {
  reply.sheet.rows.back().insert(reply.sheet.rows.back().end(), cells.begin(), cells.end());
}

void append_texts(Reply& reply, std::initializer_list<std::string> texts) {
  reply.lines.back().insert(reply.lines.back().end(), texts.begin(), texts.end());
}

std::string difference_unit(const Metric& metric) {
  return is_share(metric) ? "percentage points" : metric.units;
}

void append_comparison(Reply& reply, const Metric& metric, const Comparison& comparison) {
  const PairedDifference& difference = comparison.difference;
  append_cells(reply, {to_cell(difference.count), to_cell(difference.left_out), difference.mean, difference.sd,
                       comparison.interval.low, comparison.interval.high, comparison.p, comparison.adjusted_p,
                       difference.correlation, difference.pairing_gain, comparison.units_saved});
  append_texts(reply, {fmt::format("{}", difference.count), difference_text(metric, difference.mean),
                       interval_text(metric, comparison.interval), p_text(comparison.adjusted_p),
                       number_text(difference.correlation, 2), number_text(difference.pairing_gain, 1),
                       number_text(comparison.units_saved, 0)});
}

void append_contender(Reply& reply, const Metric& metric, const Contest& contest, std::size_t rank) {
  const Contender& contender = contest.contenders[rank];
  const std::string verdict = rank == 0 ? "best" : contender.told_apart ? "worse" : "cannot be told from it";
  append_cells(reply, {contender.mean, verdict, to_cell(contender.difference.count), contender.difference.mean,
                       contender.interval.low, contender.interval.high, contender.adjusted_p, contest.confidence});
  append_texts(reply, {value_text(metric, contender.mean), difference_text(metric, contender.difference.mean),
                       interval_text(metric, contender.interval), p_text(contender.adjusted_p), verdict});
}

}  // namespace

std::string format_comparisons(const Results& results, const ComparisonOptions& options, std::size_t baseline,
                               TableFormat format) {
  const Shape& shape = results.table.shape;
  const Metric& metric = results.table.metrics[options.metric];
  const ComparisonBasis basis = ComparisonBasis::find(results);
  const std::string units = text_of(basis.units);
  const AxisValue& value = shape.axes[options.axis].values[baseline];
  Reply reply = begin_reply(results, options, basis, "pairs");
  reply.head.emplace_back("baseline", to_cell(value));
  reply.title = fmt::format("{} ({}): {} less that of {} = {}, in {}, {:g} % {} intervals over pairs of {}",
                            results.name, to_text(results.status), metric.name, shape.axes[options.axis].key,
                            to_text(value), difference_unit(metric), 100 * basis.confidence,
                            basis.kind == IntervalKind::sequence ? "sequence" : "Student", units);
  append_columns(reply, {"count", "left_out", "difference", "sd", "ci_low", "ci_high", "p", "adjusted_p", "correlation",
                         "pairing_gain", "units_saved"});
  for (const std::string& name :
       {std::string("pairs"), std::string("difference"), fmt::format("{:g} % interval", 100 * basis.confidence),
        std::string("Holm's p"), std::string("correlation"), std::string("gain"), units + " saved"})
    reply.lines[0].push_back(name);
  std::size_t left_out = 0;
  for (const Comparison& comparison : compare_with_baseline(results, options, baseline)) {
    append_point(reply, shape, comparison.point);
    append_comparison(reply, metric, comparison);
    left_out += comparison.difference.left_out;
  }
  if (left_out > 0) reply.notes.push_back(fmt::format("{} pairs without a value are left out.", left_out));
  return print(results, reply, format);
}

std::string format_contests(const Results& results, const ComparisonOptions& options, TableFormat format) {
  const Shape& shape = results.table.shape;
  const Metric& metric = results.table.metrics[options.metric];
  const ComparisonBasis basis = ComparisonBasis::find(results);
  Reply reply = begin_reply(results, options, basis, "values");
  reply.title =
      fmt::format("{} ({}): the best {} by {}, over {}; at {:g} % the truly best one is among those that are not worse",
                  results.name, to_text(results.status), shape.axes[options.axis].key, metric.name,
                  text_of(basis.units), 100 * basis.confidence);
  append_columns(reply,
                 {"mean", "verdict", "count", "difference", "ci_low", "ci_high", "adjusted_p", "interval_confidence"});
  for (const std::string& name : {heading_text(metric, "mean"), std::string("best less this"), std::string("interval"),
                                  std::string("adjusted p"), std::string("verdict")})
    reply.lines[0].push_back(name);
  for (const Contest& contest : find_best(results, options)) {
    for (std::size_t rank = 0; rank < contest.contenders.size(); ++rank) {
      append_point(reply, shape, contest.contenders[rank].point);
      append_contender(reply, metric, contest, rank);
    }
    for (const std::size_t point : contest.absent) {
      append_point(reply, shape, point);
      append_cells(reply, {kNaN, std::string("no chips"), to_cell(std::size_t{0}), kNaN, kNaN, kNaN, kNaN, kNaN});
      append_texts(reply, {"-", "-", "-", "-", "no chips"});
    }
  }
  return print(results, reply, format);
}

}  // namespace ohmcarlo
