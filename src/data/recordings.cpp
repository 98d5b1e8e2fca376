#include "data/recordings.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "data/hold_out.hpp"

namespace ohmcarlo {

namespace fs = std::filesystem;

std::string lower_extension(const std::string& name) {
  std::string text = fs::path(name).extension().string();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_hidden(const std::string& name) {
  return name.starts_with('.');
}

std::vector<std::string> names_in(const fs::path& directory, bool folders) {
  std::error_code error;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() == folders && !is_hidden(name)) names.push_back(name);
  }
  if (error) fail_data("{}: cannot be read as a directory ({})", directory.string(), error.message());
  std::sort(names.begin(), names.end());
  return names;
}

CorpusParts held_out_parts(const Recordings& recordings, double share) {
  if (!(share > 0.0 && share < 1.0)) fail_usage("a share of {} for testing; allowed: above 0 and below 1", share);
  std::vector<std::uint32_t> all(recordings.items.size());
  std::iota(all.begin(), all.end(), 0U);
  const auto wanted = static_cast<std::size_t>(std::lround(share * static_cast<double>(all.size())));
  if (wanted == 0 || wanted >= all.size()) {
    fail_usage("a share of {} of {} recordings for testing leaves nothing on one side", share, all.size());
  }
  HoldOut held = hold_out(origins_of(recordings, all), wanted, 0);
  return {.training = std::move(held.kept),
          .validation = {},
          .test = std::move(held.held_out),
          .split_by = std::move(held.split_by)};
}

}  // namespace ohmcarlo
