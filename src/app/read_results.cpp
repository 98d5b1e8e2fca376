#include "app/read_results.hpp"

#include "app/message.hpp"
#include "storage/results_file.hpp"

namespace ohmcarlo {

void add_reading_options(boost::program_options::options_description& options) {
  options.add_options()("accept-changes", "read a file that was changed on purpose and does not match its checksum");
}

Results read_results_file(const std::string& path, const boost::program_options::variables_map& values) {
  return load_results(path, {.accept_changes = values.count("accept-changes") > 0, .warn = print_warning});
}

}  // namespace ohmcarlo
