// Bit planes and column sums of binary inputs against plain loops over codes.

#include "crossbar/binary_sums.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "crossbar/on_each_target.hpp"

namespace ohmcarlo {
namespace binary_sums_test {

/// Whole numbers in [low, high], about a share `zeros` of them 0.
template <class T>
Matrix<T> random_codes(Index rows, Index cols, std::uint32_t seed, int low, int high, double zeros = 0) {
  return random_floats(rows, cols, seed, static_cast<float>(low), static_cast<float>(high) + 1, zeros)
      .unaryExpr([](float x) { return static_cast<T>(std::floor(x)); });
}

/// The bit of |code| with the sign of the code.
int digit(int code, int bit) {
  return (std::abs(code) >> bit & 1) * (code < 0 ? -1 : 1);
}

class BinarySums : public OnEachTarget {};
INSTANTIATE_TEST_SUITE_P(Kernels, BinarySums, testing::ValuesIn(targets()), target_name);

template <class T>
void expect_bits(Index inputs, Index rows, int bits) {
  const int most = (1 << bits) - 1;
  const Matrix<T> codes = random_codes<T>(inputs, rows, 1, std::is_signed_v<T> ? -most : 0, most, 0.1);
  const BitPlanes planes(View<const T>(codes), bits);
  ASSERT_EQ(planes.vectors(), inputs * bits);
  ASSERT_EQ(planes.has_signs(), std::is_signed_v<T> && codes.size() > 0);
  for (Index input = 0; input < inputs; ++input) {
    for (int bit = 0; bit < bits; ++bit) {
      const auto vector = static_cast<std::size_t>(input * bits + bit);
      for (Index row = 0; row < (rows + 63) / 64 * 64; ++row) {
        const int expected = row < rows ? digit(codes(input, row), bit) : 0;
        const auto positive = static_cast<int>(planes.positive(row / 64)[vector] >> (row % 64) & 1);
        const auto negative =
            std::is_signed_v<T> ? static_cast<int>(planes.negative(row / 64)[vector] >> (row % 64) & 1) : 0;
        ASSERT_EQ(positive, expected > 0 ? 1 : 0) << "row " << row << ", bit " << bit;
        ASSERT_EQ(negative, expected < 0 ? 1 : 0) << "row " << row << ", bit " << bit;
      }
    }
  }
}

TEST_P(BinarySums, PlanesHoldTheBitsOfAllCodes) {
  for (const Index rows : {0, 1, 3, 63, 64, 65, 130, 200}) {
    for (const Index inputs : {0, 1, 5}) {
      expect_bits<std::uint8_t>(inputs, rows, 8);
      expect_bits<std::uint8_t>(inputs, rows, 3);
      expect_bits<std::uint16_t>(inputs, rows, 16);
      expect_bits<std::uint16_t>(inputs, rows, 9);
      expect_bits<std::int8_t>(inputs, rows, 7);
      expect_bits<std::int16_t>(inputs, rows, 1);
      expect_bits<std::int16_t>(inputs, rows, 15);
    }
  }
}

/// Exact, for whole-numbered cells of both signs.
template <class T>
void expect_sums(Index inputs, Index rows, Index cols, int bits, double zeros) {
  const int most = (1 << bits) - 1;
  const Matrix<T> codes = random_codes<T>(inputs, rows + 5, 2, std::is_signed_v<T> ? -most : 0, most, zeros);
  const Matrix<int> cells = random_codes<int>(rows, cols, 3, -100, 100);
  const Matrix<float> floats = cells.cast<float>();
  const View<const T> part = View<const T>(codes).middle_cols(2, rows);
  const BitPlanes planes(part, bits);
  Matrix<float> y = Matrix<float>::Constant(planes.vectors(), cols + 2, -77);
  binary_sums(floats, planes, 0, View(y).middle_cols(1, cols));
  ASSERT_TRUE((y.leftCols(1).array() == -77).all() && (y.rightCols(1).array() == -77).all());
  for (int bit = 0; bit < bits; ++bit) {
    Matrix<int> x(inputs, rows);
    for (Index i = 0; i < inputs; ++i) {
      for (Index r = 0; r < rows; ++r) x(i, r) = digit(part(i, r), bit);
    }
    const Matrix<int> expected = x * cells;
    for (Index i = 0; i < inputs; ++i) {
      ASSERT_EQ(y.row(i * bits + bit).segment(1, cols), expected.row(i).cast<float>())
          << inputs << " inputs x " << rows << " x " << cols << ", input " << i << ", bit " << bit;
    }
  }
}

TEST_P(BinarySums, AreExactForWholeNumbers) {
  for (const Index rows : {0, 1, 2, 4, 5, 31, 32, 33, 64, 100, 200}) {
    for (const Index cols : {0, 1, 8, 16, 17, 31, 32, 33, 100}) {
      for (const Index inputs : {0, 1, 3}) {
        expect_sums<std::uint8_t>(inputs, rows, cols, 3, 0.3);
        expect_sums<std::int8_t>(inputs, rows, cols, 3, 0.3);
      }
    }
  }
}

TEST_P(BinarySums, AreExactForManyVectors) {
  expect_sums<std::uint16_t>(130, 70, 40, 11, 0.9);
  expect_sums<std::uint8_t>(1100, 70, 10, 1, 0);
  expect_sums<std::int16_t>(75, 130, 40, 14, 0.9);
  expect_sums<std::uint8_t>(10, 300, 20, 8, 1.0);
}

TEST_P(BinarySums, OfAVectorDependOnNoOtherVector) {
  const Matrix<std::uint8_t> codes = random_codes<std::uint8_t>(300, 90, 4, 0, 255);
  const Matrix<float> cells = random_floats(90, 50, 5, 0, 3);
  const BitPlanes planes(View<const std::uint8_t>(codes), 8);
  Matrix<float> together(planes.vectors(), 50);
  binary_sums(cells, planes, 0, together);
  for (const auto& [first, count] : {std::pair<Index, Index>{0, 1}, {3, 2}, {509, 7}, {511, 1030}, {2399, 1}}) {
    Matrix<float> some(count, 50);
    binary_sums(cells, planes, first, some);
    ASSERT_EQ(some, together.middleRows(first, count)) << first;
  }
}

TEST(BinarySum, RefusesWhatDoesNotFit) {
  Matrix<std::uint8_t> codes = Matrix<std::uint8_t>::Constant(3, 10, 7);
  const View<const std::uint8_t> view(codes);
  EXPECT_THROW(BitPlanes(view, 0), std::logic_error);
  EXPECT_THROW(BitPlanes(view, 9), std::logic_error);
  EXPECT_THROW(BitPlanes(view, 2), std::logic_error);
  Matrix<std::int8_t> lowest = Matrix<std::int8_t>::Constant(3, 10, -128);
  EXPECT_THROW(BitPlanes(View<const std::int8_t>(lowest), 7), std::logic_error);
  const BitPlanes planes(view, 3);
  const Matrix<float> cells = Matrix<float>::Ones(10, 4);
  Matrix<float> y(9, 4);
  EXPECT_NO_THROW(binary_sums(cells, planes, 0, y));
  EXPECT_THROW(binary_sums(cells, planes, 1, y), std::logic_error);
  EXPECT_THROW(binary_sums(cells, planes, -1, View(y).middle_rows(0, 2)), std::logic_error);
  EXPECT_THROW(binary_sums(View(cells).middle_rows(0, 9), planes, 0, y), std::logic_error);
  EXPECT_THROW(binary_sums(cells, planes, 0, View(y).middle_cols(0, 3)), std::logic_error);
}

}  // namespace binary_sums_test
}  // namespace ohmcarlo
