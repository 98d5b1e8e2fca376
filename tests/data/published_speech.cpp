// The real corpora, where they are at hand ($OHMCARLO_DATA, or packed in shared/data beside the source tree, which
// takes seconds): facts that were published or worked out with other programs. Skipped elsewhere.

#include <array>
#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>

#include "data/audio.hpp"
#include "data/fsdd.hpp"
#include "data/hold_out.hpp"
#include "data/sound_files.hpp"
#include "data/speech.hpp"
#include "data/word_folders.hpp"

namespace ohmcarlo::test {
namespace published_speech_test {

std::optional<fs::path> speech_directory(const std::string& set, const Scratch& scratch) {
  if (const char* list = std::getenv("OHMCARLO_DATA"); list != nullptr) {
    std::istringstream directories(list);
    for (std::string directory; std::getline(directories, directory, ':');) {
      if (fs::is_directory(fs::path(directory) / set)) return fs::path(directory) / set;
    }
  }
  const fs::path root = OHMCARLO_SOURCE_DIR, packed = root / ".." / "shared" / "data";
  if (!fs::is_directory(packed / set)) return std::nullopt;
  const std::string command =
      fmt::format("bash '{}' '{}' '{}' {} > '{}' 2>&1", (root / "experiments" / "unpack_data.sh").string(),
                  packed.string(), scratch.path().string(), set, (scratch / "log").string());
  if (std::system(command.c_str()) != 0) {
    ADD_FAILURE() << read_text(scratch / "log");
    return std::nullopt;
  }
  return scratch / set;
}

struct Lengths {
  double shortest = 1e9, longest = 0, all = 0;  // seconds
};

Lengths lengths_of(const Recordings& recordings) {
  Lengths lengths;
  for (const Recording& recording : recordings.items) {
    const Audio audio = read_audio(recording.audio, recordings.rate);
    const double seconds = static_cast<double>(audio.samples.size()) / audio.rate;
    lengths.shortest = std::min(lengths.shortest, seconds);
    lengths.longest = std::max(lengths.longest, seconds);
    lengths.all += seconds;
  }
  return lengths;
}

TEST(PublishedSpeech, FreeSpokenDigits) {
  const Scratch scratch;
  const auto directory = speech_directory("fsdd", scratch);
  if (!directory) GTEST_SKIP() << "no Free Spoken Digit Dataset at hand";
  const Recordings recordings = find_fsdd(*directory);
  ASSERT_EQ(recordings.items.size(), 3000U);
  std::map<std::string, int> speakers;
  std::map<std::int32_t, int> digits;
  for (const Recording& recording : recordings.items) {
    ++speakers[recording.origin.speaker];
    ++digits[recording.label];
  }
  EXPECT_EQ(
      speakers,
      (std::map<std::string, int>{
          {"george", 500}, {"jackson", 500}, {"lucas", 500}, {"nicolas", 500}, {"theo", 500}, {"yweweler", 500}}));
  EXPECT_EQ(digits.size(), 10U);
  for (const auto& [digit, count] : digits) EXPECT_EQ(count, 300) << digit;
  const CorpusParts official = fsdd_official_parts(recordings);
  EXPECT_EQ(official.test.size(), 300U);
  EXPECT_EQ(official.training.size(), 2700U);
  const CorpusParts by_speaker = held_out_parts(recordings, 1.0 / 6);
  EXPECT_EQ(by_speaker.test.size(), 500U);
  EXPECT_EQ(by_speaker.split_by, "speaker (1 of 6 held out)");
  const Lengths lengths = lengths_of(recordings);
  EXPECT_NEAR(lengths.shortest, 0.14, 0.005);
  EXPECT_NEAR(lengths.longest, 2.28, 0.005);
  EXPECT_NEAR(lengths.all, 1312.0, 0.5);
}

// Ten of 200 recordings of the first word are damaged as published; experiments/unpack_data.sh leaves them out.
TEST(PublishedSpeech, WakeWords) {
  const Scratch scratch;
  const auto directory = speech_directory("kws", scratch);
  if (!directory) GTEST_SKIP() << "no wake words at hand";
  const Recordings recordings = find_folders(*directory, 16000);
  EXPECT_EQ(recordings.class_names,
            (std::vector<std::string>{"alexa", "computer", "jarvis", "smart_mirror", "snowboy", "view_glass"}));
  std::map<std::int32_t, int> words;
  for (const Recording& recording : recordings.items) ++words[recording.label];
  EXPECT_EQ(words, (std::map<std::int32_t, int>{{0, 190}, {1, 200}, {2, 200}, {3, 200}, {4, 200}, {5, 200}}));
  const Recordings with_other =
      find_folders(*directory, 16000, {"alexa", "computer", "jarvis", "snowboy", "view_glass"});
  EXPECT_EQ(with_other.class_names.back(), "other");
  EXPECT_EQ(with_other.class_names.size(), 6U);
  EXPECT_EQ(held_out_parts(recordings, 0.2).test.size(), 238U);
  const Lengths lengths = lengths_of(recordings);
  EXPECT_NEAR(lengths.shortest, 1.3, 0.05);
  EXPECT_NEAR(lengths.longest, 5.3, 0.05);
  EXPECT_NEAR(lengths.all, 3471.0 - 358400 / 16000.0, 0.5);  // what the headers of the ten say
}

}  // namespace published_speech_test
}  // namespace ohmcarlo::test
