#include "periphery/nearest_code.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace nearest_code_test {

/// The nearest whole number to n largest / full, halves to the even one, in whole numbers alone.
std::int64_t nearest(std::int64_t n, std::int64_t largest, std::int64_t full) {
  const std::int64_t twice = 2 * n * largest;
  std::int64_t code = twice / (2 * full);
  if (twice < code * 2 * full) --code;  // down, not towards 0
  const std::int64_t rest = twice - code * 2 * full;
  return rest > full || (rest == full && code % 2 != 0) ? code + 1 : code;
}

// Numbers n 2^-20 with |n| < 2^24, which are floats, around every half (or 300 of them) of full scales f 2^-20.
TEST(NearestCode, IsRightToTheLastBitBesideHalves) {
  for (const std::int64_t largest : {1, 2, 3, 15, 255, 2047, 2048, 4095, 65535}) {
    for (const std::int64_t full : {16777213LL, 9999991LL, 8388608LL, 15000000LL, 65535LL * 200}) {
      std::vector<float> x;
      std::vector<std::int64_t> whole;
      for (std::int64_t i = 0; i < std::min<std::int64_t>(largest, 300); ++i) {
        const std::int64_t code = i * largest / std::min<std::int64_t>(largest, 300);
        for (std::int64_t off = -3; off <= 3; ++off) {
          const std::int64_t n = std::max<std::int64_t>((2 * code + 1) * full / (2 * largest) + off, 0);
          for (const std::int64_t sign : {1, -1}) {
            whole.push_back(sign * n);
            x.push_back(std::ldexp(static_cast<float>(sign * n), -20));
          }
        }
      }
      std::vector<float> codes(x.size());
      const double full_scale = std::ldexp(static_cast<double>(full), -20), top = static_cast<double>(largest);
      nearest_codes(x, top, full_scale, {-top, top}, codes.data());
      for (std::size_t i = 0; i < x.size(); ++i)
        ASSERT_EQ(codes[i], static_cast<float>(nearest(whole[i], largest, full)))
            << largest << ": " << whole[i] << " of " << full;
    }
  }
}

TEST(NearestCode, IsClippedAndMovedAfterwards) {
  const float far = std::numeric_limits<float>::max(), infinite = std::numeric_limits<float>::infinity();
  const std::vector<float> x = {-infinite, -far, -9, -2.6F, -2.4F, 0, 1.6F, 9, far, infinite};
  std::vector<float> codes(x.size());
  nearest_codes(x, 3, 3, {-3, 2, 4}, codes.data());
  EXPECT_EQ(codes, (std::vector<float>{1, 1, 1, 1, 2, 4, 6, 6, 6, 6}));
}

TEST(NearestCode, KeepsANegativeZeroUnlessSomethingIsAdded) {
  const float x = -0.2F;
  float code = 1;
  nearest_codes({&x, 1}, 1, 1, {-1, 1}, &code);
  EXPECT_TRUE(code == 0 && std::signbit(code));
  nearest_codes({&x, 1}, 1, 1, {-1, 1, 0}, &code);
  EXPECT_TRUE(code == 0 && !std::signbit(code));
}

// No float holds the quotient of their units.
TEST(NearestCode, ToleratesUnitsBeyondSinglePrecision) {
  const std::vector<float> x = {0, 0x1p-140F, 0x1.8p-139F, 0x1p-138F};
  std::vector<float> codes(x.size());
  nearest_codes(x, 4, 0x1p-138, {-4, 4}, codes.data());
  EXPECT_EQ(codes, (std::vector<float>{0, 1, 3, 4}));
  const std::vector<float> large = {0, 1, 0x1p127F};
  codes.resize(3);
  nearest_codes(large, 1, 0x1p300, {-1, 1}, codes.data());
  EXPECT_EQ(codes, (std::vector<float>{0, 0, 0}));
}

}  // namespace nearest_code_test
}  // namespace ohmcarlo
