// The parts of made speech that need no synthesiser: text, speakers, labels, noise, file formats.

#include "data/made_speech.hpp"

#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "data/coloured_noise.hpp"
#include "data/made_text.hpp"

namespace ohmcarlo::test {
namespace {

Stream stream(std::uint64_t event) {
  return Stream(7, {.purpose = Purpose::made_speech, .event = event});
}

std::string sentence(std::uint64_t event) {
  Choices choices(stream(event));
  return made_sentence(choices);
}

TEST(MadeText, SentencesAreFinishedAndHardlyEverTheSame) {
  std::set<std::string> all;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const std::string text = sentence(i);
    EXPECT_EQ(text, sentence(i));
    EXPECT_TRUE(std::isupper(static_cast<unsigned char>(text.front()))) << text;
    EXPECT_TRUE(text.back() == '.' || text.back() == '?') << text;
    EXPECT_EQ(text.find_first_of("<>|\t\n"), std::string::npos) << text;
    for (const char* wrong : {" a apple", " a old ", " an use", "  "})
      EXPECT_EQ(text.find(wrong), std::string::npos) << text;
    all.insert(text);
  }
  EXPECT_GT(all.size(), 1980U);
}

TEST(MadeText, VocabularyHasHundredsOfWords) {
  const std::vector<std::string> words = made_vocabulary();
  EXPECT_GT(words.size(), 600U);
  for (const std::string& word : words) EXPECT_EQ(word.find_first_of("<> |"), std::string::npos) << word;
}

TEST(MadeVoices, TrainingAndTestShareNoVocalTract) {
  const std::vector<Speaker> speakers = made_speakers(3, 480);
  std::set<std::string> names, voices;
  std::set<std::size_t> train, test;
  for (const Speaker& speaker : speakers) {
    names.insert(speaker.name());
    voices.insert(speaker.voice());
    (speaker.test ? test : train).insert(speaker.vocal_tract);
  }
  EXPECT_EQ(names.size(), 480U);
  EXPECT_EQ(voices.size(), 480U);
  EXPECT_EQ(train.size(), 48U);
  EXPECT_EQ(test.size(), 12U);
  for (const std::size_t tract : test) EXPECT_EQ(train.count(tract), 0U);
}

TEST(MadeVoices, FewerSpeakersAreTheFirstOfMore) {
  const std::vector<Speaker> few = made_speakers(3, 20), many = made_speakers(3, 200);
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i].name(), many[i].name());
  std::set<std::string> first, other_seed;
  for (const Speaker& s : few) first.insert(s.name());
  for (const Speaker& s : made_speakers(4, 20)) other_seed.insert(s.name());
  EXPECT_NE(first, other_seed);
}

/// Appends `count` samples of a sine.
void hum(std::vector<float>& samples, std::size_t count, float amplitude, double hertz) {
  for (std::size_t i = 0; i < count; ++i)
    samples.push_back(amplitude * static_cast<float>(
                                      std::sin(2 * std::numbers::pi * hertz * (static_cast<double>(i) + 0.5) / 16000)));
}

void silence(std::vector<float>& samples, std::size_t count) {
  samples.resize(samples.size() + count);
}

TEST(PhoneLabels, SilenceBeforeAStopIsItsClosure) {
  std::vector<float> x;
  silence(x, 800);
  hum(x, 1600, 0.5F, 500);   // iy, 800 .. 2400
  silence(x, 640);           // closure
  hum(x, 800, 0.1F, 4000);   // t, 3040 .. 3840
  silence(x, 320);           // epi, to 4160
  hum(x, 1600, 0.3F, 3000);  // s, 4160 .. 5760
  silence(x, 800);
  const std::vector<SpokenPhone> phones = {{800, "i:"}, {3040, "t"}, {4160, "s"}, {6000, "_:"}, {6560, "_"}};
  const auto labels = label_phones(x, phones, "en-us");
  const std::vector<std::string> names = {"h#", "iy", "tcl", "t", "epi", "s", "h#"};
  const std::vector<std::size_t> ends = {800, 2400, 3040, 3840, 4160, 5760, 6560};
  ASSERT_EQ(labels.size(), names.size());
  std::size_t begin = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    EXPECT_EQ(labels[i].phone, names[i]);
    EXPECT_EQ(labels[i].begin, begin);
    EXPECT_NEAR(static_cast<double>(labels[i].end), static_cast<double>(ends[i]), 2) << i;  // a sine starts near zero
    begin = labels[i].end;
  }
  EXPECT_EQ(begin, x.size());
}

