#include "linalg/matrix.hpp"

#include <type_traits>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace matrix_test {

using Product = decltype(Matrix<float>() * Matrix<float>());

static_assert(std::is_convertible_v<Matrix<float>&, View<float>>);
static_assert(std::is_convertible_v<Matrix<float>&, View<const float>>);
static_assert(std::is_convertible_v<const Matrix<float>&, View<const float>>);
static_assert(std::is_convertible_v<View<float>, View<const float>>);
static_assert(!std::is_convertible_v<const Matrix<float>&, View<float>>, "a view must not write to a constant");
static_assert(!std::is_convertible_v<View<const float>, View<float>>, "a view must not write to a constant");
static_assert(!std::is_constructible_v<View<const float>, Product>, "a view must not outlive a temporary");
static_assert(!std::is_convertible_v<Matrix<double>&, View<const float>>);

Matrix<int> counting(Index rows, Index cols) {
  Matrix<int> m(rows, cols);
  for (Index i = 0; i < m.size(); ++i) m.data()[i] = static_cast<int>(i);
  return m;
}

TEST(Matrix, LiesRowByRow) {
  const Matrix<int> m = counting(2, 3);
  EXPECT_EQ(m(0, 2), 2);
  EXPECT_EQ(m(1, 0), 3);
}

TEST(View, OfMatrixSharesItsElements) {
  Matrix<int> m = counting(2, 3);
  const View<int> view = m;
  view(1, 2) = 50;
  EXPECT_EQ(m(1, 2), 50);
  EXPECT_EQ(view.row(1), m.data() + 3);
}

TEST(View, BlockKeepsTheStrideOfTheWhole) {
  const Matrix<int> m = counting(4, 5);
  const View<const int> block = View(m).block(1, 2, 3, 2);
  EXPECT_EQ(block.rows, 3);
  EXPECT_EQ(block.cols, 2);
  EXPECT_EQ(block(0, 0), 7);
  EXPECT_EQ(block(2, 1), 18);
  EXPECT_EQ(block.block(1, 1, 1, 1)(0, 0), 13);
  EXPECT_EQ(View(m).middle_rows(2, 1)(0, 4), 14);
  EXPECT_EQ(View(m).middle_cols(4, 1)(3, 0), 19);
}

TEST(View, MapIsTheSameMatrixForEigen) {
  const Matrix<int> m = counting(4, 5);
  EXPECT_EQ(View(m).block(1, 1, 2, 3).map(), m.block(1, 1, 2, 3));
}

TEST(View, BlockOutsideThrows) {
  const Matrix<int> m = counting(4, 5);
  EXPECT_NO_THROW((void)View(m).block(4, 5, 0, 0));
  EXPECT_THROW((void)View(m).block(0, 0, 5, 1), std::logic_error);
  EXPECT_THROW((void)View(m).block(0, 3, 1, 3), std::logic_error);
  EXPECT_THROW((void)View(m).block(-1, 0, 1, 1), std::logic_error);
  EXPECT_THROW((void)View(m).block(0, 0, 1, -1), std::logic_error);
  EXPECT_THROW(View<const int>(m.data(), 2, 5, 4), std::logic_error);
}

}  // namespace matrix_test
}  // namespace ohmcarlo
