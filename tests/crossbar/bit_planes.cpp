#include "crossbar/bit_planes.hpp"

#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace bit_planes_test {

// Every code can be put together again from its bits.
TEST(BitPlanes, HoldEveryBitAndSignOfEveryCode) {
  Matrix<std::int16_t> codes(3, 70);  // more than one word
  for (Index i = 0; i < codes.size(); ++i) codes.data()[i] = static_cast<std::int16_t>(i * 37 % 255 - 127);
  const BitPlanes planes(View<const std::int16_t>(codes), 7);
  ASSERT_EQ(planes.vectors(), 21);
  ASSERT_TRUE(planes.has_signs());
  for (Index r = 0; r < 3; ++r)
    for (Index i = 0; i < 70; ++i) {
      int code = 0;
      for (int bit = 0; bit < 7; ++bit) {
        const auto vector = static_cast<std::size_t>(r * 7 + bit);
        const auto at = [&](std::span<const std::uint64_t> words) {
          return static_cast<int>(words[vector] >> (i % 64) & 1);
        };
        code += (at(planes.positive(i / 64)) - at(planes.negative(i / 64))) << bit;
      }
      ASSERT_EQ(code, codes(r, i));
    }
}

TEST(BitPlanes, RefuseCodesThatDoNotFit) {
  const Matrix<std::uint8_t> codes = Matrix<std::uint8_t>::Constant(1, 3, 8);
  EXPECT_THROW(BitPlanes(View<const std::uint8_t>(codes), 3), std::logic_error);
  EXPECT_EQ(BitPlanes(View<const std::uint8_t>(codes), 4).vectors(), 4);
  EXPECT_THROW(BitPlanes(View<const std::uint8_t>(codes), 0), std::logic_error);
}

}  // namespace bit_planes_test
}  // namespace ohmcarlo
