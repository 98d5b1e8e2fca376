#include "data/word_folders.hpp"

#include <algorithm>
#include <utility>

#include <fmt/ranges.h>

#include "base/error.hpp"
#include "data/audio.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTrain = "train/";
constexpr const char* kTest = "test/";
constexpr const char* kOther = "other";
constexpr std::uint32_t kWakeWordRate = 16000;

bool is_sound(const std::string& name) {
  const std::string extension = lower_extension(name);
  return extension == ".wav" || extension == ".flac" || extension == ".sph";
}

/// The classes of a tree: name, and the folders that belong to it.
struct FolderClass {
  std::string name;
  std::vector<std::string> folders;
};

std::vector<std::string> folders_in(const fs::path& directory) {
  std::vector<std::string> folders = names_in(directory, true);
  std::erase_if(folders, [](const std::string& name) { return name.starts_with('_'); });
  return folders;
}

std::vector<FolderClass> folder_classes(const fs::path& directory, const std::vector<std::string>& words) {
  const std::vector<std::string> folders = folders_in(directory);
  std::vector<FolderClass> classes;
  if (words.empty()) {
    for (const std::string& folder : folders) classes.push_back({folder, {folder}});
  } else {
    FolderClass other{kOther, folders};
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

/// The recordings of the folders that options.words names; of every rate if `rate` is 0.
Recordings find_words(const SpeechOptions& options, const fs::path& directory, std::uint32_t rate) {
  std::vector<std::string> words = options.words;
  std::erase(words, kOther);
  Recordings recordings = find_folders(directory, rate, words);
  if (recordings.class_names.size() != options.words.size())
    fail_data("{}: its folders make the classes {}, but data.words has {}", directory.string(),
              fmt::join(recordings.class_names, ", "), fmt::join(options.words, ", "));
  return recordings;
}

CorpusParts parts_of(const SpeechOptions& options, const Recordings& recordings) {
  return recordings.own_split ? own_parts(recordings) : held_out_parts(recordings, options.test_share);
}

}  // namespace

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

DataSet wake_words_set() {
  return {.name = "kws",
          .source = SpeechSource{
              .find = [](const SpeechOptions& options,
                         const fs::path& directory) { return find_words(options, directory, kWakeWordRate); },
              .parts = parts_of,
              .test = TestPart::held_out,
              .classes_are_folders = true,
              .words = {"alexa", "computer", "jarvis", "smart_mirror", "snowboy", "view_glass"}}};
}

DataSet folder_set() {
  return {.name = "folder",
          .source = SpeechSource{.find = [](const SpeechOptions& options,
                                            const fs::path& directory) { return find_words(options, directory, 0); },
                                 .parts = parts_of,
                                 .test = TestPart::held_out,
                                 .classes_are_folders = true}};
}

}  // namespace ohmcarlo
