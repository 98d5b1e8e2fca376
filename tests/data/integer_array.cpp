#include "data/integer_array.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "scratch.hpp"

namespace ohmcarlo::test {
namespace integer_array_test {

std::int64_t first(std::size_t bytes_a_number, bool is_signed, std::vector<std::uint8_t> bytes) {
  return IntegerArray{"a.idx", {1}, {"t", bytes_a_number, is_signed, true}, std::move(bytes)}.number(0);
}

TEST(IntegerArrays, NumbersAreOfAnyWidthAndSign) {
  EXPECT_EQ(first(1, false, {0xFF}), 255);
  EXPECT_EQ(first(1, true, {0xFF}), -1);
  EXPECT_EQ(first(2, true, {0x01, 0x80}), -32767);
  EXPECT_EQ(first(2, false, {0x01, 0x80}), 32769);
  EXPECT_EQ(first(4, true, {0, 0, 0, 0x80}), -2147483648LL);
  EXPECT_EQ(first(8, true, {0, 0, 0, 0, 0, 0, 0, 0x80}), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(first(8, false, {7, 0, 0, 0, 0, 0, 0, 0}), 7);
  EXPECT_EQ(error_of(
                [] {
                  (void)first(8, false, {0, 0, 0, 0, 0, 0, 0, 0x80});
                },
                typeid(BadData)),
            "a.idx: 9223372036854775808 is too large for a label");
  EXPECT_THROW((void)first(2, false, {1}), std::logic_error);
}

TEST(IntegerArrays, SayTheirSizes) {
  EXPECT_EQ((IntegerArray{"a", {60000, 28, 28}, {"uint8"}}.sizes_text()), "60000 x 28 x 28");
  EXPECT_EQ(product_of({3, 4, 5}), 60U);
  EXPECT_EQ(product_of({}), 1U);
  EXPECT_EQ(product_of({std::size_t{1} << 40, std::size_t{1} << 40}), UINT64_MAX);
}

TEST(IntegerArrays, BytesOfEveryNumberAreTurnedAround) {
  std::vector<std::uint8_t> bytes{1, 2, 3, 4};
  reverse_bytes(1, bytes);
  EXPECT_EQ(bytes, (std::vector<std::uint8_t>{1, 2, 3, 4}));
  reverse_bytes(2, bytes);
  EXPECT_EQ(bytes, (std::vector<std::uint8_t>{2, 1, 4, 3}));
}

}  // namespace integer_array_test
}  // namespace ohmcarlo::test
