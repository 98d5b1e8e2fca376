// Uniforms, radius and angle of single words against double precision.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "base/hash.hpp"
#include "random/reference.hpp"

namespace ohmcarlo {
namespace reference_box_muller_test {

/// Both ends, the middle and the quarters with their neighbours, all powers of two with theirs, and 2e6 others.
std::vector<std::uint32_t> many_words() {
  std::vector<std::uint32_t> words;
  const auto around = [&](std::uint32_t centre) {
    for (std::uint32_t i = 0; i < 2000; ++i) words.push_back(centre + i - 1000);
  };
  for (std::uint32_t eighth = 0; eighth < 8; ++eighth) around(eighth << 29);
  for (int bit = 0; bit < 32; ++bit) {
    around(1U << bit);
    around(~(1U << bit));
  }
  for (std::uint64_t i = 0; i < 2'000'000; ++i) words.push_back(static_cast<std::uint32_t>(mix64(i)));
  return words;
}

/// Relative: 2.1e-7, less than two units of 2^-23. Found here: 1.93e-7 for the radius, 1.89e-7 for sine and cosine.
constexpr double kAccuracy = 1.75 * 0x1p-23;

double relative_error(double value, double exact) {
  return std::abs(value - exact) / std::abs(exact);
}

// u = (w + 1/2) / 2^32; near 1 the logarithm is taken of 1 - u, so that the expected value is exact itself.
double exact_radius(std::uint32_t word) {
  const double below = (word + 0.5) * 0x1p-32;
  const double above = (static_cast<double>(~word) + 0.5) * 0x1p-32;
  return std::sqrt(-2 * (below < 0.5 ? std::log(below) : std::log1p(-above)));
}

TEST(BoxMuller, RadiusIsAccurateToTwoUnitsInTheLastPlaceEverywhere) {
  double worst = 0;
  for (const std::uint32_t word : many_words()) {
    worst = std::max(worst, relative_error(radius_from_word(word), exact_radius(word)));
  }
  RecordProperty("worst_in_units_of_2^-24", std::to_string(worst * 0x1p24));
  EXPECT_LT(worst, kAccuracy);
}

// Also where sine or cosine is close to 0: the error is relative.
TEST(BoxMuller, SineAndCosineAreAccurateToTwoUnitsInTheLastPlaceEverywhere) {
  double worst = 0;
  for (const std::uint32_t word : many_words()) {
    // Reduced to the nearest eighth of a turn in integers, so that the expected value is exact near its zeros too.
    const std::uint32_t eighth = word >> 29;
    const double rest = (word - (eighth << 29) + 0.5) * 0x1p-32 * 2 * std::numbers::pi;
    const double left = ((1U << 29) - (word - (eighth << 29)) - 0.5) * 0x1p-32 * 2 * std::numbers::pi;
    const double angle = eighth % 2 == 0 ? rest : -left;  // from the nearest multiple of pi / 2
    const double c[] = {std::cos(angle), -std::sin(angle), -std::cos(angle), std::sin(angle)};
    const std::uint32_t quadrant = (eighth + 1) / 2;
    const auto [cos, sin] = angle_from_word(word);
    worst = std::max(worst, relative_error(cos, c[quadrant % 4]));
    worst = std::max(worst, relative_error(sin, c[(quadrant + 3) % 4]));
    ASSERT_LT(worst, kAccuracy) << "word " << word;
  }
  RecordProperty("worst_in_units_of_2^-24", std::to_string(worst * 0x1p24));
  EXPECT_LT(worst, kAccuracy);
}

TEST(BoxMuller, RadiusIsFiniteAndRightAtBothEnds) {
  EXPECT_FLOAT_EQ(radius_from_word(0), static_cast<float>(std::sqrt(66 * std::numbers::ln2)));  // 6.7637: u = 2^-33
  EXPECT_FLOAT_EQ(radius_from_word(0xFFFFFFFF), 0x1p-16F);                                      // u = 1 - 2^-33
  EXPECT_LT(radius_from_word(0), 6.764F);
}

TEST(BoxMuller, RadiusNeverGrowsWithItsWord) {
  auto words = many_words();
  std::sort(words.begin(), words.end());
  for (std::size_t i = 1; i < words.size(); ++i) {
    ASSERT_GE(radius_from_word(words[i - 1]) * (1 + 0x1p-22F), radius_from_word(words[i])) << words[i];
  }
}

TEST(Uniform, IsTheWordsFractionRounded) {
  for (const std::uint32_t word : many_words()) {
    const double exact = (word + 0.5) * 0x1p-32;
    ASSERT_LE(relative_error(uniform_from_word(word), exact), 0x1p-23) << word;
  }
}

TEST(Uniform, NeverReachesAnEndOfItsInterval) {
  EXPECT_EQ(uniform_from_word(0), 0x1p-33F);
  EXPECT_EQ(uniform_from_word(0xFFFFFFFF), 1.0F - 0x1p-24F);
  for (const std::uint32_t word : many_words()) {
    ASSERT_GT(uniform_from_word(word), 0.0F);
    ASSERT_LT(uniform_from_word(word), 1.0F);
  }
}

}  // namespace reference_box_muller_test
}  // namespace ohmcarlo
