#include "data/recordings.hpp"

#include <gmock/gmock.h>

#include "data/recording_names.hpp"

namespace ohmcarlo::test {
namespace recordings_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Recordings, OfWhichAShareIsForTestingAreSplitByNameOrSpeaker) {
  Recordings recordings;
  for (const char* name : {"no/x.WAV", "up/u.wav", "yes/a_nohash_0.flac", "yes/b.wav"})
    recordings.items.push_back({name, {}, {name, ""}, 0});
  const CorpusParts parts = held_out_parts(recordings, 0.5);
  EXPECT_EQ(parts.test.size(), 2U);
  EXPECT_EQ(parts.training.size(), 2U);
  EXPECT_TRUE(parts.validation.empty());
  EXPECT_TRUE(parts.by_speaker);
  EXPECT_THAT(parts.split_by, HasSubstr("hash of the name"));
  for (const double share : {0.0, 1.0, 0.1, 0.9, -1.0}) {
    EXPECT_THAT(error_of([&] { static_cast<void>(held_out_parts(recordings, share)); }, typeid(BadUsage)),
                HasSubstr("a share of"));
  }
}

TEST(NamesIn, AreThoseOfFilesOrOfFoldersInOrder) {
  const Scratch scratch;
  for (const char* name : {"b.wav", "a.WAV"}) write_text(scratch / name, "");
  fs::create_directory(scratch / "folder");
  EXPECT_THAT(names_in(scratch.path(), false), ElementsAre("a.WAV", "b.wav"));
  EXPECT_THAT(names_in(scratch.path(), true), ElementsAre("folder"));
  for (const char* name : {".DS_Store", "._a.WAV"}) write_text(scratch / name, "");
  fs::create_directory(scratch / ".cache");
  EXPECT_THAT(names_in(scratch.path(), false), ElementsAre("a.WAV", "b.wav")) << "hidden";
  EXPECT_THAT(names_in(scratch.path(), true), ElementsAre("folder")) << "hidden";
  EXPECT_EQ(lower_extension("a.WAV"), ".wav");
}

}  // namespace recordings_test
}  // namespace ohmcarlo::test
