#include <cmath>

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "app/read_results.hpp"
#include "app/table_text.hpp"
#include "app/tails_text.hpp"
#include "experiment/metric_range.hpp"
#include "experiment/sampled_summary.hpp"
#include "experiment/selection.hpp"

namespace ohmcarlo {
namespace {

using Values = boost::program_options::variables_map;

constexpr const char* kShowUsage =
    "ohmcarlo show RESULTS [options]\n\nPrints a line for every point of a results "
    "file: accuracy with its 95 % interval.\n\n"
    "--quantiles and --yield print those of the chips of each trained network instead: trainings are not pooled, "
    "since\n"
    "their chips together are no sample of independent values. Intervals of quantiles assume no distribution, and "
    "need\n"
    "a number of chips; those of the yield are Wilson's. --variance splits the variance of a chip's value into that\n"
    "between chips and that between trainings (training.replicas).";

double read_target(const Values& values, const Metric& metric) {
  const double target = values["yield"].as<double>();
  const Interval range = range_of(metric);
  if (!std::isfinite(target) || target < range.low || target > range.high)
    fail_usage("--yield {}: no value of {} (allowed: {}{})", target, metric.name,
               std::isfinite(range.low) ? fmt::format("from {:g}", range.low) : "any number",
               std::isfinite(range.high) ? fmt::format(" to {:g}", range.high) : "");
  return target;
}

std::string show(const Results& results, const Values& values, TableFormat format) {
  const bool restricted = values.count("metric") > 0 || values.count("select") > 0;
  const std::size_t metric =
      find_metric(results.table, values.count("metric") > 0 ? values["metric"].as<std::string>() : "accuracy");
  const std::vector<std::size_t> points =
      select_points(results.table.shape, values.count("select") > 0 ? values["select"].as<std::vector<std::string>>()
                                                                    : std::vector<std::string>());
  const bool tails = values.count("quantiles") > 0 || values.count("yield") > 0;
  if (values.count("variance") > 0) {
    if (tails) fail_usage("show: --variance stands alone (allowed: --variance, or --quantiles and --yield)");
    return format_variances(results, metric, points, format);
  }
  if (!tails) return format_results(results, format, restricted ? TableView{metric, points} : TableView{});
  for (const std::size_t point : points)
    if (is_sampled(results.table, point, metric))
      fail_usage(
          "show: --quantiles and --yield are of single chips, but chips saw samples of the test images, by which {} "
          "varies, too (allowed: a file with trials.images = \"all\", or a metric that no image enters)",
          results.table.metrics[metric].name);
  TailOptions options{.metric = metric, .points = points, .quantiles = {}};
  if (values.count("quantiles") > 0) options.quantiles = {0.01, 0.05, 0.5};
  if (values.count("yield") > 0) options.target = read_target(values, results.table.metrics[metric]);
  return format_tails(results, options, format);
}

}  // namespace

int show_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("metric", po::value<std::string>(),
                                             "what is shown, one value a chip (default: accuracy)")(
      "select", po::value<std::vector<std::string>>()->composing(),
      "KEY=VALUE: these points alone (repeatable); a key may be shortened to its last part")(
      "quantiles", "the quantiles 1, 5 and 50 % over chips")(
      "yield", po::value<double>(), "share of the chips that reach this value of the metric, a fraction for accuracy")(
      "variance", "how much chips and trainings differ")("format", po::value<std::string>()->default_value("table"),
                                                         "table (percent), csv or json (fractions)");
  add_reading_options(options);
  const auto values = parse_options("show", kShowUsage, arguments, options, "RESULTS");
  if (!values) return 0;
  const TableFormat format = parse_format((*values)["format"].as<std::string>());
  const Results results = read_results_file(one_argument(*values, "show", "RESULTS"), *values);
  fmt::print("{}", show(results, *values, format));
  return 0;
}

}  // namespace ohmcarlo
