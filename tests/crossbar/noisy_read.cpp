// Reads with noise on every cell against sums in double of normals drawn through Stream.

#include "crossbar/noisy_read.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "crossbar/on_each_target.hpp"

namespace ohmcarlo {
namespace noisy_read_test {

constexpr SdLaw kLaws[] = {{0.3F, 0, 0}, {0.1F, 0.2F, 0}, {0.1F, 0.2F, -0.15F}, {0, 0.2F, 0}, {0, 0, 0.1F}, {}};

Stream noise() {
  return {7, {.purpose = Purpose::read_cell, .layer = 2, .trial = 5, .slice = 1, .event = 123'456}};
}

/// Compares with y0 + sum x (c + sd z) to the rounding of so many sums of floats.
void expect_draws(Index first_row, const SdLaw& law, View<const float> cells, const Matrix<float>& x) {
  const Matrix<float> before = random_floats(1, cells.cols, 9, -1, 1);
  std::vector<double> sums(before.data(), before.data() + cells.cols);
  std::vector<double> sizes(sums.size(), 1.0);
  std::vector<float> z(sums.size());
  for (Index i = 0; i < cells.rows; ++i) {
    if (x(0, i) == 0) continue;
    noise().normals(static_cast<std::uint64_t>((first_row + i) * noise_row_stride(cells.cols)), z);
    for (std::size_t j = 0; j < sums.size(); ++j) {
      const double c = cells(i, static_cast<Index>(j));
      const double sd = (double{law.c2} * c + law.c1) * c + law.c0;
      const double term = x(0, i) * (c + sd * z[j]);
      sums[j] += term;
      sizes[j] += std::abs(x(0, i) * c) + std::abs(x(0, i) * sd * z[j]);
    }
  }
  // One more place behind the sums, which nobody may write.
  std::vector<float> y(before.data(), before.data() + cells.cols);
  y.push_back(-77);
  add_noisy_read(noise(), first_row, law, cells, std::span(x.data(), static_cast<std::size_t>(x.size())),
                 std::span(y).first(sums.size()));
  for (std::size_t j = 0; j < sums.size(); ++j) {
    ASSERT_NEAR(y[j], sums[j], 3e-7 * sizes[j]) << cells.rows << " x " << cells.cols << ", column " << j;
  }
  ASSERT_EQ(y.back(), -77);
}

class NoisyRead : public OnEachTarget {};
INSTANTIATE_TEST_SUITE_P(Kernels, NoisyRead, testing::ValuesIn(targets()), target_name);

TEST_P(NoisyRead, AddsTheNormalsOfTheStreamDrawForDraw) {
  for (const SdLaw& law : kLaws) {
    for (const Index rows : {0, 1, 2, 7, 33}) {
      for (const Index cols : {0, 1, 8, 63, 64, 65, 100, 128, 200, 1000, 1024, 1025, 2100}) {
        const Matrix<float> cells = random_floats(rows, cols, 1, 0, 3);
        expect_draws(0, law, cells, random_floats(1, rows, 2, -1, 1));
      }
    }
  }
}

TEST_P(NoisyRead, LeavesOutRowsWithoutInput) {
  for (const double zeros : {0.2, 0.8, 1.0}) {
    for (const Index cols : {10, 130, 1500}) {
      const Matrix<float> cells = random_floats(50, cols, 3, 0, 1);
      expect_draws(0, kLaws[2], cells, random_floats(1, 50, 4, -1, 1, zeros));
    }
  }
  Matrix<float> cells = Matrix<float>::Constant(2, 70, std::numeric_limits<float>::quiet_NaN());
  Matrix<float> x = Matrix<float>::Zero(1, 2);
  cells.row(1).setConstant(1);
  x(0, 1) = 1;
  expect_draws(0, kLaws[0], cells, x);  // the cells of the first row are not even looked at
}

TEST_P(NoisyRead, CountsTheRowsOfATileFromTheTopOfTheLayer) {
  const Matrix<float> cells = random_floats(40, 150, 5, 0, 3);
  const Matrix<float> x = random_floats(1, 40, 6, -1, 1, 0.3);
  for (const Index first : {1, 13, 39}) {
    expect_draws(first, kLaws[1], View(cells).middle_rows(first, 40 - first), x.rightCols(40 - first));
  }
  // Far down: the last row of the stream.
  const Index last = static_cast<Index>(Stream::kElements) / noise_row_stride(150) - 1;
  expect_draws(last, kLaws[1], View(cells).middle_rows(0, 1), x.leftCols(1));
}

TEST_P(NoisyRead, TakesCellsThatAreAPartOfAMatrix) {
  const Matrix<float> cells = random_floats(20, 300, 7, 0, 3);
  const Matrix<float> x = random_floats(1, 20, 8, -1, 1);
  expect_draws(0, kLaws[2], View<const float>(cells).block(0, 3, 20, 201), x);
}

TEST(NoisyReads, RefuseWhatDoesNotFit) {
  const Matrix<float> cells = random_floats(4, 150, 5, 0, 3);
  std::vector<float> x(4);
  std::vector<float> y(150);
  EXPECT_NO_THROW(add_noisy_read(noise(), 0, kLaws[0], cells, x, y));
  EXPECT_THROW(add_noisy_read(noise(), -1, kLaws[0], cells, x, y), std::logic_error);
  EXPECT_THROW(add_noisy_read(noise(), 0, kLaws[0], cells, std::span(x).first(3), y), std::logic_error);
  EXPECT_THROW(add_noisy_read(noise(), 0, kLaws[0], cells, x, std::span(y).first(149)), std::logic_error);
  const Index rows = static_cast<Index>(Stream::kElements) / noise_row_stride(150);
  EXPECT_THROW(add_noisy_read(noise(), rows - 3, kLaws[0], cells, x, y), Error);
}

}  // namespace noisy_read_test
}  // namespace ohmcarlo
