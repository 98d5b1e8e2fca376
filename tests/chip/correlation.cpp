#include "chip/correlation.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace correlation_test {

double correlation(const Matrix<float>& a, const Matrix<float>& b) {
  Correlation c;
  c.add(a, b);
  return c.value();
}

Matrix<float> row(std::initializer_list<float> values) {
  return Eigen::Map<const Matrix<float>>(values.begin(), 1, static_cast<Index>(values.size()));
}

Matrix<float> normals(Index rows, Index cols, unsigned seed) {
  std::mt19937 bits(seed);
  std::normal_distribution<float> normal;
  return Matrix<float>::NullaryExpr(rows, cols, [&](Index, Index) { return normal(bits); });
}

TEST(Correlation, OfAFewNumbersIsTheClosedForm) {
  // Deviations -1, 0, 1 and -1, 1, 0: 1 / sqrt(2 * 2).
  EXPECT_DOUBLE_EQ(correlation(row({1, 2, 3}), row({4, 6, 5})), 0.5);
  EXPECT_DOUBLE_EQ(correlation(row({1, 2, 3}), row({7, 5, 3})), -1);
  EXPECT_DOUBLE_EQ(correlation(row({0, 0, 1, 1}), row({0, 1, 0, 1})), 0);
}

TEST(Correlation, OfLinearImagesIsOneAndNeverMore) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Matrix<float> a = normals(7, 11, seed);
    EXPECT_NEAR(correlation(a, a), 1, 1e-14);
    EXPECT_LE(correlation(a, a), 1);
    EXPECT_GE(correlation(a, -2 * a), -1);
    EXPECT_NEAR(correlation(a, -2 * a), -1, 1e-14);
  }
}

TEST(Correlation, IsNotANumberWithoutVariation) {
  EXPECT_TRUE(std::isnan(Correlation().value()));
  EXPECT_TRUE(std::isnan(correlation(row({1}), row({2}))));
  EXPECT_TRUE(std::isnan(correlation(row({0.1F, 0.1F, 0.1F}), row({1, 2, 3}))));
  EXPECT_TRUE(std::isnan(correlation(row({1, 2, 3}), row({0.1F, 0.1F, 0.1F}))));
  Correlation blocks;
  for (int i = 0; i < 9; ++i) blocks.add(Matrix<float>(row({0.1F, 0.1F})), Matrix<float>(row({1, 2})));
  EXPECT_TRUE(std::isnan(blocks.value()));
}

TEST(Correlation, KeepsItsDigitsBehindAnOffsetOrAnOutlier) {
  Matrix<float> a = normals(100, 10, 1), b = a + normals(100, 10, 2);
  const double plain = correlation(a, b);
  // Whole multiples of 1/8 stay what they are under the offset.
  const auto coarse = [](const Matrix<float>& m) { return Matrix<float>((m * 8).array().round() / 8); };
  const Matrix<float> ca = coarse(a), cb = coarse(b);
  EXPECT_NEAR(correlation(ca.array() + 1e6F, cb.array() - 1e6F), correlation(ca, cb), 1e-9);
  // One block starts with a number far from all others.
  Correlation outlier, alone;
  Matrix<float> far = row({1e7F});
  outlier.add(far, row({0}));
  outlier.add(a, b);
  alone.add(a, b);
  EXPECT_DOUBLE_EQ(alone.value(), plain);
  // Exactly: with n numbers of mean m_b, covariance n / (n + 1) (1e7 - m_a)(0 - m_b) is added.
  const Matrix<double> da = a.cast<double>(), db = b.cast<double>();
  const double n = 1000, ma = da.mean(), mb = db.mean();
  const double aa = (da.array() - ma).square().sum() + n / (n + 1) * (1e7 - ma) * (1e7 - ma);
  const double bb = (db.array() - mb).square().sum() + n / (n + 1) * mb * mb;
  const double ab = ((da.array() - ma) * (db.array() - mb)).sum() + n / (n + 1) * (1e7 - ma) * (0 - mb);
  EXPECT_NEAR(outlier.value(), ab / std::sqrt(aa * bb), 1e-12);
}

TEST(Correlation, BlocksAddUpToTheWhole) {
  const Matrix<float> a = normals(90, 4, 3), b = a + 2 * normals(90, 4, 4);
  Correlation blocks;
  for (const auto& [first, count] : {std::pair<Index, Index>{0, 1}, {1, 50}, {51, 0}, {51, 39}})
    blocks.add(View<const float>(a).middle_rows(first, count), View<const float>(b).middle_rows(first, count));
  EXPECT_NEAR(blocks.value(), correlation(a, b), 1e-14);
  EXPECT_THROW(blocks.add(a, View<const float>(b).middle_rows(0, 2)), std::logic_error);
}

}  // namespace correlation_test
}  // namespace ohmcarlo
