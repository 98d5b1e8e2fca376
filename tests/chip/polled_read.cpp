#include "chip/polled_read.hpp"

#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "chip/small_arrays.hpp"
#include "crossbar/calibration.hpp"

namespace ohmcarlo {
namespace polled_read_test {

// The same bits as one read of all rows, and a poll for every 128 rows.
TEST(ReadPolled, IsOneReadInParts) {
  const ArrayOptions options = small::noisy();
  ArrayLayer layer(options, View<const float>(small::trained_parameters()[0].weights));
  const ChipKey chip{small::kKey, {.trial = 4}};
  (void)layer.program(chip);
  const Matrix<float> x = small::pixels(small::many_images(), 300);
  const LayerScales scales = calibrate(layer, x);
  std::vector<std::uint32_t> images(300);
  std::iota(images.begin(), images.end(), 50U);
  const RowNames rows{images};
  Matrix<float> whole(300, 20), parts(300, 20);
  ConversionCounts of_whole, of_parts;
  layer.read(x, rows, scales, chip, whole, &of_whole);
  int polls = 0;
  read_polled(layer, x, rows, scales, chip, parts, &of_parts, [&] { ++polls; });
  EXPECT_EQ(parts, whole);
  EXPECT_EQ(of_parts.conversions, of_whole.conversions);
  EXPECT_EQ(of_parts.saturated, of_whole.saturated);
  EXPECT_EQ(polls, 3);
}

// Rows of one image keep the numbers of their positions, by which their noise is drawn.
TEST(ReadPolled, PartsKeepTheNumbersOfTheirPositions) {
  ArrayLayer layer(small::noisy(), View<const float>(small::trained_parameters()[0].weights));
  const ChipKey chip{small::kKey, {.trial = 4}};
  (void)layer.program(chip);
  const Matrix<float> x = small::pixels(small::many_images(), 300);
  const LayerScales scales = calibrate(layer, x);
  std::vector<std::uint32_t> images(100);
  std::iota(images.begin(), images.end(), 50U);
  const auto whole = [&](Index first_position) {
    Matrix<float> y(300, 20);
    layer.read(x, {images, 3, first_position}, scales, chip, y);
    return y;
  };
  Matrix<float> parts(300, 20);
  int polls = 0;
  read_polled(layer, x, {images, 3, 7}, scales, chip, parts, nullptr, [&] { ++polls; });
  EXPECT_GT(polls, 1);
  EXPECT_EQ(parts, whole(7));
  EXPECT_NE(parts, whole(0)) << "the test sees a difference";
}

}  // namespace polled_read_test
}  // namespace ohmcarlo
