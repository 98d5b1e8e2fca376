#include "linalg/row_order.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "random_matrices.hpp"

namespace ohmcarlo {
namespace row_order_test {

void expect_permutation(std::vector<std::uint32_t> order, std::size_t rows) {
  ASSERT_EQ(order.size(), rows);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < rows; ++i) ASSERT_EQ(order[i], i);
}

TEST(RowOrder, IsAPermutation) {
  for (const Index rows : {0, 1, 5, 6, 7, 100, 1000}) {
    for (const Index cols : {0, 1, 50}) {
      const Matrix<float> x = random_matrix<float>(rows, cols, 1, 0.5);
      expect_permutation(order_by_zeros(x, 6), static_cast<std::size_t>(rows));
    }
  }
}

TEST(RowOrder, KeepsEqualRowsInPlace) {
  const Matrix<float> x = Matrix<float>::Ones(100, 20);
  std::vector<std::uint32_t> natural(100);
  std::iota(natural.begin(), natural.end(), 0U);
  EXPECT_EQ(order_by_zeros(x, 6), natural);
}

TEST(RowOrder, DependsOnTheMasksAlone) {
  const Matrix<std::uint8_t> x =
      (random_matrix<float>(500, 60, 1, 0.6).array().abs() * 200).ceil().matrix().cast<std::uint8_t>();
  const Matrix<float> mask = (x.array() != 0).cast<float>().matrix();
  EXPECT_EQ(order_by_zeros(x, 6), order_by_zeros(mask, 6));
  EXPECT_EQ(order_by_zeros(x, 6), order_by_zeros(x, 6));
}

TEST(RowOrder, BringsRowsOfOneKindTogether) {
  // 16 kinds of row, each not zero in its own random half of the columns, 30 rows of a kind, shuffled.
  std::mt19937 bits(1);
  const Matrix<float> kinds = random_matrix<float>(16, 200, 2, 0.5);
  std::vector<Index> kind(480);
  for (std::size_t i = 0; i < kind.size(); ++i) kind[i] = static_cast<Index>(i % 16);
  std::shuffle(kind.begin(), kind.end(), bits);
  Matrix<float> x(480, 200);
  for (Index i = 0; i < 480; ++i) x.row(i) = kinds.row(kind[static_cast<std::size_t>(i)]);
  const std::vector<std::uint32_t> order = order_by_zeros(x, 6);
  int mixed = 0;  // groups with two kinds of row; a random order has 80
  for (std::size_t group = 0; group < 80; ++group) {
    bool same = true;
    for (std::size_t i = 1; i < 6; ++i) same = same && kind[order[group * 6 + i]] == kind[order[group * 6]];
    mixed += same ? 0 : 1;
  }
  EXPECT_LE(mixed, 16);
}

TEST(RowOrder, SortsRowsThatChangeGradually) {
  // Row by row a window of 20 columns moves on by 3 / 8 column; then the rows are shuffled.
  std::mt19937 bits(1);
  std::vector<Index> starts(480);
  for (std::size_t i = 0; i < starts.size(); ++i) starts[i] = static_cast<Index>(i) * 3 / 8;
  std::shuffle(starts.begin(), starts.end(), bits);
  Matrix<float> x = Matrix<float>::Zero(480, 200);
  for (Index i = 0; i < 480; ++i) x.row(i).segment(starts[static_cast<std::size_t>(i)], 20).setOnes();
  const std::vector<std::uint32_t> order = order_by_zeros(x, 6);
  double width = 0;  // of the windows of a group together; 22 if they were sorted, 100 or more in a random order
  for (std::size_t group = 0; group < 80; ++group) {
    Matrix<float> any = Matrix<float>::Zero(1, 200);
    for (std::size_t i = 0; i < 6; ++i) any += x.row(order[group * 6 + i]);
    width += static_cast<double>((any.array() > 0).count()) / 80;
  }
  EXPECT_LT(width, 24);
}

}  // namespace row_order_test
}  // namespace ohmcarlo
