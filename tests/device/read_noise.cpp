#include "device/read_noise.hpp"

#include <gtest/gtest.h>

#include "device/planes.hpp"

namespace ohmcarlo {
namespace read_noise_test {

TEST(ReadNoise, IsInSteps) {
  const float steps = 2;  // 25 microsiemens of 5..35
  EXPECT_FLOAT_EQ(sd_law({.sigma = 0.1}, kTwoBits)(steps), 0.3F);
  EXPECT_FLOAT_EQ(sd_law({.law = ReadNoiseLaw::proportional, .sigma = 0.1}, kTwoBits)(steps), 0.25F);
  EXPECT_NEAR(sd_law({.law = ReadNoiseLaw::polynomial}, kTwoBits)(steps),
              (0.7240 + 0.06184 * 25 - 0.0006034 * 625) / 10, 1e-6);
  EXPECT_TRUE(sd_law({}, kTwoBits).zero());
  EXPECT_EQ(problem(ReadNoise{}, {.g_min = 0, .g_max = 1}), "");
  EXPECT_NE(problem(ReadNoise{.law = ReadNoiseLaw::polynomial}, {.g_min = 0, .g_max = 1}), "");
}

}  // namespace read_noise_test
}  // namespace ohmcarlo
