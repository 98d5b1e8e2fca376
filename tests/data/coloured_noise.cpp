#include "data/coloured_noise.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo::test {
namespace coloured_noise_test {

Stream stream(std::uint64_t event) {
  return Stream(7, {.purpose = Purpose::made_speech, .event = event});
}

/// Mean square of the differences of neighbouring means over `scale` samples: constant in scale for 1/f noise, falling
/// with 1/scale for white noise.
double haar_power(const std::vector<float>& x, std::size_t scale) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i + 2 * scale <= x.size(); i += 2 * scale, ++count) {
    double difference = 0;
    for (std::size_t j = 0; j < scale; ++j) difference += double{x[i + j]} - x[i + scale + j];
    sum += difference * difference / static_cast<double>(scale * scale);
  }
  return sum / static_cast<double>(count);
}

// The sum of squares of n normals has standard deviation sqrt(2 n): five of them are exceeded once in 1.7 million
// seeds.
TEST(ColouredNoise, WhiteHasUnitPower) {
  constexpr std::size_t n = 1 << 16;
  const std::vector<float> x = coloured_noise(stream(1), NoiseColour::white, n);
  double sum = 0;
  for (const float value : x) sum += double{value} * value;
  EXPECT_NEAR(sum / n, 1, 5 * std::sqrt(2.0 / n));
  EXPECT_NEAR(haar_power(x, 8) / haar_power(x, 64), 8, 1.2);  // 512 pairs at the larger scale: 7 standard deviations
}

// One seed, so nothing is left to chance: over seeds the ratios spread by 3 % (2048 pairs at the largest scale).
TEST(ColouredNoise, PinkFallsByThreeDecibelsAnOctave) {
  constexpr std::size_t n = 1 << 18;
  const std::vector<float> x = coloured_noise(stream(2), NoiseColour::pink, n);
  double sum = 0;
  for (const float value : x) sum += double{value} * value;
  EXPECT_NEAR(sum / n, 1, 0.1);
  for (const std::size_t scale : {8, 16}) EXPECT_NEAR(haar_power(x, scale) / haar_power(x, 4 * scale), 1, 0.25);
}

}  // namespace coloured_noise_test
}  // namespace ohmcarlo::test
