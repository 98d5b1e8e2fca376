// A made tree in TIMIT's shape: SPHERE and RIFF, capital and small letters, back and forth.

#include "data/timit.hpp"

#include <gmock/gmock.h>

#include "data/audio.hpp"
#include "data/hold_out.hpp"
#include "data/sound_files.hpp"
#include "data/speech.hpp"

namespace ohmcarlo::test {
namespace timit_test {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;

std::vector<std::int16_t> ramp(std::size_t samples) {
  std::vector<std::int16_t> sound(samples);
  for (std::size_t n = 0; n < samples; ++n) sound[n] = static_cast<std::int16_t>(n * 37 % 2001 - 1000);
  return sound;
}

class Timit : public ::testing::Test {
 protected:
  /// A sentence of 4,000 samples in SPHERE: h# 0-1000, sh -2000, iy -3000, h# -4000.
  void sentence(const std::string& path,
                const std::string& phones = "0 1000 h#\n1000 2000 sh\n2000 3000 iy\n3000 4000 h#\n") {
    write_file_in(scratch_ / (path + ".WAV"), sphere(ramp(4000)));
    write_text(scratch_ / (path + ".PHN"), phones);
  }
  std::string refused() {
    return error_of(
        [&] {
          const Recordings found = find_timit(scratch_.path());
          std::vector<std::uint32_t> all;
          for (std::uint32_t i = 0; i < found.items.size(); ++i) all.push_back(i);
          static_cast<void>(phone_sequences(found, all, MfccOptions{}, PhoneSet::timit61));
        },
        typeid(BadData));
  }
  Scratch scratch_;
};

TEST_F(Timit, TreeIsReadBack) {
  sentence("TRAIN/DR1/FCJF0/SX127");
  sentence("TRAIN/DR1/FCJF0/SA1");
  sentence("TRAIN/DR8/MCJF0/SI648");
  sentence("TEST/DR2/FPAS0/SX5");
  sentence("TEST/DR2/FPAS0/SA2");
  write_text(scratch_ / "TRAIN/DR1/FCJF0/SX127.TXT", "0 4000 words");
  write_text(scratch_ / "README.DOC", "");
  fs::create_directories(scratch_ / "TRAIN/DR9/FAAA0");
  const Recordings found = find_timit(scratch_.path());
  EXPECT_EQ(found.rate, 16000U);
  EXPECT_TRUE(found.class_names.empty());
  ASSERT_EQ(found.items.size(), 3U);
  EXPECT_EQ(found.items[0].origin.name, "TEST/DR2/FPAS0/SX5");
  EXPECT_EQ(found.items[1].origin.name, "TRAIN/DR1/FCJF0/SX127");
  EXPECT_EQ(found.items[1].origin.speaker, "FCJF0");
  EXPECT_EQ(found.items[2].origin.name, "TRAIN/DR8/MCJF0/SI648");
  EXPECT_EQ(read_audio(found.items[1].audio).samples[3], 3 * 37.0F / 32768 - 1000.0F / 32768);

  // 23 frames; the middles are at 200 + 160 t.
  const SequenceSet set = phone_sequences(found, std::vector<std::uint32_t>{1, 0}, MfccOptions{}, PhoneSet::folded39);
  EXPECT_TRUE(set.frame_wise);
  EXPECT_EQ(set.count(), 2U);
  EXPECT_THAT(set.first, ElementsAre(0U, 23U, 46U));
  EXPECT_EQ(set.values.size(), 46U * 39);
  EXPECT_EQ(set.class_names, phone_names(PhoneSet::folded39));
  std::vector<std::string> spoken;
  for (std::size_t t = 0; t < 23; ++t) spoken.push_back(set.class_names.at(static_cast<std::size_t>(set.labels[t])));
  for (std::size_t t = 0; t < 23; ++t) {
    const std::size_t middle = 200 + 160 * t;
    EXPECT_EQ(spoken[t], middle < 1000 ? "sil" : middle < 2000 ? "sh" : middle < 3000 ? "iy" : "sil") << t;
  }
  EXPECT_THAT(set.origins[0].name, "TRAIN/DR1/FCJF0/SX127");
  Mfcc mfcc{MfccOptions{}};
  const auto expected = mfcc.coefficients(read_audio(found.items[1].audio).samples);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), set.values.begin()));
}

TEST_F(Timit, LettersAndFormatDoNotMatter) {
  sentence("TRAIN/DR1/FCJF0/SX127");
  sentence("TEST/DR2/FPAS0/SX5");
  const Scratch small;
  std::vector<float> samples;
  for (const std::int16_t x : ramp(4000)) samples.push_back(x / 32768.0F);
  const std::string phones = read_text(scratch_ / "TEST/DR2/FPAS0/SX5.PHN");
  for (const std::string path : {"train/dr1/fcjf0/sx127", "test/dr2/fpas0/sx5"}) {
    write_sound(small / (path + ".wav"), samples, 16000);
    write_text(small / (path + ".phn"), phones);
  }
  const Recordings capital = find_timit(scratch_.path()), little = find_timit(small.path());
  ASSERT_EQ(little.items.size(), 2U);
  const std::vector<std::uint32_t> all{0, 1};
  EXPECT_EQ(little.items[1].origin.name, capital.items[1].origin.name);
  EXPECT_EQ(little.items[1].origin.speaker, "FCJF0");
  const SequenceSet first = phone_sequences(capital, all, MfccOptions{}, PhoneSet::timit61);
  const SequenceSet second = phone_sequences(little, all, MfccOptions{}, PhoneSet::timit61);
  EXPECT_EQ(first.values, second.values);
  EXPECT_EQ(first.labels, second.labels);
  EXPECT_EQ(first.content_sha256, second.content_sha256);
}

