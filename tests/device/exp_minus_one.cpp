#include "device/exp_minus_one.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace exp_minus_one_test {

TEST(ExpMinusOne, AgreesWithTheLibrary) {
  double worst = 0;
  for (double x = -80; x <= 80; x += 0.0137) {
    const auto rounded = static_cast<float>(x);
    const double exact = std::expm1(static_cast<double>(rounded));
    worst = std::max(worst, std::abs(exp_minus_one(rounded) / exact - 1));
  }
  for (double x = 1e-30; x < 1; x *= 1.7) {
    for (const float rounded : {static_cast<float>(x), static_cast<float>(-x)}) {
      worst = std::max(worst, std::abs(exp_minus_one(rounded) / std::expm1(static_cast<double>(rounded)) - 1));
    }
  }
  EXPECT_LT(worst, 4e-7);
  EXPECT_EQ(exp_minus_one(0), 0);
}

TEST(ExpMinusOne, StaysFiniteWhereItEnds) {
  for (const float x : {-1e6F, -1000.0F, -100.0F}) EXPECT_NEAR(exp_minus_one(x), -1, 1e-30);
  for (const float x : {88.0F, 88.7F}) EXPECT_GT(exp_minus_one(x), 1e38F);
}

}  // namespace exp_minus_one_test
}  // namespace ohmcarlo
