#include "data/recordings.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "data/audio.hpp"
#include "data/hold_out.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTrain = "train/";
constexpr const char* kTest = "test/";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// Names of the files or of the folders in a directory, sorted.
std::vector<std::string> names_in(const fs::path& directory, bool folders) {
  std::error_code error;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.is_directory() == folders) names.push_back(entry.path().filename().string());
  }
  if (error) fail_data("{}: cannot be read as a directory ({})", directory.string(), error.message());
  std::sort(names.begin(), names.end());
  return names;
}

bool is_sound(const std::string& name) {
  const std::string extension = lower(fs::path(name).extension().string());
  return extension == ".wav" || extension == ".flac" || extension == ".sph";
}

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

/// The classes of a tree: name, and the folders that belong to it.
struct FolderClass {
  std::string name;
  std::vector<std::string> folders;
};

std::vector<std::string> folders_in(const fs::path& directory) {
  std::vector<std::string> folders = names_in(directory, true);
  std::erase_if(folders, [](const std::string& name) { return name.starts_with('.') || name.starts_with('_'); });
  return folders;
}

std::vector<FolderClass> folder_classes(const fs::path& directory, const std::vector<std::string>& words) {
  const std::vector<std::string> folders = folders_in(directory);
  std::vector<FolderClass> classes;
  if (words.empty()) {
    for (const std::string& folder : folders) classes.push_back({folder, {folder}});
  } else {
    FolderClass other{"other", folders};
    for (const std::string& word : words) {
      if (std::erase(other.folders, word) == 0) {
        fail_data("{}: has no folder for the word '{}', or the word is given twice", directory.string(), word);
      }
      classes.push_back({word, {word}});
    }
    if (!other.folders.empty() && std::find(words.begin(), words.end(), other.name) != words.end()) {
      fail_data("{}: 'other' is a word and the class of {} further folders", directory.string(), other.folders.size());
    }
    if (!other.folders.empty()) classes.push_back(std::move(other));
  }
  if (classes.size() < 2) {
    fail_data("{}: holds {} folders to be classes, needed: two or more", directory.string(), classes.size());
  }
  return classes;
}

/// The recordings of one tree, whose place in the corpus is `part` ("train/", or empty), are added to `recordings`.
void add_tree(const fs::path& directory, const std::string& part, const std::vector<std::string>& words,
              Recordings& recordings) {
  std::vector<std::string> class_names;
  for (const FolderClass& one : folder_classes(directory / part, words)) {
    const auto label = static_cast<Label>(class_names.size());
    class_names.push_back(one.name);
    for (const std::string& folder : one.folders) {
      const fs::path place = directory / part / folder;
      const std::size_t before = recordings.items.size();
      for (const std::string& name : names_in(place, false)) {
        if (!is_sound(name)) continue;
        const std::size_t mark = name.find("_nohash_");
        const std::string speaker = mark == std::string::npos ? "" : name.substr(0, mark);
        recordings.items.push_back({place / name, {}, {part + folder + "/" + name, speaker}, label});
      }
      if (recordings.items.size() == before) {
        fail_data("{}: holds no sound files (.wav, .flac, .sph)", place.string());
      }
    }
  }
  if (!recordings.class_names.empty() && recordings.class_names != class_names)
    fail_data("{}: train and test are not of the same classes", directory.string());
  recordings.class_names = std::move(class_names);
}

}  // namespace

Recordings find_fsdd(const fs::path& directory) {
  Recordings recordings{.items = {}, .class_names = {}, .rate = 8000};
  for (char digit = '0'; digit <= '9'; ++digit) recordings.class_names.emplace_back(1, digit);
  for (const std::string& name : names_in(directory, false)) {
    if (lower(fs::path(name).extension().string()) != ".wav") continue;
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
  parts.split_by = "index, the official split (every speaker is on both sides)";
  return parts;
}

Recordings find_folders(const fs::path& directory, std::uint32_t rate, const std::vector<std::string>& words) {
  Recordings recordings{.items = {}, .class_names = {}, .rate = rate};
  recordings.own_split = folders_in(directory) == std::vector<std::string>{"test", "train"};
  if (recordings.own_split) {
    add_tree(directory, kTest, words, recordings);
    add_tree(directory, kTrain, words, recordings);
  } else {
    add_tree(directory, "", words, recordings);
  }
  std::sort(recordings.items.begin(), recordings.items.end(),
            [](const Recording& a, const Recording& b) { return a.origin.name < b.origin.name; });
  if (rate == 0) recordings.rate = read_audio(recordings.items.front().audio).rate;
  return recordings;
}

CorpusParts own_parts(const Recordings& recordings) {
  CorpusParts parts;
  for (std::uint32_t i = 0; i < recordings.items.size(); ++i)
    (recordings.items[i].origin.name.starts_with(kTest) ? parts.test : parts.training).push_back(i);
  parts.split_by = "folders train and test";
  return parts;
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
