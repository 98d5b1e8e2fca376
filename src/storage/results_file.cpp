#include "storage/results_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/version.hpp"
#include "storage/hdf5.hpp"
#include "storage/results_records.hpp"
#include "storage/results_table.hpp"
#include "storage/sampling_group.hpp"
#include "storage/settings_group.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kResultsFormat = "ohmcarlo results";

std::string join_lines(const Shape& shape) {
  std::string text;
  for (const Axis& axis : shape.axes) text += axis.key + "\n";
  return text;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

}  // namespace

std::string hdf5_version() {
  return fmt::format("{}.{}.{}", H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
}

FileKind kind_of_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return FileKind::absent;
  try {
    const std::scoped_lock lock(h5::library_mutex());
    const std::vector<std::byte> bytes = read_whole(path);
    const h5::Handle file = h5::open_image(bytes);
    return h5::has_attribute(file, "format") && h5::read_text(file, "format") == kResultsFormat ? FileKind::ours
                                                                                                : FileKind::foreign;
  } catch (const std::exception&) {
    return FileKind::foreign;
  }
}

void save_results(const std::filesystem::path& path, const Results& results) {
  const std::scoped_lock lock(h5::library_mutex());
  h5::Handle file = h5::create_in_memory();
  h5::write_attribute(file, "format", std::string(kResultsFormat));
  h5::write_attribute(file, "schema_version", std::string(kSchemaVersion));
  h5::write_attribute(file, "ohmcarlo_version", std::string(version()));
  h5::write_attribute(file, "git_commit", std::string(git_commit()));
  h5::write_attribute(file, "experiment_name", results.name);
  h5::write_attribute(file, "experiment_toml", results.toml);
  h5::write_attribute(file, "experiment_identity", results.identity);
  h5::write_attribute(file, "experiment_hash", results.hash);
  h5::write_attribute(file, "seed", results.seed);
  h5::write_attribute(file, "classes", static_cast<std::uint64_t>(results.classes));
  h5::write_attribute(file, "status", std::string(to_text(results.status)));
  h5::write_attribute(file, "swept_keys", join_lines(results.table.shape));
  h5::write_table(file, results);
  h5::write_sampling(file, results.sampling);
  h5::write_models(file, results.models);
  h5::write_runs(file, results.runs);
  write_whole(path, h5::image(file));
}

Results load_results(const std::filesystem::path& path) {
  const std::scoped_lock lock(h5::library_mutex());
  const std::vector<std::byte> bytes = read_whole(path);
  try {
    const h5::Handle file = h5::open_image(bytes);
    if (!h5::has_attribute(file, "format") || h5::read_text(file, "format") != kResultsFormat)
      fail_results("{}: not an ohmcarlo results file", path.string());
    const std::string schema = h5::read_text(file, "schema_version");
    if (schema.substr(0, schema.find('.')) != std::string(kSchemaVersion).substr(0, schema.find('.')))
      fail_results("{}: has schema {} (allowed: {})", path.string(), schema, kSchemaVersion);
    Results results;
    results.name = h5::read_text(file, "experiment_name");
    results.toml = h5::read_text(file, "experiment_toml");
    results.identity = h5::read_text(file, "experiment_identity");
    results.hash = h5::read_text(file, "experiment_hash");
    results.seed = h5::read_unsigned(file, "seed");
    results.classes = h5::read_unsigned(file, "classes");
    const std::string status = h5::read_text(file, "status");
    for (const RunStatus known : {RunStatus::running, RunStatus::interrupted, RunStatus::complete})
      if (status == to_text(known)) results.status = known;
    results.table = h5::read_table(file, split_lines(h5::read_text(file, "swept_keys")));
    results.settings = h5::read_settings(file, results.table.shape);
    results.sampling = h5::read_sampling(file);
    results.models = h5::read_models(file);
    results.runs = h5::read_runs(file);
    return results;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    fail_results("{}: not an ohmcarlo results file, or damaged ({})", path.string(), error.what());
  }
}

}  // namespace ohmcarlo
