#include "data/fsdd.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

/// DIGIT_SPEAKER_INDEX.
struct FsddName {
  Label digit;
  std::string speaker;
  std::size_t index;
};

std::optional<FsddName> fsdd_name(const std::string& name) {
  const std::string stem = fs::path(name).stem().string();
  const std::size_t last = stem.rfind('_');
  if (stem.size() < 5 || stem[1] != '_' || last < 3) return std::nullopt;
  const std::string index = stem.substr(last + 1);
  const auto digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  if (!digit(static_cast<unsigned char>(stem[0])) || index.empty() || index.size() > 6 ||
      !std::all_of(index.begin(), index.end(), digit)) {
    return std::nullopt;
  }
  return FsddName{stem[0] - '0', stem.substr(2, last - 2), std::stoul(index)};
}

}  // namespace

Recordings find_fsdd(const fs::path& directory) {
  Recordings recordings{.items = {}, .class_names = {}, .rate = 8000};
  for (char digit = '0'; digit <= '9'; ++digit) recordings.class_names.emplace_back(1, digit);
  for (const std::string& name : names_in(directory, false)) {
    if (lower_extension(name) != ".wav") continue;
    const auto parts = fsdd_name(name);
    if (!parts) fail_data("{}: is not named DIGIT_SPEAKER_INDEX.wav", (directory / name).string());
    recordings.items.push_back({directory / name, {}, {name, parts->speaker}, parts->digit});
  }
  if (recordings.items.empty()) fail_data("{}: holds no DIGIT_SPEAKER_INDEX.wav", directory.string());
  return recordings;
}

CorpusParts fsdd_official_parts(const Recordings& recordings) {
  CorpusParts parts;
  for (std::uint32_t i = 0; i < recordings.items.size(); ++i) {
    const auto name = fsdd_name(recordings.items[i].origin.name);
    require(name.has_value(), "recordings of the Free Spoken Digit Dataset");
    (name->index < 5 ? parts.test : parts.training).push_back(i);
  }
  parts.by_speaker = false;
  parts.split_by = "index, the official split (every speaker is on both sides)";
  return parts;
}

DataSet fsdd_set() {
  return {.name = "fsdd",
          .source =
              SpeechSource{.find = [](const SpeechOptions&, const fs::path& directory) { return find_fsdd(directory); },
                           .parts =
                               [](const SpeechOptions& options, const Recordings& found) {
                                 return options.test_share == 0 ? fsdd_official_parts(found)
                                                                : held_out_parts(found, options.test_share);
                               },
                           .classes = 10,
                           .test = TestPart::either}};
}

}  // namespace ohmcarlo
