#pragma once
// How the commands read results files.

#include <string>

#include <boost/program_options.hpp>

#include "records/results.hpp"

namespace ohmcarlo {

/// Adds --accept-changes to the options of a command that reads a results file.
void add_reading_options(boost::program_options::options_description& options);

/// Reads a results file as those options say and prints what there is to warn of. Throws UnusableResults.
[[nodiscard]] Results read_results_file(const std::string& path, const boost::program_options::variables_map& values);

}  // namespace ohmcarlo
