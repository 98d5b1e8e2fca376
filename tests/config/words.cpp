#include "config/words.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace words_test {

enum class Fruit { apple, pear, plum };
constexpr auto kFruits = make_words<Fruit>({{"apple", Fruit::apple}, {"pear", Fruit::pear}});

TEST(Words, AreReadBothWays) {
  static_assert(kFruits.meaning_of("pear") == Fruit::pear);
  EXPECT_EQ(kFruits.word_of(Fruit::apple), "apple");
  EXPECT_EQ(kFruits.all(), (std::vector<std::string_view>{"apple", "pear"}));
  EXPECT_THROW((void)kFruits.meaning_of("plum"), std::logic_error);
  EXPECT_THROW((void)kFruits.word_of(Fruit::plum), std::logic_error);
}

struct Row {
  std::string_view word;
  int number;
};
constexpr Row kRows[] = {{"one", 1}, {"two", 2}};

TEST(Words, OfARegisterAreThoseOfItsRows) {
  EXPECT_EQ(words_of(kRows), (std::vector<std::string_view>{"one", "two"}));
  EXPECT_EQ(row_of(std::span<const Row>(kRows), "two").number, 2);
  EXPECT_THROW((void)row_of(std::span<const Row>(kRows), "three"), std::logic_error);
}

}  // namespace words_test
}  // namespace ohmcarlo
