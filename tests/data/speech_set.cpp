#include "data/speech_set.hpp"

#include <set>

#include <gmock/gmock.h>

#include "base/label.hpp"
#include "data/sound_files.hpp"

namespace ohmcarlo::test {
namespace speech_set_test {

using ::testing::HasSubstr;

/// Ten digits by two speakers, six times each: a tone a digit, from 300 ms on 50 ms longer each time.
void write_digits(const fs::path& directory) {
  for (int digit = 0; digit < 10; ++digit)
    for (const char* speaker : {"anna", "bert"})
      for (int index = 0; index < 6; ++index)
        write_sound(directory / fmt::format("{}_{}_{}.wav", digit, speaker, index),
                    tone(300.0 + 250.0 * digit, 0.5, 2400 + 400U * static_cast<unsigned>(index), 8000), 8000);
}

class Digits : public ::testing::Test {
 protected:
  Digits() { write_digits(scratch_.path()); }
  [[nodiscard]] SpeechSet load() const { return load_speech(options_, scratch_.path()); }
  SpeechOptions options_{.set = "fsdd", .words = {}, .frames = 20};
  Scratch scratch_;
};

TEST_F(Digits, BecomeBlocksOfFrames) {
  const SpeechSet set = load();
  EXPECT_EQ(set.training.count(), 20U);  // index 5
  EXPECT_EQ(set.test.count(), 100U);     // index 0 to 4
  EXPECT_EQ(set.test.shape(), (SampleShape{1, 20, 39}));
  EXPECT_EQ(set.test.shape(), options_.shape());
  EXPECT_EQ(set.test.classes(), options_.classes());
  EXPECT_EQ(set.test.features().size(), 100U * 20 * 39);
  EXPECT_FALSE(set.test.is_sequences());
  std::vector<float> row(20 * 39), scaled(row);
  fill_row(set.test, 7, {}, row.data());
  EXPECT_TRUE(std::equal(row.begin(), row.end(), set.test.features().begin() + 7 * 20 * 39));
  const std::vector<float> mean(39, 2), sd(39, 4);
  fill_row(set.test, 7, {mean, sd}, scaled.data());
  EXPECT_EQ(scaled[100], (row[100] - 2) / 4);
}

TEST_F(Digits, BecomeSequencesOfAllTheirFrames) {
  options_.frames = 0;
  const SpeechSet set = load();
  EXPECT_EQ(options_.shape(), (SampleShape{1, 1, 39}));
  ASSERT_TRUE(set.test.is_sequences());
  EXPECT_FALSE(set.test.frame_wise());
  EXPECT_EQ(set.test.length(0), 28U);  // of 300 ms
  EXPECT_EQ(set.test.length(4), 48U);
  EXPECT_EQ(set.test.longest(), 48U);
  EXPECT_EQ(set.test.features().size(), set.test.first_frame(100) * 39);
}

TEST_F(Digits, AreHeldOutByNameIfTheTestIsNotBySpeaker) {
  const SpeechSet official = load();
  const Split by_name = split_speech(official, 5, 1);
  EXPECT_EQ(by_name.validation.size(), 5U);
  options_.test_share = 0.4;
  const SpeechSet by_speaker = load();
  EXPECT_EQ(by_speaker.test.count(), 60U);
  EXPECT_THAT(by_speaker.split_by, HasSubstr("speaker"));
  std::set<std::string> speakers;
  for (const Origin& origin : by_speaker.origins) speakers.insert(origin.speaker);
  EXPECT_EQ(speakers.size(), 1U);
  EXPECT_THROW((void)split_speech(official, std::nullopt, 1), Error);
  EXPECT_THROW((void)split_speech(official, 20, 1), Error);
}

TEST_F(Digits, AreTheSameContentOnlyAsTheSameFeatures) {
  const std::string content = content_sha256(load().test);
  EXPECT_EQ(content, content_sha256(load().test));
  options_.frames = 21;
  EXPECT_NE(content, content_sha256(load().test));
}

TEST(Folders, AreTheClassesThatWereNamed) {
  const Scratch scratch;
  for (const char* word : {"go", "stop", "yes"})
    for (int i = 0; i < 4; ++i)
      write_sound(scratch / fmt::format("{}/{}.wav", word, i), tone(400 + 100 * i, 0.3, 8000, 16000), 16000);
  SpeechOptions options{.set = "folder", .words = {"stop", "other"}, .test_share = 0.25, .frames = 10};
  const SpeechSet set = load_speech(options, scratch.path());
  EXPECT_EQ(set.training.count(), 9U);
  EXPECT_EQ(set.training.classes(), 2U);
  options.words = {"stop", "go"};
  try {
    (void)load_speech(options, scratch.path());
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadData));
    EXPECT_THAT(error.what(), HasSubstr("stop, go"));
  }
}

TEST(Folders, WithTrainAndTestKeepTheirSplit) {
  const Scratch scratch;
  for (const char* name : {"train/go/a_nohash_0", "train/go/b_nohash_0", "train/other/a_nohash_1",
                           "train/other/b_nohash_1", "test/go/c_nohash_0", "test/other/c_nohash_1"})
    write_sound(scratch / fmt::format("{}.wav", name), tone(400, 0.3, 8000, 16000), 16000);
  const SpeechOptions options{.set = "folder", .words = {"go", "other"}, .test_share = 0.5, .frames = 10};
  const SpeechSet set = load_speech(options, scratch.path());
  EXPECT_EQ(set.training.count(), 4U);
  EXPECT_EQ(set.test.count(), 2U);
  EXPECT_EQ(set.split_by, "folders train and test");
  const Split split = split_speech(set, 1, 3);  // by speaker: both of one
  ASSERT_EQ(split.validation.size(), 2U);
  EXPECT_EQ(set.origins[split.validation[0]].speaker, set.origins[split.validation[1]].speaker);
}

/// A sentence of a tree like TIMIT's: two phones, then half a second without any.
void write_sentence(const fs::path& stem) {
  write_sound(fs::path(stem.string() + ".WAV"), tone(500, 0.4, 8000, 16000), 16000);
  std::ofstream(stem.string() + ".PHN") << "0 1600 sh\n1600 4800 iy\n";
}

TEST(PhoneSet, FramesWithoutAPhoneHaveNoLabel) {
  const Scratch scratch;
  for (const char* name : {"TRAIN/DR1/FAAA0/SX1", "TRAIN/DR1/MBBB0/SX2", "TEST/DR1/FCCC0/SX3"})
    write_sentence(scratch / name);
  const SpeechOptions options{.set = "timit", .words = {}};
  const SpeechSet set = load_speech(options, scratch.path());
  EXPECT_EQ(set.training.count(), 2U);
  EXPECT_EQ(set.training.classes(), 61U);
  ASSERT_TRUE(set.test.frame_wise());
  ASSERT_EQ(set.test.labels().size(), 48U);
  EXPECT_NE(set.test.labels().front(), kUnlabelled);
  EXPECT_EQ(set.test.labels().back(), kUnlabelled);
  EXPECT_EQ(split_speech(set, 1, 3).validation.size(), 1U);
}

}  // namespace speech_set_test
}  // namespace ohmcarlo::test