TEST_F(Timit, OfTwoSoundsOfASentenceTheShorterNameIsTaken) {
  sentence("TRAIN/DR1/FCJF0/SX127");
  sentence("TEST/DR2/FPAS0/SX5");
  write_text(scratch_ / "TRAIN/DR1/FCJF0/SX127.WAV.wav", "");
  const Recordings found = find_timit(scratch_.path());
  ASSERT_EQ(found.items.size(), 2U);
  EXPECT_EQ(found.items[1].audio.filename(), "SX127.WAV");
  fs::remove(scratch_ / "TRAIN/DR1/FCJF0/SX127.WAV");
  EXPECT_EQ(find_timit(scratch_.path()).items[1].audio.filename(), "SX127.WAV.wav");
}

TEST_F(Timit, StandardPartsGoBySpeaker) {
  for (const std::string path :
       {"TRAIN/DR1/FCJF0/SX1", "TRAIN/DR1/MZZZ0/SX2", "TEST/DR1/MDAB0/SX3", "TEST/DR8/FMLD0/SX4", "TEST/DR1/FAKS0/SX5",
        "TEST/DR8/MRWS1/SX6", "TEST/DR1/MABC0/SX7"}) {
    sentence(path);
  }
  const Recordings found = find_timit(scratch_.path());
  const CorpusParts parts = timit_standard_parts(found);
  const auto names = [&](const std::vector<std::uint32_t>& which) {
    std::vector<std::string> result;
    for (const Origin& origin : origins_of(found, which)) result.push_back(origin.name);
    return result;
  };
  EXPECT_THAT(names(parts.training), ElementsAre("TRAIN/DR1/FCJF0/SX1", "TRAIN/DR1/MZZZ0/SX2"));
  EXPECT_THAT(names(parts.test), ElementsAre("TEST/DR1/MDAB0/SX3", "TEST/DR8/FMLD0/SX4"));
  EXPECT_THAT(names(parts.validation), ElementsAre("TEST/DR1/FAKS0/SX5", "TEST/DR8/MRWS1/SX6"));
  EXPECT_EQ(parts.split_by, "speaker: 2 of TRAIN, 2 of the 24 of the core test set; validation: 2 of Halberstadt's 50");
}

TEST_F(Timit, ACorpusWithOtherSpeakersTestsAllOfThem) {
  for (const std::string path : {"TRAIN/DR1/FCJF0/SX1", "TEST/DR1/MABC0/SX3", "TEST/DR1/FAKS0/SX5"}) sentence(path);
  const CorpusParts parts = timit_standard_parts(find_timit(scratch_.path()));
  EXPECT_THAT(parts.test, ElementsAre(0U, 1U));
  EXPECT_TRUE(parts.validation.empty());
  EXPECT_EQ(parts.split_by, "speaker: 1 of TRAIN, 2 of TEST");
  sentence("TEST/DR1/FCJF0/SX1");
  EXPECT_EQ(error_of([&] { static_cast<void>(timit_standard_parts(find_timit(scratch_.path()))); }, typeid(BadData)),
            "speaker FCJF0 is in both TRAIN and TEST");
}

// "._X" and ".DS_Store" are what a mac leaves on other disks.
TEST_F(Timit, HiddenFilesAreIgnored) {
  sentence("TRAIN/DR1/FCJF0/SX1");
  sentence("TEST/DR1/MDAB0/SX3");
  const std::size_t count = find_timit(scratch_.path()).items.size();
  write_file_in(scratch_ / "TRAIN/DR1/FCJF0/._SX1.WAV", "mac");
  write_file_in(scratch_ / "TRAIN/DR1/FCJF0/._SX1.PHN", "mac");
  write_file_in(scratch_ / "TRAIN/DR1/.DS_Store", "mac");
  write_file_in(scratch_ / "TRAIN/DR1/._FCJF0/SX9.WAV", "mac");
  write_file_in(scratch_ / "._TRAIN", "mac");
  EXPECT_EQ(find_timit(scratch_.path()).items.size(), count);
}

TEST_F(Timit, BadTreesAreRefused) {
  EXPECT_THAT(refused(), HasSubstr("holds no sentences TEST/DR1..DR8/SPEAKER"));
  sentence("TEST/DR1/MDAB0/SX3");
  EXPECT_THAT(refused(), HasSubstr("holds no sentences TRAIN/DR1..DR8/SPEAKER"));
  sentence("TRAIN/DR1/FCJF0/SX1");
  fs::remove(scratch_ / "TRAIN/DR1/FCJF0/SX1.PHN");
  EXPECT_THAT(refused(), EndsWith("SX1.WAV: has no SX1.PHN beside it"));
  sentence("TRAIN/DR1/FCJF0/SX1", "0 4000 h#\n4000 5000 sh\n");
  EXPECT_THAT(refused(), HasSubstr("SX1.PHN: does not fit its sound: the last phone ends at sample 5000"));
  sentence("TRAIN/DR1/FCJF0/SX1");
  write_text(scratch_ / "TRAIN/DR1/FCJF0/SX1.WAV", sphere(ramp(4000), 8000));
  EXPECT_THAT(refused(), EndsWith("SX1.WAV: has 8000 samples a second, expected 16000"));
  write_text(scratch_ / "TRAIN/DR1/FCJF0/SX1.WAV", sphere(ramp(4000)).substr(0, 5000));
  EXPECT_THAT(refused(), EndsWith("SX1.WAV: cut short: its header promises 9024 bytes and there are 5000"));
  write_text(scratch_ / "TRAIN/DR1/FCJF0/SX1.WAV", sphere(ramp(399)));
  EXPECT_THAT(refused(), EndsWith("SX1.WAV: has 399 samples, fewer than one window (400)"));
}

}  // namespace timit_test
}  // namespace ohmcarlo::test
