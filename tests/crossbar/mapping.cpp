#include "crossbar/mapping.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace mapping_test {

TEST(Quantise, GivesHalvesToTheEvenCodeWhateverTheLargestWeight) {
  for (const int bits : {1, 2, 3, 5, 7, 8}) {
    const CellFormat format{Mapping::sign_magnitude, bits, 0};
    for (int k = 1; k < 2000; ++k) {
      Matrix<float> weights(1, 2);
      weights(0, 0) = static_cast<float>(k) * 0.37F;
      weights(0, 1) = -weights(0, 0) / 2;
      const WeightCodes codes = quantise(format, weights);
      ASSERT_EQ(codes.codes(0, 0), std::ldexp(1.0, bits) - 1);
      ASSERT_EQ(codes.codes(0, 1), -std::nearbyint((std::ldexp(1.0, bits) - 1) / 2)) << bits << " bits, " << k;
    }
  }
}

// Six bits on cells of two: the digits of 37 = 0b100101 in base 4, the lowest first.
TEST(CellTargets, AreTheDigitsOfTheCodeOnTheStackOfItsSign) {
  const CellFormat format{Mapping::one_sided, 6, 2};
  const std::vector<float> codes{37, -37};
  const float digits[] = {1, 1, 2};
  for (int slice = 0; slice < 3; ++slice) {
    std::vector<float> positive(2), negative(2);
    cell_targets(format, codes, slice, false, positive);
    cell_targets(format, codes, slice, true, negative);
    EXPECT_EQ(positive, (std::vector<float>{digits[slice], 0}));
    EXPECT_EQ(negative, (std::vector<float>{0, digits[slice]}));
  }
}

}  // namespace mapping_test
}  // namespace ohmcarlo
