#pragma once
// Command lines, by Boost.Program_options, with errors of one line.

#include <optional>
#include <string>

#include <boost/program_options.hpp>

#include "app/command.hpp"
#include "base/error.hpp"

namespace ohmcarlo {

/// Parses; --help prints `usage` and the options and yields nothing. Throws BadUsage naming the command.
[[nodiscard]] inline std::optional<boost::program_options::variables_map> parse_options(
    const std::string& command, const std::string& usage, const Arguments& arguments,
    const boost::program_options::options_description& visible, const char* positional, int positional_count = 1) {
  namespace po = boost::program_options;
  po::options_description all;
  all.add(visible);
  po::positional_options_description places;
  if (positional != nullptr) {
    all.add_options()(positional, po::value<std::vector<std::string>>());
    places.add(positional, positional_count);
  }
  po::variables_map values;
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(places).run(), values);
    po::notify(values);
  } catch (const po::error& error) {
    fail_usage("{}: {} (see ohmcarlo {} --help)", command, error.what(), command);
  }
  if (values.count("help") > 0) {
    std::ostringstream options;
    options << visible;
    fmt::print("{}\n\n{}", usage, options.str());
    return std::nullopt;
  }
  return values;
}

/// The single positional argument. Throws BadUsage if it is missing.
[[nodiscard]] inline std::string one_argument(const boost::program_options::variables_map& values,
                                              const std::string& command, const char* name) {
  if (values.count(name) == 0) fail_usage("{}: {} is missing (see ohmcarlo {} --help)", command, name, command);
  return values[name].as<std::vector<std::string>>().front();
}

}  // namespace ohmcarlo
