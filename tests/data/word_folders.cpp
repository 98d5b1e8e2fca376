#include "data/word_folders.hpp"

#include <gmock/gmock.h>

#include "data/recording_names.hpp"
#include "data/sound_files.hpp"

namespace ohmcarlo::test {
namespace word_folders_test {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

class RecordingFolders : public ::testing::Test {
 protected:
  RecordingFolders() {
    for (const std::string name : {"yes/b.wav", "yes/a_nohash_0.flac", "no/x.WAV", "up/u.wav", "up/notes.txt",
                                   "_background_noise_/n.wav", ".hidden/h.wav", "README"}) {
      write_file_in(scratch_ / name, "");
    }
  }
  Recordings find(const std::vector<std::string>& words = {}) { return find_folders(scratch_.path(), 16000, words); }
  Scratch scratch_;
};

TEST_F(RecordingFolders, AreClasses) {
  const Recordings recordings = find();
  EXPECT_EQ(recordings.rate, 16000U);
  EXPECT_THAT(recordings.class_names, ElementsAre("no", "up", "yes"));
  ASSERT_THAT(names_of(recordings), ElementsAre("no/x.WAV", "up/u.wav", "yes/a_nohash_0.flac", "yes/b.wav"));
  EXPECT_EQ(recordings.items[1].label, 1);
  EXPECT_EQ(recordings.items[2].label, 2);
  EXPECT_EQ(recordings.items[2].origin.speaker, "a");
  EXPECT_EQ(recordings.items[3].origin.speaker, "");
}

TEST_F(RecordingFolders, OutsideTheListOfWordsAreOther) {
  const Recordings recordings = find({"yes"});
  EXPECT_THAT(recordings.class_names, ElementsAre("yes", "other"));
  ASSERT_THAT(names_of(recordings), ElementsAre("no/x.WAV", "up/u.wav", "yes/a_nohash_0.flac", "yes/b.wav"));
  std::vector<std::int32_t> labels;
  for (const Recording& recording : recordings.items) labels.push_back(recording.label);
  EXPECT_THAT(labels, ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(find({"up", "yes", "no"}).class_names, ElementsAre("up", "yes", "no"));
}

TEST_F(RecordingFolders, MustMakeClasses) {
  EXPECT_THAT(refused([&] { static_cast<void>(find({"yes", "left"})); }), HasSubstr("no folder for the word 'left'"));
  EXPECT_THAT(refused([&] {
                static_cast<void>(find({"yes", "yes"}));
              }),
              HasSubstr("'yes', or the word is given twice"));
  write_file_in(scratch_ / "other/o.wav", "");
  EXPECT_THAT(refused([&] { static_cast<void>(find({"other"})); }), HasSubstr("'other' is a word and the class of 3"));
  EXPECT_THAT(find({"yes"}).class_names, ElementsAre("yes", "other"));
  fs::create_directory(scratch_ / "void");
  EXPECT_THAT(refused([&] { static_cast<void>(find()); }), EndsWith("void: holds no sound files (.wav, .flac, .sph)"));
  EXPECT_THAT(refused([&] { static_cast<void>(find_folders(scratch_ / "yes", 0)); }),
              HasSubstr("0 folders to be classes"));
}

TEST(RecordingFoldersOfTrainAndTest, AreACorpusWithItsOwnSplit) {
  const Scratch scratch;
  for (const std::string name : {"train/yes/a_nohash_0.wav", "train/no/b_nohash_0.wav", "test/yes/c_nohash_0.wav",
                                 "test/no/c_nohash_0.wav", "made.json"}) {
    write_file_in(scratch / name, "");
  }
  const Recordings recordings = find_folders(scratch.path(), 16000);
  EXPECT_TRUE(recordings.own_split);
  EXPECT_THAT(recordings.class_names, ElementsAre("no", "yes"));
  const CorpusParts parts = own_parts(recordings);
  EXPECT_THAT(names_of(recordings, parts.training), ElementsAre("train/no/b_nohash_0.wav", "train/yes/a_nohash_0.wav"));
  EXPECT_THAT(names_of(recordings, parts.test), ElementsAre("test/no/c_nohash_0.wav", "test/yes/c_nohash_0.wav"));
  EXPECT_EQ(recordings.items[0].origin.speaker, "c");
  EXPECT_EQ(recordings.items[0].audio, scratch / "test/no/c_nohash_0.wav");
  EXPECT_EQ(recordings.items[3].label, 1);

  EXPECT_THAT(refused([&] { static_cast<void>(find_folders(scratch.path(), 16000, {"left"})); }),
              HasSubstr("no folder for the word 'left'"));
  write_file_in(scratch / "train/up/b.wav", "");
  EXPECT_THAT(refused([&] { static_cast<void>(find_folders(scratch.path(), 16000)); }),
              EndsWith("train and test are not of the same classes"));
}

TEST_F(RecordingFolders, WithoutTrainAndTestAreSplitByUs) {
  EXPECT_FALSE(find().own_split);
}

TEST(RecordingFoldersAtAnyRate, HaveThatOfTheFirstFile) {
  const Scratch scratch;
  write_sound(scratch / "a/1.wav", tone(440, 0.5, 100, 22050), 22050);
  write_text(scratch / "a/2.wav", "");
  write_file_in(scratch / "b/1.wav", "");
  EXPECT_EQ(find_folders(scratch.path(), 0).rate, 22050U);
}

}  // namespace word_folders_test
}  // namespace ohmcarlo::test
