#include "exchange/half.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace half_test {

// Bits by numpy: np.float16(x).view(np.uint16).
TEST(Half, HasItsNumbers) {
  EXPECT_EQ(from_half(0x0000), 0.0F);
  EXPECT_EQ(from_half(0x3c00), 1.0F);
  EXPECT_EQ(from_half(0xc000), -2.0F);
  EXPECT_EQ(from_half(0x3555), 0.333251953125F);
  EXPECT_EQ(from_half(0x7bff), 65504.0F);
  EXPECT_EQ(from_half(0x0001), 5.9604644775390625e-8F);
  EXPECT_EQ(from_half(0x83ff), -6.097555160522461e-5F);
  EXPECT_EQ(from_half(0xfc00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(from_half(0x7e00)));
}

}  // namespace half_test
}  // namespace ohmcarlo
