#include "periphery/dac.hpp"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace dac_test {

using enum InputEncoding;

float code(const InputCoding& coding, float x) {
  float result = 0;
  coding.encode({&x, 1}, {&result, 1});
  return result;
}

/// Whole numbers behind every code of a coding, as the sum of its weighted reads.
double summed_reads(const InputCoding& coding, float code) {
  double sum = 0;
  for (int read = 0; read < coding.reads(); ++read) {
    float value = 0;
    coding.applied({&code, 1}, read, {&value, 1});
    EXPECT_LE(std::fabs(value), coding.largest_applied());
    EXPECT_TRUE(value >= 0 || coding.bipolar() || coding.read_bits == 0);
    sum += coding.read_weight(read) * value;
  }
  return sum;
}

TEST(InputCoding, ReadsOfEveryCodeAddUpToIt) {
  for (const InputEncoding encoding : {unsigned_, sign_magnitude, twos_complement, offset}) {
    for (const int bits : {2, 3, 5, 8, 12, 16}) {
      for (int read_bits = encoding == twos_complement ? 1 : 0; read_bits <= bits; ++read_bits) {
        if (encoding == twos_complement && read_bits > 1) continue;
        const InputCoding coding{bits, read_bits, encoding, 1};
        const int half = 1 << (bits - 1), step = bits > 8 ? 77 : 1;
        int low = -half;
        if (encoding == unsigned_ || encoding == offset) low = 0;
        if (encoding == sign_magnitude) low = 1 - half;
        const int high = low == 0 ? 2 * half - 1 : half - 1;
        for (int c = low; c <= high; c += step)
          ASSERT_EQ(summed_reads(coding, static_cast<float>(c)), c) << bits << " bits, " << read_bits << " at a time";
      }
    }
  }
}

TEST(InputCoding, CodesCoverTheRangeOfTheirEncoding) {
  const auto ends = [](InputEncoding encoding) {
    const InputCoding coding{4, 0, encoding, 2.0};
    return std::array<float, 5>{code(coding, -9), code(coding, -2), code(coding, 0), code(coding, 2), code(coding, 9)};
  };
  EXPECT_EQ(ends(unsigned_), (std::array<float, 5>{0, 0, 0, 15, 15}));
  EXPECT_EQ(ends(sign_magnitude), (std::array<float, 5>{-7, -7, 0, 7, 7}));
  EXPECT_EQ(ends(twos_complement), (std::array<float, 5>{-8, -7, 0, 7, 7}));
  EXPECT_EQ(ends(offset), (std::array<float, 5>{0, 1, 8, 15, 15}));
}

TEST(InputCoding, UnitTimesCodeLessShiftIsTheInput) {
  for (const InputEncoding encoding : {unsigned_, sign_magnitude, twos_complement, offset}) {
    const InputCoding coding{10, 0, encoding, 0.7};
    for (float x = encoding == unsigned_ ? 0 : -0.7F; x <= 0.7F; x += 0.013F)
      ASSERT_NEAR((code(coding, x) - coding.shift()) * coding.unit(), x, coding.unit() * 0.500001);
  }
}

TEST(InputCoding, GivesHalvesToTheEvenCodeWhateverTheFullScale) {
  // x = full_scale / 2 lies half way between two codes of an odd largest code.
  for (const int bits : {1, 2, 3, 7, 8, 11, 16}) {
    const double largest = std::ldexp(1.0, bits) - 1;
    for (int k = 1; k < 2000; ++k) {
      const float full = static_cast<float>(k) * 0.37F;
      const InputCoding coding{bits, 0, unsigned_, full};
      ASSERT_EQ(code(coding, full / 2), std::nearbyint(largest / 2)) << bits << " bits of " << full;
    }
  }
}

TEST(InputCoding, WithoutConverterAppliesTheInputRelativeToFullScale) {
  const InputCoding coding{0, 0, sign_magnitude, 4};
  EXPECT_EQ(code(coding, -3), -0.75F);
  EXPECT_EQ(code(coding, 8), 2);  // nothing clips
  EXPECT_EQ(coding.reads(), 1);
  EXPECT_EQ(coding.largest_applied(), 1);
  EXPECT_EQ(coding.unit(), 4);
  EXPECT_EQ(coding.shift(), 0);
}

TEST(InputCoding, CountsReadsAndTheLargestValueApplied) {
  const auto check = [](InputCoding coding, int reads, double largest) {
    EXPECT_EQ(coding.reads(), reads);
    EXPECT_EQ(coding.largest_applied(), largest);
  };
  check({8, 1, unsigned_, 1}, 8, 1);
  check({8, 1, sign_magnitude, 1}, 7, 1);
  check({8, 1, twos_complement, 1}, 8, 1);
  check({8, 1, offset, 1}, 8, 1);
  check({8, 3, unsigned_, 1}, 3, 7);
  check({8, 0, unsigned_, 1}, 1, 255);
  check({8, 0, sign_magnitude, 1}, 1, 127);
  check({4, 4, sign_magnitude, 1}, 1, 7);  // only 3 bits are there
  EXPECT_EQ((InputCoding{8, 1, twos_complement, 1}.read_weight(7)), -128);
  EXPECT_EQ((InputCoding{8, 3, offset, 1}.read_weight(2)), 64);
}

}  // namespace dac_test
}  // namespace ohmcarlo
