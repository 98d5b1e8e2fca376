#include "statistics/fixed_width.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace fixed_width_test {

// Reference values: NumPy and SciPy, for .70 .80 .85 .88 .90 .91 .92 .92 .93 .93.
constexpr double kSd = 0.07366591251499346;
constexpr double kSkewness = -1.4873724336794716;

TEST(FixedWidth, IsStudentsPlusTheTermOfSkewness) {
  EXPECT_NEAR(fixed_width_half(10, kSd, 0.0), 0.05269741925089859, 1e-9);
  EXPECT_NEAR(fixed_width_half(10, kSd, kSkewness), 0.0732136190335273, 1e-9);
  EXPECT_NEAR(fixed_width_half(10, kSd, -kSkewness), 0.0732136190335273, 1e-9);
}

TEST(FixedWidth, ConfidenceSetsTheWidth) {
  EXPECT_NEAR(fixed_width_half(10, kSd, kSkewness, 0.99), 0.11610512626735317, 1e-9);
  EXPECT_NEAR(fixed_width_half(10, kSd, kSkewness, 0.8), 0.04103006669015548, 1e-9);
}

TEST(FixedWidth, OneValueSaysNothing) {
  EXPECT_TRUE(std::isinf(fixed_width_half(1, 0.0, 0.0)));
  EXPECT_TRUE(std::isinf(fixed_width_half(0, 0.0, 0.0)));
}

TEST(GuardedSd, EqualChipsHaveTheSpreadOfHalfAnImage) {
  EXPECT_NEAR(guarded_sd(0.0, 32, 20), std::sqrt(1.0 / (4.0 * 20 * 32)), 1e-15);
  EXPECT_EQ(guarded_sd(0.1, 32, 20), 0.1);
  EXPECT_EQ(guarded_sd(0.0, 32, std::numeric_limits<double>::infinity()), 0.0);
}

}  // namespace fixed_width_test
}  // namespace ohmcarlo
