#include "storage/results_file.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/version.hpp"
#include "storage/checksum.hpp"
#include "storage/child.hpp"
#include "storage/hdf5.hpp"
#include "storage/race_group.hpp"
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

/// "1.2" as numbers; 0 for what is none.
std::pair<int, int> version_numbers(const std::string& text) {
  std::pair<int, int> numbers{0, 0};
  (void)std::sscanf(text.c_str(), "%d.%d", &numbers.first, &numbers.second);
  return numbers;
}

void check_schema(const std::string& name, const std::string& schema) {
  const auto found = version_numbers(schema), ours = version_numbers(kSchemaVersion);
  if (found > ours)
    fail_results("{}: has schema {}, written by a newer ohmcarlo (allowed: up to {})", name, schema, kSchemaVersion);
  if (found.first != ours.first)
    fail_results("{}: has schema {} (allowed: {}.0 to {})", name, schema, ours.first, kSchemaVersion);
}

constexpr double kChildSeconds = 10;
constexpr double kBytesPerSecond = 1e7;  ///< of a child that reads; measured: 40 times that
constexpr std::size_t kChildMemory = std::size_t{1} << 30;
constexpr std::size_t kChildCopies = 16;  ///< of the file, in memory, while it is read

/// The library reads no further than HDF5 goes: the checksum may follow.
Results read_results(std::span<const std::byte> bytes, const std::string& name) {
  const h5::Handle file = h5::open_image(bytes);
  if (!h5::has_attribute(file, "format") || h5::read_text(file, "format") != kResultsFormat)
    fail_results("{}: not an ohmcarlo results file", name);
  check_schema(name, h5::read_text(file, "schema_version"));
  Results results;
  results.name = h5::read_text(file, "experiment_name");
  results.toml = h5::read_text(file, "experiment_toml");
  results.identity = h5::read_text(file, "experiment_identity");
  results.hash = h5::read_text(file, "experiment_hash");
  results.seed = h5::read_unsigned(file, "seed");
  results.classes = h5::read_unsigned(file, "classes");
  const std::string status = h5::read_text(file, "status");
  for (const RunStatus known : {RunStatus::running, RunStatus::interrupted, RunStatus::part, RunStatus::complete})
    if (status == to_text(known)) results.status = known;
  results.table = h5::read_table(file, split_lines(h5::read_text(file, "swept_keys")));
  results.settings = h5::read_settings(file, results.table.shape);
  results.sampling = h5::read_sampling(file);
  results.models = h5::read_models(file);
  results.runs = h5::read_runs(file);
  return results;
}

/// Throws std::runtime_error with what a child process says that does this with the bytes of a file.
void try_in_child(std::span<const std::byte> bytes, const std::function<void()>& work) {
  const double limit = kChildSeconds + static_cast<double>(bytes.size()) / kBytesPerSecond;
  if (const auto fault = fault_in_child(work, limit, kChildMemory + kChildCopies * bytes.size()))
    throw std::runtime_error("reading it: " + *fault);
}

bool has_our_format(std::span<const std::byte> bytes) {
  const h5::Handle file = h5::open_image(bytes);
  return h5::has_attribute(file, "format") && h5::read_text(file, "format") == kResultsFormat;
}

/// "the checkpoint before it is R.h5.previous", or nothing.
std::string checkpoint_before(const std::filesystem::path& path) {
  const std::filesystem::path previous = previous_of(path);
  std::error_code error;
  return std::filesystem::exists(previous, error) ? fmt::format("the checkpoint before it is {}", previous.string())
                                                  : "";
}

[[noreturn]] void refuse_damaged(const std::filesystem::path& path) {
  const std::string before = checkpoint_before(path);
  fail_results(
      "{}: damaged, its contents do not match its checksum ({}{}allowed: --accept-changes if they were changed on "
      "purpose)",
      path.string(), before, before.empty() ? "" : "; ");
}

/// "is cut short: ...", or nothing.
std::string describe_cut(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  const std::optional<std::uint64_t> size = size_before_cut(bytes);
  if (!size) return "";
  const std::string before = checkpoint_before(path);
  return fmt::format("is cut short: the first {} of {} bytes are there{}{}", bytes.size(), *size,
                     before.empty() ? "" : "; ", before);
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
    const ChecksumState checksum = compare_checksum(bytes);
    if (checksum == ChecksumState::wrong) {
      const auto format = std::as_bytes(std::span(std::string_view(kResultsFormat)));
      const bool names_it = std::search(bytes.begin(), bytes.end(), format.begin(), format.end()) != bytes.end();
      return names_it ? FileKind::damaged : FileKind::foreign;
    }
    if (checksum == ChecksumState::absent) {
      if (!has_hdf5_signature(bytes)) return FileKind::foreign;
      try_in_child(bytes, [&] { (void)has_our_format(bytes); });
    }
    return has_our_format(bytes) ? FileKind::ours : FileKind::foreign;
  } catch (const Resumable&) {
    throw;
  } catch (const std::exception&) {
    return FileKind::foreign;
  }
}

std::string describe_foreign(const std::filesystem::path& path) {
  std::string text;
  try {
    text = describe_cut(path, read_whole(path));
  } catch (const std::exception&) {  // a folder, a file that may not be read
  }
  return text.empty() ? "is not a results file of ohmcarlo" : text;
}

std::vector<std::byte> results_image(const Results& results) {
  std::unique_lock lock(h5::library_mutex());
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
  h5::write_races(file, results.race);
  h5::write_models(file, results.models);
  h5::write_runs(file, results.runs);
  std::vector<std::byte> bytes = h5::image(file);
  file.reset();
  lock.unlock();
  append_checksum(bytes);
  return bytes;
}

void save_results(const std::filesystem::path& path, const Results& results, const Replacement& how) {
  write_whole(path, results_image(results), how);  // without the library, so that others may use it meanwhile
}

Results load_results(const std::filesystem::path& path, const ReadOptions& options) {
  const std::scoped_lock lock(h5::library_mutex());
  const std::vector<std::byte> bytes = read_whole(path);
  const ChecksumState checksum = compare_checksum(bytes);
  if (checksum == ChecksumState::wrong && !options.accept_changes) refuse_damaged(path);
  if (const std::string cut = describe_cut(path, bytes); !cut.empty()) fail_results("{}: {}", path.string(), cut);
  try {
    if (checksum != ChecksumState::right) {
      if (has_hdf5_signature(bytes)) try_in_child(bytes, [&] { (void)read_results(bytes, path.string()); });
    }
    Results results = read_results(bytes, path.string());
    if (checksum != ChecksumState::right && options.warn)
      options.warn(fmt::format(
          "{}: {}; the next saving adds one", path.string(),
          checksum == ChecksumState::wrong
              ? "its contents do not match its checksum and are taken as they are"
              : "has no checksum, since an earlier version or another program wrote it: damage would not be noticed"));
    return results;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    fail_results("{}: not an ohmcarlo results file, or damaged ({})", path.string(), error.what());
  }
}

std::string describe_results_file(const std::filesystem::path& path) {
  std::string checksum = "whole: its contents match its checksum";
  const Results results = load_results(path, {.warn = [&](const std::string&) {
                                         checksum = "readable, but without a checksum by which damage would be noticed";
                                       }});
  const auto done =
      std::ranges::count_if(results.table.state, [](CellState state) { return state != CellState::not_run; });
  return fmt::format("{}: {}; {} of {} cells, status {}", path.string(), checksum, done, results.table.state.size(),
                     to_text(results.status));
}

}  // namespace ohmcarlo
