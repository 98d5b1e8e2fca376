#include "data/deltas.hpp"

#include <gmock/gmock.h>

namespace ohmcarlo::test {
namespace deltas_test {

using ::testing::Each;

TEST(Deltas, OfARampAreItsSlopeAndNothingOfAConstant) {
  std::vector<float> ramp;
  for (int t = 0; t < 20; ++t) ramp.insert(ramp.end(), {3.0F * static_cast<float>(t) - 5.0F, 7.0F});
  const auto slope = deltas(ramp, 2, 2);
  for (int t = 2; t < 18; ++t) EXPECT_FLOAT_EQ(slope[2 * t], 3.0F);
  for (int t = 0; t < 20; ++t) EXPECT_EQ(slope[2 * t + 1], 0.0F);
  // At the ends the frame is repeated: (1 * 3 + 2 * 6) / 10 and (1 * 6 + 2 * 9) / 10.
  EXPECT_FLOAT_EQ(slope[0], 1.5F);
  EXPECT_FLOAT_EQ(slope[2], 2.4F);
  EXPECT_FLOAT_EQ(slope[2 * 19], 1.5F);
  EXPECT_THAT(deltas(std::vector<float>{1, 2, 3}, 3, 2), Each(0.0F));  // one frame
}

}  // namespace deltas_test
}  // namespace ohmcarlo::test
