#include <algorithm>

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/compare_text.hpp"
#include "app/options.hpp"
#include "app/race_text.hpp"
#include "app/read_results.hpp"
#include "experiment/race.hpp"
#include "experiment/selection.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kCompareUsage =
    "ohmcarlo compare RESULTS --axis KEY --baseline VALUE [options]\n"
    "ohmcarlo compare RESULTS --best KEY [options]\n\n"
    "Compares values of an axis on the same chips, all other axes equal. A key may be shortened to its last part.\n\n"
    "--baseline: for every other value of the axis the mean difference, value - baseline, over the chips that both\n"
    "have, its 95 % interval, Holm's p over all pairs shown, the correlation between the chips, and how many times\n"
    "more chips unpaired samples would need (gain). The interval is Student's if the number of chips was fixed, a\n"
    "sequence if trials.until decided it.\n\n"
    "--best: the value with the best mean (lowest loss, highest accuracy), and which others cannot be told from it.\n"
    "That it was chosen from the same chips is accounted for: with probability 95 % the truly best value is the best\n"
    "one shown or among those that cannot be told from it, for every combination of the other axes on its own.\n\n"
    "Of an axis that was raced (trials.race) --best says what the race decided: the winner, the values that cannot be\n"
    "told from it, those that were dropped and when, and the chips or trainings it spent; by the race's own metric\n"
    "unless another is asked for.\n\n"
    "With several replicas, trainings take the place of chips: their means are compared, by Student's interval, or by\n"
    "a sequence if trials.race decided how many there are.\n"
    "Without trials.common_random_numbers pairs are of independent chips: all holds, but pairing saves nothing.";

using Values = boost::program_options::variables_map;

std::string text_of(const Values& values, const char* name) {
  return values.count(name) > 0 ? values[name].as<std::string>() : "";
}

std::vector<std::string> texts_of(const Values& values, const char* name) {
  return values.count(name) > 0 ? values[name].as<std::vector<std::string>>() : std::vector<std::string>();
}

}  // namespace

int compare_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("axis", po::value<std::string>(), "key whose values are compared")(
      "baseline", po::value<std::string>(), "its value that all others are compared with")(
      "best", po::value<std::string>(), "key whose best value is wanted")(
      "metric", po::value<std::string>()->default_value("accuracy"), "what is compared, one value a chip")(
      "select", po::value<std::vector<std::string>>()->composing(), "KEY=VALUE: these points alone (repeatable)")(
      "format", po::value<std::string>()->default_value("table"), "table, csv or json (shares as fractions)");
  add_reading_options(options);
  const auto values = parse_options("compare", kCompareUsage, arguments, options, "RESULTS");
  if (!values) return 0;
  const std::string file = one_argument(*values, "compare", "RESULTS");
  const TableFormat format = parse_format(text_of(*values, "format"));
  const std::string axis = text_of(*values, "axis"), baseline = text_of(*values, "baseline");
  const std::string best = text_of(*values, "best");
  if (best.empty() ? axis.empty() || baseline.empty() : !axis.empty() || !baseline.empty())
    fail_usage("compare: what to compare is missing or twofold (allowed: --axis KEY --baseline VALUE, or --best KEY)");
  const Results results = read_results_file(file, *values);
  const Shape& shape = results.table.shape;
  ComparisonOptions wanted;
  wanted.metric = find_metric(results.table, text_of(*values, "metric"));
  wanted.axis = best.empty() ? find_axis(shape, axis, "--axis") : find_axis(shape, best, "--best");
  wanted.points = select_points(shape, texts_of(*values, "select"));
  if (!best.empty()) {
    const std::optional<RaceRules> races = RaceRules::find(results.settings, shape);
    const bool is_raced = races && races->axis() == wanted.axis && races->metric(results.table);
    if (is_raced && ((*values)["metric"].defaulted() || wanted.metric == *races->metric(results.table))) {
      fmt::print("{}", format_races(results, *races, wanted.points, format));
      return 0;
    }
    fmt::print("{}", format_contests(results, wanted, format));
    return 0;
  }
  const std::size_t value = find_axis_value(shape.axes[wanted.axis], baseline, "--baseline");
  const auto is_other = [&](std::size_t point) { return shape.indices(point)[wanted.axis] != value; };
  if (std::ranges::none_of(wanted.points, is_other))
    fail_usage("compare: no other value of {} is left to compare with {}", shape.axes[wanted.axis].key, baseline);
  fmt::print("{}", format_comparisons(results, wanted, value, format));
  return 0;
}

}  // namespace ohmcarlo
