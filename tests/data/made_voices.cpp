#include "data/made_voices.hpp"

#include <set>

#include <gtest/gtest.h>

namespace ohmcarlo::test {
namespace made_voices_test {

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

}  // namespace made_voices_test
}  // namespace ohmcarlo::test
