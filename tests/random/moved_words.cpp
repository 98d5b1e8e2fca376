#include "random/moved_words.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "random/reference.hpp"

namespace ohmcarlo {
namespace moved_words_test {

const Address kWordAddress{.purpose = Purpose::fault, .layer = 2, .trial = 5};

std::vector<std::uint32_t> plain_words(std::uint64_t key, std::size_t count) {
  std::vector<std::uint32_t> words(count);
  Stream(key, kWordAddress).words(0, words);
  return words;
}

std::vector<std::uint32_t> moved_words(const Lineage& lineage, std::uint64_t first, std::size_t count) {
  std::vector<std::uint32_t> words(count);
  MovedWords(lineage, kWordAddress).words(first, words);
  return words;
}

double uniform_of(std::uint32_t word) {
  return (word + 0.5) * 0x1p-32;
}

/// The z of which Phi(z) = u, by bisection.
double quantile_of(double u) {
  double low = -8, high = 8;
  for (int i = 0; i < 60; ++i) {
    const double z = (low + high) / 2;
    (0.5 * std::erfc(-z / std::numbers::sqrt2) < u ? low : high) = z;
  }
  return low;
}

TEST(MovedWords, AKeyAloneIsAPlainChip) {
  EXPECT_EQ(moved_words(7, 0, 3000), plain_words(7, 3000));
  std::vector<float> plain(200), moved(200);
  Stream(7, kWordAddress).uniforms(3, plain);
  MovedWords(7, kWordAddress).uniforms(3, moved);
  EXPECT_EQ(moved, plain);
}

TEST(MovedWords, MoveThroughTheInverseNormalInTheirOrder) {
  const std::vector<std::uint32_t> z = plain_words(7, 2000), one = plain_words(8, 2000), two = plain_words(9, 2000);
  const std::vector<std::uint32_t> moved = moved_words({7, {{8, 0.8F, 0.6F}, {9, 0.6F, 0.8F}}}, 0, 2000);
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double first = 0.8 * quantile_of(uniform_of(z[i])) + 0.6 * quantile_of(uniform_of(one[i]));
    const double normal = 0.6 * first + 0.8 * quantile_of(uniform_of(two[i]));
    ASSERT_NEAR(uniform_of(moved[i]), 0.5 * std::erfc(-normal / std::numbers::sqrt2), 2e-7) << i;
  }
}

TEST(MovedWords, APartHasTheBitsOfTheWhole) {
  const Lineage lineage{7, {{8, 0.8F, 0.6F}}};
  const std::vector<std::uint32_t> whole = moved_words(lineage, 0, 3000), part = moved_words(lineage, 1100, 900);
  EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 1100));
}

// 200,000 words of which each tenth has its share: binomial with sd sqrt(200,000 * .1 * .9) = 134; five of them, ten
// times: a false alarm in 2e5.
TEST(MovedWords, StayUniform) {
  const Lineage lineage{7, {{8, 0.8F, 0.6F}, {9, 0.28F, 0.96F}, {10, 0.6F, 0.8F}}};
  std::vector<float> u(200000);
  MovedWords(lineage, kWordAddress).uniforms(0, u);
  std::vector<int> counts(10);
  for (const float each : u) {
    ASSERT_GT(each, 0);
    ASSERT_LT(each, 1);
    ++counts[static_cast<std::size_t>(10 * each)];
  }
  for (const int count : counts) EXPECT_NEAR(count, 20000, 671);
}

TEST(MovedWords, UniformsAreThoseOfTheWords) {
  const Lineage lineage{7, {{8, 0.8F, 0.6F}}};
  std::vector<float> u(1500);
  MovedWords(lineage, kWordAddress).uniforms(100, u);
  const std::vector<std::uint32_t> words = moved_words(lineage, 100, 1500);
  for (std::size_t i = 0; i < u.size(); ++i) ASSERT_EQ(u[i], uniform_from_word(words[i]));
}

}  // namespace moved_words_test
}  // namespace ohmcarlo
