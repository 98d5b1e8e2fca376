#include "data/speech.hpp"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "data/audio.hpp"
#include "data/fsdd.hpp"
#include "data/sound_files.hpp"

namespace ohmcarlo::test {
namespace speech_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Log energies whose root energies are these.
std::vector<float> energies(const std::vector<double>& loudness) {
  std::vector<float> logs;
  for (const double x : loudness) logs.push_back(static_cast<float>(2.0 * std::log(x)));
  return logs;
}

TEST(FirstFrameOfWord, IsWhereTheLoudStretchIsInTheMiddle) {
  std::vector<double> loudness(100, 1.0);
  for (const std::size_t t : {60, 61, 62}) loudness[t] = 50.0;
  EXPECT_EQ(first_frame_of_word(energies(loudness), 11), 56);
  EXPECT_EQ(first_frame_of_word(energies(loudness), 3), 60);
  // Two words: the louder one; a single loud click weighs less than a long word.
  for (std::size_t t = 10; t < 30; ++t) loudness[t] = 20.0;
  EXPECT_EQ(first_frame_of_word(energies(loudness), 20), 10);
  EXPECT_EQ(first_frame_of_word(energies(loudness), 30), 5);
}

TEST(FirstFrameOfWord, StaysInTheRecording) {
  std::vector<double> loudness(50, 1.0);
  loudness[0] = 100.0;
  EXPECT_EQ(first_frame_of_word(energies(loudness), 20), 0);
  std::swap(loudness[0], loudness[49]);
  EXPECT_EQ(first_frame_of_word(energies(loudness), 20), 30);
  EXPECT_EQ(first_frame_of_word(energies(loudness), 50), 0);
}

TEST(FirstFrameOfWord, ShortRecordingsComeIntoTheMiddle) {
  const std::vector<float> four(4, 1.0F);
  EXPECT_EQ(first_frame_of_word(four, 5), 0);
  EXPECT_EQ(first_frame_of_word(four, 6), -1);
  EXPECT_EQ(first_frame_of_word(four, 9), -2);
}

class Words : public ::testing::Test {
 protected:
  Words() {
    std::vector<float> late(8000, 0.0F);  // 98 frames at 8 kHz, the word in the fourth fifth
    for (std::size_t n = 5600; n < 6400; ++n) late[n] = word_[n - 5600];
    write_sound(scratch_ / "0_anna_0.wav", late, 8000);
    write_sound(scratch_ / "1_anna_1.wav", word_, 8000);  // 8 frames
  }
  const Recordings& recordings() {
    if (found_.items.empty()) found_ = find_fsdd(scratch_.path());
    return found_;
  }
  std::vector<float> word_ = tone(700, 0.5, 800, 8000);
  MfccOptions options_{.rate = 8000};
  std::vector<std::uint32_t> both_{0, 1};
  Scratch scratch_;
  Recordings found_;
};

TEST_F(Words, AreCutOutAtFixedLength) {
  const FeatureSet set = word_features(recordings(), both_, options_, 12);
  EXPECT_EQ(set.count, 2U);
  EXPECT_EQ(set.frames, 12U);
  EXPECT_EQ(set.coefficients, 39U);
  EXPECT_THAT(set.labels, ElementsAre(0, 1));
  EXPECT_EQ(set.class_names.size(), 10U);
  EXPECT_EQ(set.origins[1].speaker, "anna");
  ASSERT_EQ(set.values.size(), 2U * 12 * 39);
  // The frames 5600 / 80 = 70 to 80 touch the word: frames 69.. of the recording, or near, with its own deltas.
  const auto whole = Mfcc(options_).coefficients(read_audio(recordings().items[0].audio).samples);
  const std::ptrdiff_t first =
      first_frame_of_word(Mfcc(options_).log_energies(read_audio(recordings().items[0].audio).samples), 12);
  EXPECT_NEAR(static_cast<double>(first), 68.0, 1.0);
  EXPECT_TRUE(std::equal(set.values.begin(), set.values.begin() + 12 * 39, whole.begin() + first * 39));
}

TEST_F(Words, AreFilledUpWithTheirEnds) {
  const FeatureSet set = word_features(recordings(), both_, options_, 11);
  const auto own = Mfcc(options_).coefficients(read_audio(recordings().items[1].audio).samples);
  ASSERT_EQ(own.size(), 8U * 39);
  const float* block = &set.values[11 * 39];  // 8 frames after one, before two
  for (std::size_t i = 0; i < 39; ++i) {
    EXPECT_EQ(block[i], i < 13 ? own[i] : 0.0F);
    EXPECT_EQ(block[9 * 39 + i], i < 13 ? own[7 * 39 + i] : 0.0F);
    EXPECT_EQ(block[10 * 39 + i], i < 13 ? own[7 * 39 + i] : 0.0F);
  }
  EXPECT_TRUE(std::equal(own.begin(), own.end(), block + 39));
}

TEST_F(Words, AreSequencesOfTheirOwnLength) {
  const SequenceSet set = word_sequences(recordings(), both_, options_);
  EXPECT_FALSE(set.frame_wise);
  EXPECT_EQ(set.count(), 2U);
  EXPECT_THAT(set.first, ElementsAre(0U, 98U, 106U));
  EXPECT_EQ(set.frames(1), 8U);
  EXPECT_THAT(set.labels, ElementsAre(0, 1));
  const auto own = Mfcc(options_).coefficients(read_audio(recordings().items[1].audio).samples);
  EXPECT_TRUE(std::equal(own.begin(), own.end(), set.values.begin() + 98 * 39));
}

TEST_F(Words, ContentFollowsEverythingThatMatters) {
  const std::string usual = word_features(recordings(), both_, options_, 12).content_sha256;
  EXPECT_EQ(usual.size(), 64U);
  EXPECT_EQ(word_features(recordings(), both_, options_, 12).content_sha256, usual);
  EXPECT_NE(word_features(recordings(), both_, options_, 13).content_sha256, usual);
  EXPECT_NE(word_features(recordings(), std::vector<std::uint32_t>{1, 0}, options_, 12).content_sha256, usual);
  EXPECT_NE(word_sequences(recordings(), both_, options_).content_sha256, usual);
  MfccOptions other = options_;
  other.cepstra = 13;
  EXPECT_NE(word_features(recordings(), both_, other, 12).content_sha256, usual);
  Recordings changed = recordings();
  changed.items[0].label = 5;
  EXPECT_NE(word_features(changed, both_, options_, 12).content_sha256, usual);
  changed = recordings();
  changed.class_names[0] = "zero";
  EXPECT_NE(word_features(changed, both_, options_, 12).content_sha256, usual);
  word_[100] += 1.0F / 32768;
  write_sound(scratch_ / "1_anna_1.wav", word_, 8000);
  EXPECT_NE(word_features(recordings(), both_, options_, 12).content_sha256, usual);
}

TEST_F(Words, AreRefusedWithoutFrames) {
  EXPECT_THAT(error_of([&] { static_cast<void>(word_features(recordings(), both_, options_, 0)); }, typeid(BadUsage)),
              HasSubstr("blocks of 0 frames"));
  EXPECT_THAT(error_of([&] { static_cast<void>(word_features(recordings(), both_, {}, 9)); }, typeid(BadUsage)),
              HasSubstr("features for 16000 samples a second; the recordings have 8000"));
  write_sound(scratch_ / "1_anna_1.wav", std::vector<float>(199, 0.1F), 8000);
  EXPECT_THAT(error_of([&] { static_cast<void>(word_features(recordings(), both_, options_, 9)); }, typeid(BadData)),
              HasSubstr("1_anna_1.wav: has 199 samples, fewer than one window (200)"));
  write_sound(scratch_ / "1_anna_1.wav", word_, 16000);
  EXPECT_THAT(error_of([&] { static_cast<void>(word_sequences(recordings(), both_, options_)); }, typeid(BadData)),
              HasSubstr("1_anna_1.wav: has 16000 samples a second, expected 8000"));
}

}  // namespace speech_test
}  // namespace ohmcarlo::test
