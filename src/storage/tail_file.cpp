#include "storage/tail_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <tuple>
#include <utility>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/version.hpp"
#include "storage/checksum.hpp"
#include "storage/hdf5.hpp"
#include "storage/whole_file.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kTailFormat = "ohmcarlo tail";
constexpr const char* kTailSchema = "1.0";

template <class Self>
auto tail_datasets(Self& level) {
  return std::tuple(std::pair("accuracy", &level.accuracy), std::pair("margin", &level.margin),
                    std::pair("accepted", &level.accepted), std::pair("chain_first", &level.chain_first),
                    std::pair("chain_length", &level.chain_length));
}

template <class Self>
auto part_datasets(Self& part) {
  return std::tuple(std::pair("states", &part.states), std::pair("accuracy", &part.accuracy),
                    std::pair("margin", &part.margin), std::pair("accepted", &part.accepted));
}

template <class Self>
auto tail_numbers(Self& level) {
  return std::array{std::pair("step", &level.step),
                    std::pair("threshold_accuracy", &level.threshold_accuracy),
                    std::pair("threshold_margin", &level.threshold_margin),
                    std::pair("share", &level.share),
                    std::pair("acceptance", &level.acceptance),
                    std::pair("correlation", &level.correlation)};
}

hid_t tail_type(double) {
  return H5T_NATIVE_DOUBLE;
}
hid_t tail_type(std::uint32_t) {
  return H5T_NATIVE_UINT32;
}

/// Those that are not empty.
void write_datasets(hid_t group, const auto& datasets) {
  std::apply(
      [&](const auto&... sets) {
        const auto write = [&](const char* set, const auto& values) {
          const std::size_t size = values.size();
          if (size > 0) (void)h5::write_dataset(group, set, tail_type(values[0]), {&size, 1}, values.data());
        };
        (write(sets.first, *sets.second), ...);
      },
      datasets);
}

void read_datasets(hid_t group, const auto& datasets) {
  std::apply(
      [&](const auto&... sets) {
        const auto read = [&](const char* set, auto& values) {
          if (!h5::exists(group, set)) return;
          const h5::Handle data = h5::open_dataset(group, set);
          values.resize(h5::count_of(h5::shape_of(data)));
          h5::read_dataset(data, tail_type(typename std::decay_t<decltype(values)>::value_type{}), values);
        };
        (read(sets.first, *sets.second), ...);
      },
      datasets);
}

void write_level(hid_t run, const std::string& name, const TailLevelRecord& level) {
  const h5::Handle group = h5::create_group(run, name);
  write_datasets(group, tail_datasets(level));
  for (const auto& [attribute, value] : tail_numbers(level)) h5::write_attribute(group, attribute, *value);
  h5::write_attribute(group, "rho", std::sqrt(1 - level.step * level.step));
}

TailLevelRecord read_level(hid_t run, const std::string& name) {
  TailLevelRecord level;
  const h5::Handle group = h5::open_group(run, name);
  read_datasets(group, tail_datasets(level));
  for (const auto& [attribute, value] : tail_numbers(level)) *value = h5::read_number(group, attribute);
  const std::size_t states = level.accuracy.size();
  if (states == 0 || level.margin.size() != states || level.chain_first.size() != level.chain_length.size() ||
      level.accepted.size() != (level.chain_first.empty() ? 0 : states))
    throw std::runtime_error("a level has other numbers of states than of scores");
  return level;
}

constexpr const char* kPart = "unfinished_level";

TailPart read_part(hid_t run) {
  TailPart part;
  if (!h5::exists(run, kPart)) return part;
  const h5::Handle group = h5::open_group(run, kPart);
  read_datasets(group, part_datasets(part));
  if (part.margin.size() != part.accuracy.size() || part.accepted.size() != part.accuracy.size())
    throw std::runtime_error("an unfinished level has other numbers of states than of scores");
  return part;
}

constexpr const char* kWorst = "adversary";

void write_worst(hid_t file, const std::vector<WorstChip>& worst) {
  if (worst.empty()) return;
  std::vector<double> bounds, accuracies, one_steps;
  for (const WorstChip& chip : worst) {
    bounds.push_back(chip.bound);
    accuracies.push_back(chip.accuracy);
    one_steps.push_back(chip.one_step);
  }
  const h5::Handle group = h5::create_group(file, kWorst);
  const std::size_t size = worst.size();
  (void)h5::write_dataset(group, "bound", H5T_NATIVE_DOUBLE, {&size, 1}, bounds.data());
  (void)h5::write_dataset(group, "accuracy", H5T_NATIVE_DOUBLE, {&size, 1}, accuracies.data());
  (void)h5::write_dataset(group, "one_step", H5T_NATIVE_DOUBLE, {&size, 1}, one_steps.data());
}

std::vector<WorstChip> read_worst(hid_t file) {
  std::vector<WorstChip> worst;
  if (!h5::exists(file, kWorst)) return worst;
  const h5::Handle group = h5::open_group(file, kWorst);
  const auto read = [&](const char* name) {
    const h5::Handle data = h5::open_dataset(group, name);
    std::vector<double> values(h5::count_of(h5::shape_of(data)));
    h5::read_dataset(data, H5T_NATIVE_DOUBLE, values);
    return values;
  };
  const std::vector<double> bounds = read("bound"), accuracies = read("accuracy"), one_steps = read("one_step");
  if (accuracies.size() != bounds.size() || one_steps.size() != bounds.size())
    throw std::runtime_error("the adversary has other numbers of bounds than of chips");
  for (std::size_t i = 0; i < bounds.size(); ++i) worst.push_back({bounds[i], accuracies[i], one_steps[i]});
  return worst;
}

