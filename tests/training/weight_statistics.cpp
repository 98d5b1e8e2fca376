#include "training/weight_statistics.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace weight_statistics_test {

WeightStatistics of(const Matrix<float>& weights) {
  return weight_statistics(View<const float>(weights));
}

TEST(WeightStatistics, OfEveryCodeOnce) {
  Matrix<float> weights(5, 51);
  for (Index i = 0; i < 255; ++i) weights.data()[i] = 0.01F * static_cast<float>(i - 127);
  const WeightStatistics found = of(weights);
  EXPECT_NEAR(found.entropy, std::log2(255.0), 1e-9);
  // Sizes 0, 1, 1, 2, 2 ... 127, 127: the one in the middle, the 128th, is 64.
  EXPECT_DOUBLE_EQ(found.relative_error, 1.0 / 64);
  EXPECT_NEAR(found.kurtosis, 1.8, 1e-4);
}

TEST(WeightStatistics, OfBinaryWeights) {
  Matrix<float> weights(2, 4);
  weights << -3, 3, 3, -3, -3, -3, 3, 3;
  const WeightStatistics found = of(weights);
  EXPECT_DOUBLE_EQ(found.entropy, 1);
  EXPECT_DOUBLE_EQ(found.relative_error, 1.0 / 127);
  EXPECT_DOUBLE_EQ(found.kurtosis, 1);
}

TEST(WeightStatistics, CodesAreRoundedAndZerosCountAsOneStep) {
  // Codes 127, 1 (0.6), 0 (0.4), -1 (-1.4): errors 1/127, 1, 1, 1.
  Matrix<float> weights(1, 4);
  weights << 127, 0.6F, 0.4F, -1.4F;
  EXPECT_DOUBLE_EQ(of(weights).entropy, 2);
  EXPECT_DOUBLE_EQ(of(weights).relative_error, 1);
  // Codes 127, 4, -2, 0: errors 1/127, 1/4, 1/2, 1; the median lies between the middle two.
  weights << 127, 4, -2, 0;
  EXPECT_DOUBLE_EQ(of(weights).relative_error, 0.375);
}

TEST(WeightStatistics, OfZerosAlone) {
  const WeightStatistics found = of(Matrix<float>::Zero(3, 3));
  EXPECT_EQ(found.entropy, 0);
  EXPECT_EQ(found.relative_error, 1);
}

}  // namespace weight_statistics_test
}  // namespace ohmcarlo
