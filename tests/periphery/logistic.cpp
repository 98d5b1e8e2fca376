#include "periphery/logistic.hpp"

#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/targets.h>

namespace ohmcarlo {
namespace logistic_test {

const Stream kStream(3, {.purpose = Purpose::adc, .layer = 1, .event = 8});

TEST(Logistic, HasTheQuantilesOfItsLaw) {
  const double scale = std::numbers::sqrt3 / std::numbers::pi;
  EXPECT_NEAR(logistic_from_word(0x80000000U), 0, 1e-9);
  EXPECT_NEAR(logistic_from_word(0xC0000000U), scale * std::log(3.0), 1e-9);
  EXPECT_NEAR(logistic_from_word(0x40000000U), -scale * std::log(3.0), 1e-9);
  EXPECT_NEAR(logistic_from_word(0), -scale * 33 * std::numbers::ln2, 1e-9);
  EXPECT_EQ(logistic_from_word(0xFFFFFFFFU), -logistic_from_word(0));
}

/// words[i] for which the float of the deviate is another one, on any instruction set.
std::vector<std::uint32_t> unequal(const std::vector<std::uint32_t>& words) {
  std::vector<std::uint32_t> wrong;
  for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    hwy::GetChosenTarget().DeInit();
    std::vector<float> deviates(words.size());
    logistic_from_words(words, deviates.data());
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto expected = static_cast<float>(logistic_from_word(words[i]));
      if (std::bit_cast<std::uint32_t>(deviates[i]) != std::bit_cast<std::uint32_t>(expected))
        wrong.push_back(words[i]);
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().DeInit();
  }
  return wrong;
}

TEST(Logistic, VectorsHaveTheBitsOfSingleWords) {
  std::vector<std::uint32_t> words(std::size_t{1} << 20);
  kStream.words(0, words);
  EXPECT_TRUE(unequal(words).empty());
  EXPECT_TRUE(unequal({0, 1, 2, 0x7FFFFFFFU, 0x80000000U, 0x80000001U, 0xFFFFFFFEU, 0xFFFFFFFFU}).empty());
}

// The one of all 2^32 words whose deviate lies so near the middle between two floats that the logarithm of vectors, of
// x86 at least, falls on the other side.
TEST(Logistic, TheWordBetweenTwoFloatsHasTheBitsOfItsLogarithm) {
  for (std::size_t place = 0; place < 8; ++place) {
    std::vector<std::uint32_t> words(8, 12345U);
    words[place] = 0x7A22C660U;
    EXPECT_TRUE(unequal(words).empty()) << place;
  }
}

TEST(Logistic, DeviatesAreThoseOfTheWordsOfAStream) {
  std::vector<std::uint32_t> words(700);
  kStream.words(5, words);
  std::vector<float> expected(words.size()), deviates(words.size());
  logistic_from_words(words, expected.data());
  logistic_deviates(kStream, 5, deviates);
  EXPECT_EQ(deviates, expected);
}

TEST(Logistic, BitsAreThoseOfAnySplit) {
  std::vector<float> whole(700);
  logistic_deviates(kStream, 0, whole);
  for (const std::size_t length : {1UL, 7UL, 64UL, 257UL}) {
    std::vector<float> part(length);
    logistic_deviates(kStream, 100, part);
    for (std::size_t i = 0; i < length; ++i) ASSERT_EQ(part[i], whole[100 + i]);
  }
}

}  // namespace logistic_test
}  // namespace ohmcarlo
