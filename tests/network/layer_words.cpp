#include "network/layer_words.hpp"

#include <set>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "network/network_builder.hpp"

namespace ohmcarlo {
namespace layer_words_test {

TEST(LayerText, GivesItsWordsInAnyOrder) {
  LayerText text("conv 8 stride 2x1 no-bias size 10x4 groups 2");
  EXPECT_EQ(text.word(), "conv");
  EXPECT_EQ(text.take_count(), 8);
  EXPECT_EQ(text.take_pair_option("size", 3), Pair(10, 4));
  EXPECT_EQ(text.take_pair_option("stride", 1), Pair(2, 1));
  EXPECT_EQ(text.take_pair_option("padding", 7), Pair(7, 7));
  EXPECT_EQ(text.take_option("groups", 1), 2);
  EXPECT_TRUE(text.take_flag("no-bias"));
  EXPECT_FALSE(text.take_flag("no-bias"));
  EXPECT_NO_THROW(text.finish());
}

TEST(LayerText, RefusesWhatNobodyTook) {
  LayerText text("max-pool 3x2 loud");
  EXPECT_EQ(text.take_pair(), Pair(3, 2));
  EXPECT_THROW(text.finish(), BadUsage);
}

// Every word of the register makes a layer: none is listed without being defined, none twice.
TEST(LayerWords, EachMakesALayer) {
  std::set<std::string_view> words;
  for (const LayerWord& word : layer_words()) {
    EXPECT_TRUE(words.insert(word.word).second) << word.word;
    NetworkBuilder network({4, 6, 6}, 3, 1);
    network.add_text("tanh");
    bool made = false;
    for (const char* number : {"", " 2", " 0.5"}) try {
        network.add_text(std::string(word.word) + number);
        made = true;
        break;
      } catch (const BadUsage&) {
        continue;
      }
    EXPECT_TRUE(made) << word.word;
    EXPECT_GT(network.spec().layers.size(), 1U) << word.word;
  }
  EXPECT_EQ(words.size(), 15U);
}

}  // namespace layer_words_test
}  // namespace ohmcarlo
