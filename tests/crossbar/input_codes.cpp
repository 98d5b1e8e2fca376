#include "crossbar/input_codes.hpp"

#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace input_codes_test {

// Three inputs of 4 bits, full scale 15: codes 5 = 0b0101, 15 and 0.
InputCodes some_codes() {
  InputCodes codes({.bits = 4, .read_bits = 1, .full_scale = 15}, 4, 3);
  Matrix<float> x(2, 3);
  x << 5, 15, 0, 0, 0, 15;
  codes.encode(x);
  return codes;
}

TEST(InputCodes, ApplyTheDigitsOfEveryRead) {
  InputCodes codes = some_codes();
  const float bits[4][3] = {{1, 1, 0}, {0, 1, 0}, {1, 1, 0}, {0, 1, 0}};
  for (int read = 0; read < 4; ++read) {
    const Matrix<float> digits = codes.apply_digits(read);
    for (Index i = 0; i < 3; ++i) EXPECT_EQ(digits(0, i), bits[read][i]) << read;
    std::vector<float> part(2);
    codes.apply_digits(0, read, 1, part);
    EXPECT_EQ(part, (std::vector<float>{bits[read][1], bits[read][2]}));
  }
}

TEST(InputCodes, PadTheBatchWithNothing) {
  InputCodes codes = some_codes();
  EXPECT_EQ(codes.count(), 2);
  EXPECT_EQ(codes.rows(), 4);
  Matrix<float> x = Matrix<float>::Constant(1, 3, 15);
  codes.encode(x);  // rows of the batch before are gone
  EXPECT_EQ(codes.count(), 1);
  EXPECT_TRUE(codes.apply_digits(0).bottomRows(3).isZero());
  const Matrix<float> many = Matrix<float>::Zero(5, 3);
  EXPECT_THROW(codes.encode(many), std::logic_error);
}

TEST(InputCodes, HaveBitsAsWords) {
  const InputCodes codes = some_codes();
  const BitPlanes planes = codes.bit_planes(0, 2);
  ASSERT_EQ(planes.bits(), 4);
  ASSERT_EQ(planes.inputs(), 2) << "of the batch, not of the room for it";
  const std::uint64_t words[4] = {0b11, 0b10, 0b11, 0b10};  // the first input is the lowest bit
  for (std::size_t bit = 0; bit < 4; ++bit) EXPECT_EQ(planes.positive(0)[bit], words[bit]);
}

}  // namespace input_codes_test
}  // namespace ohmcarlo
