#include "periphery/adc.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "random/stream.hpp"

namespace ohmcarlo {
namespace adc_test {

constexpr std::uint64_t kKey = 5;
constexpr Address kRead{.purpose = Purpose::adc, .layer = 1, .trial = 9, .event = 77};
constexpr std::size_t kCount = 100;

std::vector<float> noise(const AdcNoise& law, const ArrayState& array, float current, std::uint64_t first = 0) {
  std::vector<float> currents(kCount, current);
  Address address = kRead;
  address.purpose = Purpose::none;  // it is set there
  add_adc_noise(law, array, kKey, address, first, currents);
  for (float& v : currents) v -= current;
  return currents;
}

std::vector<float> normals() {
  std::vector<float> z(kCount);
  Stream(kKey, kRead).normals(0, z);
  return z;
}

TEST(AdcNoise, IsOffWithoutALawOrWithoutASize) {
  EXPECT_TRUE(AdcNoise{}.off());
  EXPECT_TRUE((AdcNoise{AdcNoiseLaw::none, 1, 1, 1}.off()));
  EXPECT_TRUE((AdcNoise{AdcNoiseLaw::gaussian, 0, 0, 0}.off()));
  EXPECT_FALSE((AdcNoise{AdcNoiseLaw::gaussian, 0, 0, 0.1}.off()));
  EXPECT_EQ(noise({AdcNoiseLaw::none, 1, 1, 1}, {}, 3), std::vector<float>(kCount));
}

TEST(AdcNoise, GrowsWithCellsIfOneOfThemAddsToIt) {
  EXPECT_FALSE((AdcNoise{AdcNoiseLaw::gaussian, 0.5, 0, 0}.grows_with_cells()));
  EXPECT_TRUE((AdcNoise{AdcNoiseLaw::gaussian, 0.5, 0.1, 0}.grows_with_cells()));
  EXPECT_TRUE((AdcNoise{AdcNoiseLaw::logistic, 0, 0, 0.1}.grows_with_cells()));
  EXPECT_FALSE((AdcNoise{AdcNoiseLaw::none, 0.5, 0.1, 0.1}.grows_with_cells()));
}

// 16 pairs, of each of which one cell conducts: .01 + 16 .0025 + 16 .0004 = .0564.
TEST(AdcNoise, HasTheSdOfAKnownNumberOfCells) {
  const AdcNoise law{AdcNoiseLaw::gaussian, 0.1, 0.05, 0.02};
  EXPECT_NEAR(law.sd_of(16, 32), 0.2374868, 1e-7);
  EXPECT_NEAR(law.sd_of(0, 16), 0.1280625, 1e-7);
  EXPECT_NEAR(law.sd_of(16, 16), 0.2236068, 1e-7);
  EXPECT_DOUBLE_EQ(law.sd_of(0, 0), 0.1);
}

TEST(AdcNoise, AddsTheNormalsOfItsAddressInUnitsOfACellFullyOn) {
  const std::vector<float> got = noise({AdcNoiseLaw::gaussian, 0.5}, {.full_on = 3, .active = 10}, 0);
  for (std::size_t i = 0; i < kCount; ++i) ASSERT_FLOAT_EQ(got[i], 1.5F * normals()[i]);
}

TEST(AdcNoise, CountsItsElementsFromTheFirst) {
  const AdcNoise law{AdcNoiseLaw::gaussian, 1};
  const std::vector<float> all = noise(law, {}, 0), later = noise(law, {}, 0, 30);
  for (std::size_t i = 30; i < kCount; ++i) ASSERT_EQ(all[i], later[i - 30]);
}

/// sd relative to a cell fully on.
double sd(const AdcNoise& law, const ArrayState& array, float current) {
  return noise(law, array, current)[0] / normals()[0] / array.full_on;
}

TEST(AdcNoise, GrowsWithTheNumberOfConductingCells) {
  const AdcNoise law{AdcNoiseLaw::gaussian, 0.3, 0.2, 0.1};
  const ArrayState array{.full_on = 3, .active = 16};
  for (const int k : {0, 1, 7, 16}) {
    const double expected = std::sqrt(0.09 + k * 0.04 + (16 - k) * 0.01);
    EXPECT_NEAR(sd(law, array, static_cast<float>(3 * k)), expected, 1e-5) << k;
    EXPECT_NEAR(sd(law, array, static_cast<float>(-3 * k)), expected, 1e-5) << k;
  }
  EXPECT_NEAR(sd(law, array, 60), std::sqrt(0.09 + 16 * 0.04), 1e-5);  // not more than there are rows
}

TEST(AdcNoise, DoesNotTakeWhatCellsConductThatAreOffForConductingCells) {
  // 16 rows, a cell that is off conducts a tenth.
  const AdcNoise law{AdcNoiseLaw::gaussian, 0, 0.08, 0.008};
  const ArrayState array{.full_on = 10, .full_off = 1, .active = 16};
  for (const int k : {0, 4, 16})
    EXPECT_NEAR(sd(law, array, static_cast<float>(10 * k + 16 - k)), std::sqrt(k * 0.0064 + (16 - k) * 0.000064), 1e-5)
        << k;
}

// Currents of 0, as of pairs whose lines conduct the same.
TEST(AdcNoise, TakesTheNumberOfCellsFromWhatTheyConductWhereCurrentsCancel) {
  const AdcNoise law{AdcNoiseLaw::gaussian, 0.1, 0.05, 0.02};
  const auto sd_of = [&](ArrayState array, float conducted) {
    const std::vector<float> all(kCount, conducted);
    array.conducted = all;
    return sd(law, array, 0);
  };
  EXPECT_NEAR(sd_of({.full_on = 3, .active = 32}, 3 * 16), std::sqrt(0.01 + 16 * 0.0025 + 16 * 0.0004), 1e-6);
  EXPECT_NEAR(sd_of({.full_on = 10, .full_off = 1, .active = 16}, 10 * 4 + 12),
              std::sqrt(0.01 + 4 * 0.0025 + 12 * 0.0004), 1e-6);
  // Cells may have been programmed to less than nothing, or to more than fully on.
  EXPECT_NEAR(sd_of({.full_on = 3, .active = 32}, -5), std::sqrt(0.01 + 32 * 0.0004), 1e-6);
  EXPECT_NEAR(sd_of({.full_on = 3, .active = 32}, 3 * 33), std::sqrt(0.01 + 32 * 0.0025), 1e-6);
}

TEST(AdcNoise, IsToldWhatCellsConductOfAllConvertersOrOfNone) {
  const std::vector<float> two(2);
  std::vector<float> currents(3);
  EXPECT_THROW(add_adc_noise({AdcNoiseLaw::gaussian, 1}, {.conducted = two}, kKey, kRead, 0, currents),
               std::logic_error);
}

TEST(AdcNoise, OfTheLogisticLawIsTheQuantileOfItsWord) {
  const std::vector<float> got = noise({AdcNoiseLaw::logistic, 2}, {}, 0);
  std::vector<std::uint32_t> words(kCount);
  Stream(kKey, kRead).words(0, words);
  const double scale = 2 * std::sqrt(3.0) / std::numbers::pi;
  for (std::size_t i = 0; i < kCount; ++i) {
    const double u = 1 / (1 + std::exp(-got[i] / scale));
    ASSERT_NEAR(u, words[i] * 0x1p-32, 1e-6);
  }
}

}  // namespace adc_test
}  // namespace ohmcarlo
