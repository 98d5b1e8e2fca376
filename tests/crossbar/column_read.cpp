// Means and variances of columns against sums in double.

#include "crossbar/column_read.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "crossbar/on_each_target.hpp"

namespace ohmcarlo {
namespace column_read_test {

constexpr SdLaw kLaws[] = {{0.3F, 0, 0}, {0.1F, 0.2F, 0}, {0.1F, 0.2F, -0.15F}, {0, 0.2F, 0}, {0, 0, 0.1F}, {}};

void expect_sums(const SdLaw& law, View<const float> cells, const Matrix<float>& x) {
  const auto cols = static_cast<std::size_t>(cells.cols);
  std::vector<float> mean(cols + 1, std::numeric_limits<float>::quiet_NaN());
  std::vector<float> variance = mean;
  mean.back() = variance.back() = -77;
  read_columns(cells, std::span(x.data(), static_cast<std::size_t>(x.size())), law, std::span(mean).first(cols),
               std::span(variance).first(cols));
  for (std::size_t j = 0; j < cols; ++j) {
    double sum = 0;
    double size = 0;
    double squares = 0;
    for (Index i = 0; i < cells.rows; ++i) {
      if (x(0, i) == 0) continue;
      const double c = cells(i, static_cast<Index>(j));
      const double sd = (double{law.c2} * c + law.c1) * c + law.c0;
      sum += x(0, i) * c;
      size += std::abs(x(0, i) * c);
      squares += x(0, i) * x(0, i) * sd * sd;
    }
    ASSERT_NEAR(mean[j], sum, 1e-6 * size) << cells.rows << " x " << cells.cols << ", column " << j;
    ASSERT_NEAR(variance[j], squares, 2e-6 * squares) << cells.rows << " x " << cells.cols << ", column " << j;
  }
  ASSERT_EQ(mean.back(), -77);
  ASSERT_EQ(variance.back(), -77);
}

class ColumnRead : public OnEachTarget {};
INSTANTIATE_TEST_SUITE_P(Kernels, ColumnRead, testing::ValuesIn(targets()), target_name);

TEST_P(ColumnRead, IsTheMeanAndTheVarianceOfEachColumn) {
  for (const SdLaw& law : kLaws) {
    for (const Index rows : {0, 1, 3, 4, 5, 30, 101}) {
      for (const Index cols : {0, 1, 7, 8, 9, 31, 100, 1024, 1030, 2300}) {
        expect_sums(law, random_floats(rows, cols, 1, 0, 1), random_floats(1, rows, 2, -1, 1));
      }
    }
  }
}

TEST_P(ColumnRead, LeavesOutRowsWithoutInput) {
  for (const double zeros : {0.2, 0.8, 1.0}) {
    expect_sums(kLaws[2], random_floats(50, 130, 3, 0, 1), random_floats(1, 50, 4, -1, 1, zeros));
  }
  Matrix<float> cells = Matrix<float>::Ones(2, 30);
  cells.row(0).setConstant(std::numeric_limits<float>::quiet_NaN());
  Matrix<float> x = Matrix<float>::Zero(1, 2);
  x(0, 1) = 1;
  for (const SdLaw& law : kLaws) expect_sums(law, cells, x);
}

TEST_P(ColumnRead, TakesCellsThatAreAPartOfAMatrix) {
  const Matrix<float> cells = random_floats(20, 300, 5, 0, 3);
  expect_sums(kLaws[1], View(cells).block(2, 3, 17, 201), random_floats(1, 17, 6, -1, 1));
}

TEST(ColumnReads, RefuseWhatDoesNotFit) {
  const Matrix<float> cells = random_floats(4, 15, 5, 0, 3);
  std::vector<float> x(4);
  std::vector<float> y(15);
  std::vector<float> v(15);
  EXPECT_NO_THROW(read_columns(cells, x, kLaws[0], y, v));
  EXPECT_THROW(read_columns(cells, std::span(x).first(3), kLaws[0], y, v), std::logic_error);
  EXPECT_THROW(read_columns(cells, x, kLaws[0], std::span(y).first(14), v), std::logic_error);
  EXPECT_THROW(read_columns(cells, x, kLaws[0], y, std::span(v).first(14)), std::logic_error);
}

}  // namespace column_read_test
}  // namespace ohmcarlo
