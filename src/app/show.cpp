#include <fmt/core.h>

#include "app/command.hpp"
#include "app/options.hpp"
#include "app/table_text.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {

int show_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("format", po::value<std::string>()->default_value("table"),
                                             "table (percent), csv or json (fractions)");
  const auto values = parse_options("show",
                                    "ohmcarlo show RESULTS [options]\n\nPrints a line for every point of a results "
                                    "file: accuracy with its 95 % interval.",
                                    arguments, options, "RESULTS");
  if (!values) return 0;
  const std::string format = (*values)["format"].as<std::string>();
  if (format != "table" && format != "csv" && format != "json")
    fail_usage("--format {}: unknown (allowed: table, csv, json)", format);
  const Results results = load_results(one_argument(*values, "show", "RESULTS"));
  fmt::print("{}", format_results(results, format == "csv"    ? TableFormat::csv
                                           : format == "json" ? TableFormat::json
                                                              : TableFormat::table));
  return 0;
}

}  // namespace ohmcarlo
