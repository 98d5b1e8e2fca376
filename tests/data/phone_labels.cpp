#include "data/phone_labels.hpp"

#include <cmath>
#include <numbers>
#include <typeinfo>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo::test {
namespace phone_labels_test {

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

}  // namespace phone_labels_test
}  // namespace ohmcarlo::test
