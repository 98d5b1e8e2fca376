#include "data/made_text.hpp"

#include <cctype>
#include <set>

#include <gtest/gtest.h>

namespace ohmcarlo::test {
namespace made_text_test {

std::string sentence(std::uint64_t event) {
  Choices choices(Stream(7, {.purpose = Purpose::made_speech, .event = event}));
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

}  // namespace made_text_test
}  // namespace ohmcarlo::test