TEST(PhoneLabels, VoiceBarIsTheClosureOfAVoicedStop) {
  std::vector<float> x;
  silence(x, 320);
  hum(x, 1600, 0.5F, 500);  // aa
  hum(x, 640, 0.1F, 200);   // bar, 1920 .. 2560
  hum(x, 640, 0.2F, 2000);  // release
  hum(x, 1600, 0.5F, 500);  // iy, from 3200
  silence(x, 320);
  const auto labels =
      label_phones(x, std::vector<SpokenPhone>{{320, "A:"}, {1920, "b"}, {3200, "i:"}, {4800, "_"}}, "en-us");
  ASSERT_EQ(labels.size(), 6U);
  EXPECT_EQ(labels[2], (PhoneLabel{1920, 2560, "bcl"}));
  EXPECT_EQ(labels[3], (PhoneLabel{2560, 3200, "b"}));
}

TEST(PhoneLabels, NamesFollowTheAccent) {
  EXPECT_EQ(timit_phone("aa", "en-us"), "ae");
  EXPECT_EQ(timit_phone("aa", "en-gb-x-rp"), "aa");
  EXPECT_EQ(timit_phone("V", "en-us"), "ah");
  EXPECT_EQ(timit_phone("V", "en-gb-x-gbclan"), "uh");
  EXPECT_EQ(timit_phone("_|", "en"), "pau");
  try {
    (void)timit_phone("y:", "en-us");
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    EXPECT_NE(std::string(error.what()).find("'y:'"), std::string::npos);
  }
}

/// Mean square of the differences of neighbouring means over `scale` samples: constant in scale for 1/f noise, falling
/// with 1/scale for white noise.
double haar_power(const std::vector<float>& x, std::size_t scale) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i + 2 * scale <= x.size(); i += 2 * scale, ++count) {
    double difference = 0;
    for (std::size_t j = 0; j < scale; ++j) difference += double{x[i + j]} - x[i + scale + j];
    sum += difference * difference / static_cast<double>(scale * scale);
  }
  return sum / static_cast<double>(count);
}

// The sum of squares of n normals has standard deviation sqrt(2 n): five of them are exceeded once in 1.7 million
// seeds.
TEST(ColouredNoise, WhiteHasUnitPower) {
  constexpr std::size_t n = 1 << 16;
  const std::vector<float> x = coloured_noise(stream(1), NoiseColour::white, n);
  double sum = 0;
  for (const float value : x) sum += double{value} * value;
  EXPECT_NEAR(sum / n, 1, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(haar_power(x, 8) / haar_power(x, 64), 8, 1.2);  // 512 pairs at the larger scale: 7 standard deviations
}

// One seed, so nothing is left to chance: over seeds the ratios spread by 3 % (2048 pairs at the largest scale).
TEST(ColouredNoise, PinkFallsByThreeDecibelsAnOctave) {
  constexpr std::size_t n = 1 << 18;
  const std::vector<float> x = coloured_noise(stream(2), NoiseColour::pink, n);
  double sum = 0;
  for (const float value : x) sum += double{value} * value;
  EXPECT_NEAR(sum / n, 1, 0.1);
  for (const std::size_t scale : {8, 16}) EXPECT_NEAR(haar_power(x, scale) / haar_power(x, 4 * scale), 1, 0.25);
}

TEST(MadeFiles, WavHasTheHeaderOfRiff) {
  const std::string bytes = wav_bytes({1, -2});
  const std::string expected(
      "RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x80\x3e\0\0\0\x7d\0\0\2\0\x10\0data\4\0\0\0\1\0\xfe\xff", 48);
  EXPECT_EQ(bytes, expected);
}

TEST(MadeFiles, PhnHasALineALabel) {
  EXPECT_EQ(phn_text({{0, 800, "h#"}, {800, 1000, "tcl"}}), "0 800 h#\n800 1000 tcl\n");
}

TEST(SpeechProcess, WithoutItsProgramItSaysWhatToInstall) {
  try {
    SpeechProcess speech("/nonexistent/ohmcarlo-speech");
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(typeid(error) == typeid(BadUsage));
    EXPECT_NE(std::string(error.what()).find("libespeak-ng-dev"), std::string::npos);
  }
}

}  // namespace
}  // namespace ohmcarlo::test
