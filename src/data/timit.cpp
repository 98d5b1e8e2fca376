#include "data/timit.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kRate = 16000;

// One male, one male and one female speaker of each of the eight dialects.
constexpr std::array<std::string_view, 24> kCoreTest{
    "MDAB0", "MWBT0", "FELC0", "MTAS1", "MWEW0", "FPAS0", "MJMP0", "MLNT0", "FPKT0", "MLLL0", "MTLS0", "FJLM0",
    "MBPM0", "MKLT0", "FNLP0", "MCMJ0", "MJDH0", "FMGD0", "MGRT0", "MNJM0", "FDHC0", "MJLN0", "MPAM0", "FMLD0"};

constexpr std::array<std::string_view, 50> kDevelopment{
    "FAKS0", "FDAC1", "FJEM0", "MGWT0", "MJAR0", "MMDB1", "MMDM2", "MPDF0", "FCMH0", "FKMS0", "MBDG0", "MBWM0", "MCSH0",
    "FADG0", "FDMS0", "FEDW0", "MGJF0", "MGLB0", "MRTK0", "MTAA0", "MTDT0", "MTHC0", "MWJG0", "FNMR0", "FREW0", "FSEM0",
    "MBNS0", "MMJR0", "MDLS0", "MDLF0", "MDVC0", "MERS0", "FMAH0", "FDRW0", "MRCS0", "MRJM4", "FCAL1", "MMWH0", "FJSJ0",
    "MAJC0", "MJSW0", "MREB0", "FGJD0", "FJMG0", "MROA0", "MTEB0", "MJFC0", "MRJR0", "FMML0", "MRWS1"};

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

/// What lies in a directory, and is not hidden, by its name in capitals. Of names that differ in nothing else the first
/// is taken.
std::map<std::string, fs::path> entries(const fs::path& directory) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(directory, error))
    if (!is_hidden(entry.path().filename().string())) paths.push_back(entry.path());
  if (error) fail_data("{}: cannot be read as a directory ({})", directory.string(), error.message());
  std::sort(paths.begin(), paths.end());
  std::map<std::string, fs::path> found;
  for (const fs::path& path : paths) found.emplace(upper(path.filename().string()), path);
  return found;
}

bool is_sentence(const std::string& name) {
  return name.ends_with(".WAV") || name.ends_with(".FLAC") || name.ends_with(".SPH");
}

/// The sentences of a speaker: where is "TRAIN/DR1/FCJF0".
void add_sentences(const fs::path& directory, const std::string& where, const std::string& speaker,
                   std::vector<Recording>& items) {
  const auto files = entries(directory);
  std::map<std::string, std::string> sounds;  // of each sentence, the shortest name
  for (const auto& [name, path] : files) {
    if (!is_sentence(name)) continue;
    std::string& chosen = sounds[name.substr(0, name.find('.'))];
    if (chosen.empty() || name.size() < chosen.size()) chosen = name;
  }
  for (const auto& [sentence, sound] : sounds) {
    if (sentence == "SA1" || sentence == "SA2") continue;
    const auto phn = files.find(sentence + ".PHN");
    if (phn == files.end()) fail_data("{}: has no {}.PHN beside it", files.at(sound).string(), sentence);
    items.push_back({files.at(sound), phn->second, {where + "/" + sentence, speaker}, kUnlabelled});
  }
}

bool is_dialect(const std::string& name) {
  return name.size() == 3 && name.starts_with("DR") && name[2] >= '1' && name[2] <= '8';
}

template <std::size_t n>
bool holds(const std::array<std::string_view, n>& speakers, const std::string& speaker) {
  return std::find(speakers.begin(), speakers.end(), speaker) != speakers.end();
}

}  // namespace

Recordings find_timit(const fs::path& directory) {
  Recordings recordings{.items = {}, .class_names = {}, .rate = kRate};
  const auto top = entries(directory);
  for (const std::string part : {"TEST", "TRAIN"}) {
    const std::size_t before = recordings.items.size();
    if (top.contains(part)) {
      for (const auto& [dialect, dialect_path] : entries(top.at(part))) {
        if (!is_dialect(dialect) || !fs::is_directory(dialect_path)) continue;
        for (const auto& [speaker, path] : entries(dialect_path)) {
          if (fs::is_directory(path)) {
            add_sentences(path, part + "/" + dialect + "/" + speaker, speaker, recordings.items);
          }
        }
      }
    }
    if (recordings.items.size() == before) {
      fail_data("{}: holds no sentences {}/DR1..DR8/SPEAKER/*.WAV (beside SA1 and SA2, which are left out)",
                directory.string(), part);
    }
  }
  std::sort(recordings.items.begin(), recordings.items.end(),
            [](const Recording& a, const Recording& b) { return a.origin.name < b.origin.name; });
  return recordings;
}

CorpusParts timit_standard_parts(const Recordings& recordings) {
  CorpusParts parts;
  std::vector<std::uint32_t> core;
  std::set<std::string> training, testing, core_speakers, development;
  for (std::uint32_t i = 0; i < recordings.items.size(); ++i) {
    const auto& [name, speaker] = recordings.items[i].origin;
    const bool train = name.starts_with("TRAIN/");
    (train ? training : testing).insert(speaker);
    (train ? parts.training : parts.test).push_back(i);
    if (train) continue;
    if (holds(kCoreTest, speaker)) {
      core.push_back(i);
      core_speakers.insert(speaker);
    } else if (holds(kDevelopment, speaker)) {
      parts.validation.push_back(i);
      development.insert(speaker);
    }
  }
  for (const std::string& speaker : testing) {
    if (training.contains(speaker)) fail_data("speaker {} is in both TRAIN and TEST", speaker);
  }
  if (core_speakers.empty()) {
    parts.validation.clear();
    parts.split_by = fmt::format("speaker: {} of TRAIN, {} of TEST", training.size(), testing.size());
    return parts;
  }
  parts.test = core;
  parts.split_by =
      fmt::format("speaker: {} of TRAIN, {} of the {} of the core test set; validation: {} of Halberstadt's {}",
                  training.size(), core_speakers.size(), kCoreTest.size(), development.size(), kDevelopment.size());
  return parts;
}

DataSet timit_set() {
  return {.name = "timit",
          .source = SpeechSource{
              .find = [](const SpeechOptions&, const fs::path& directory) { return find_timit(directory); },
              .parts = [](const SpeechOptions&, const Recordings& found) { return timit_standard_parts(found); },
              .labels_frames = true}};
}

}  // namespace ohmcarlo