TailRecord read_tail(std::span<const std::byte> bytes, const std::string& name) {
  const h5::Handle file = h5::open_image(bytes);
  if (!h5::has_attribute(file, "format") || h5::read_text(file, "format") != kTailFormat)
    fail_results("{}: not a file of ohmcarlo tail", name);
  if (h5::read_text(file, "schema_version") != kTailSchema)
    fail_results("{}: of another version of the layout (allowed: {})", name, kTailSchema);
  TailRecord tail;
  tail.name = h5::read_text(file, "experiment_name");
  tail.toml = h5::read_text(file, "experiment_toml");
  tail.hash = h5::read_text(file, "experiment_hash");
  if (h5::has_attribute(file, "device")) tail.device = h5::read_text(file, "device");
  tail.status = h5::read_text(file, "status");
  tail.point = h5::read_text(file, "point");
  const std::string selectors = h5::read_text(file, "selectors");
  for (std::size_t begin = 0; begin < selectors.size();) {
    const std::size_t end = std::min(selectors.find('\n', begin), selectors.size());
    tail.selectors.push_back(selectors.substr(begin, end - begin));
    begin = end + 1;
  }
  tail.below = h5::read_number(file, "below");
  tail.quantile = h5::read_number(file, "quantile");
  tail.chips = h5::read_unsigned(file, "chips");
  const std::uint64_t runs = h5::read_unsigned(file, "runs");
  tail.estimate = h5::read_number(file, "estimate");
  tail.ci_low = h5::read_number(file, "ci_low");
  tail.ci_high = h5::read_number(file, "ci_high");
  tail.spread = h5::read_number(file, "spread");
  tail.upper_bound = h5::read_number(file, "upper_bound");
  tail.evaluations = h5::read_unsigned(file, "evaluations");
  for (std::uint64_t r = 0; r < runs; ++r) {
    const h5::Handle run = h5::open_group(file, fmt::format("run_{}", r));
    tail.runs.emplace_back();
    for (std::size_t l = 1; h5::exists(run, fmt::format("level_{}", l)); ++l)
      tail.runs[r].push_back(read_level(run, fmt::format("level_{}", l)));
    tail.parts.push_back(read_part(run));
  }
  tail.worst = read_worst(file);
  return tail;
}

}  // namespace

void save_tail(const std::filesystem::path& path, const TailRecord& tail, const Replacement& how) {
  const std::scoped_lock lock(h5::library_mutex());
  const h5::Handle file = h5::create_in_memory();
  h5::write_attribute(file, "format", std::string(kTailFormat));
  h5::write_attribute(file, "schema_version", std::string(kTailSchema));
  h5::write_attribute(file, "ohmcarlo_version", std::string(version()));
  h5::write_attribute(file, "git_commit", std::string(git_commit()));
  h5::write_attribute(file, "experiment_name", tail.name);
  h5::write_attribute(file, "experiment_toml", tail.toml);
  h5::write_attribute(file, "experiment_hash", tail.hash);
  if (!tail.device.empty()) h5::write_attribute(file, "device", tail.device);
  h5::write_attribute(file, "status", tail.status);
  h5::write_attribute(file, "point", tail.point);
  h5::write_attribute(file, "selectors", fmt::format("{}", fmt::join(tail.selectors, "\n")));
  h5::write_attribute(file, "below", tail.below);
  h5::write_attribute(file, "quantile", tail.quantile);
  h5::write_attribute(file, "chips", tail.chips);
  h5::write_attribute(file, "runs", static_cast<std::uint64_t>(tail.runs.size()));
  h5::write_attribute(file, "estimate", tail.estimate);
  h5::write_attribute(file, "ci_low", tail.ci_low);
  h5::write_attribute(file, "ci_high", tail.ci_high);
  h5::write_attribute(file, "spread", tail.spread);
  h5::write_attribute(file, "upper_bound", tail.upper_bound);
  h5::write_attribute(file, "evaluations", tail.evaluations);
  for (std::size_t r = 0; r < tail.runs.size(); ++r) {
    const h5::Handle run = h5::create_group(file, fmt::format("run_{}", r));
    for (std::size_t l = 0; l < tail.runs[r].size(); ++l)
      write_level(run, fmt::format("level_{}", l + 1), tail.runs[r][l]);
    if (r < tail.parts.size() && !tail.parts[r].states.empty())
      write_datasets(h5::create_group(run, kPart), part_datasets(tail.parts[r]));
  }
  write_worst(file, tail.worst);
  std::vector<std::byte> bytes = h5::image(file);
  append_checksum(bytes);
  write_whole(path, bytes, how);
}

bool is_tail_file(const std::filesystem::path& path) {
  const std::vector<std::byte> bytes = read_whole(path);
  const auto format = std::as_bytes(std::span(std::string_view(kTailFormat)));
  return has_hdf5_signature(bytes) &&
         std::search(bytes.begin(), bytes.end(), format.begin(), format.end()) != bytes.end();
}

TailRecord load_tail(const std::filesystem::path& path) {
  const std::scoped_lock lock(h5::library_mutex());
  const std::vector<std::byte> bytes = read_whole(path);
  switch (compare_checksum(bytes)) {
    case ChecksumState::wrong:
      fail_results("{}: damaged, its contents do not match its checksum", path.string());
    case ChecksumState::absent:
      fail_results("{}: not a file of ohmcarlo tail, or changed by another program", path.string());
    case ChecksumState::right:
      break;
  }
  try {
    return read_tail(bytes, path.string());
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    fail_results("{}: not a file of ohmcarlo tail, or damaged ({})", path.string(), error.what());
  }
}

}  // namespace ohmcarlo
