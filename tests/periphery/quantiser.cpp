#include "periphery/quantiser.hpp"

#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace quantiser_test {

float code(const Quantiser& adc, float v) {
  return adc.clip(adc.raw_code(v));
}

TEST(Quantiser, HasTheCodeZeroExactlyOnlyIfSymmetric) {
  const Quantiser symmetric(4, -2, 2);
  EXPECT_EQ(symmetric.lowest(), -7);
  EXPECT_EQ(symmetric.highest(), 7);
  EXPECT_EQ(symmetric.value(code(symmetric, 0)), 0);
  EXPECT_DOUBLE_EQ(symmetric.lsb(), 2.0 / 7);
  const Quantiser other(4, -1.2, 2);
  EXPECT_EQ(other.lowest(), 0);
  EXPECT_EQ(other.highest(), 15);
  EXPECT_DOUBLE_EQ(other.lsb(), 3.2 / 15);
  EXPECT_NE(other.value(code(other, 0)), 0);
}

TEST(Quantiser, ReachesBothEndsOfItsRange) {
  for (int bits = 2; bits <= 20; ++bits) {
    for (const double high : {1.0, 0.3, 765.0, 1e-3}) {
      const Quantiser symmetric(bits, -high, high);
      EXPECT_EQ(symmetric.raw_code(static_cast<float>(high)), symmetric.highest()) << bits;
      EXPECT_EQ(symmetric.raw_code(static_cast<float>(-high)), symmetric.lowest()) << bits;
      const Quantiser positive(bits, 0, high);
      EXPECT_EQ(positive.raw_code(static_cast<float>(high)), positive.highest()) << bits;
      EXPECT_EQ(positive.raw_code(0), 0) << bits;
      EXPECT_NEAR(positive.value(positive.highest()), high, 1e-12 * high);
    }
  }
}

TEST(Quantiser, DecidesHalfWayBetweenCodesAndGivesHalvesToTheEvenOne) {
  const Quantiser adc(5, 0, 31);
  for (int k = 0; k < 31; ++k) {
    const auto half = static_cast<float>(k) + 0.5F;
    EXPECT_EQ(code(adc, std::nextafter(half, 0.0F)), k);
    EXPECT_EQ(code(adc, std::nextafter(half, 40.0F)), k + 1);
    EXPECT_EQ(code(adc, half), k % 2 == 0 ? k : k + 1);
  }
  const Quantiser symmetric(5, -15, 15);
  EXPECT_EQ(code(symmetric, -0.5F), 0);
  EXPECT_EQ(code(symmetric, -1.5F), -2);
  EXPECT_EQ(code(symmetric, 2.5F), 2);
}

TEST(Quantiser, ClipsOnlyBeyondHalfAStepOutsideItsRange) {
  const Quantiser adc(3, 0, 7);
  EXPECT_EQ(adc.raw_code(7.4F), 7);
  EXPECT_EQ(adc.raw_code(7.6F), 8);
  EXPECT_EQ(adc.clip(8), 7);
  EXPECT_EQ(code(adc, 1000), 7);
  EXPECT_EQ(code(adc, -1000), 0);
}

TEST(Quantiser, OfOneBitTellsTwoLevelsApart) {
  const Quantiser adc(1, 0, 4);
  EXPECT_EQ(adc.value(code(adc, 1.9F)), 0);
  EXPECT_EQ(adc.value(code(adc, 2.1F)), 4);
}

TEST(Quantiser, RefusesWhatIsNoRange) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(Quantiser(1, -1, 1), std::logic_error);
  EXPECT_THROW(Quantiser(0, 0, 1), std::logic_error);
  EXPECT_THROW(Quantiser(25, 0, 1), std::logic_error);
  EXPECT_THROW(Quantiser(8, 1, 1), std::logic_error);
  EXPECT_THROW(Quantiser(8, 2, 1), std::logic_error);
  EXPECT_THROW(Quantiser(8, 0, infinity), std::logic_error);
  EXPECT_NO_THROW(Quantiser(24, -1, 1));
}

}  // namespace quantiser_test
}  // namespace ohmcarlo
