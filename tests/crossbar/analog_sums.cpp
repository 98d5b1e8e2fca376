#include "crossbar/analog_sums.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "linalg/random_matrices.hpp"

namespace ohmcarlo {
namespace {

constexpr InputCoding kCoding{.bits = 3, .read_bits = 1, .full_scale = 7};

ArrayLayer some_layer(float noise) {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 4, 2};
  options.cells.range.top = 3;
  options.tile_rows = 5;
  options.read_noise = {noise, 0, 0};
  const Matrix<float> weights = random_matrix<float>(6, 12, 3);
  return ArrayLayer(options, weights);
}

/// Inputs 0..7, as many as images.
Matrix<float> some_inputs(Index count) {
  Matrix<float> x(count, 12);
  for (Index i = 0; i < x.size(); ++i) x.data()[i] = static_cast<float>(i * 5 % 8);
  return x;
}

// Tiles of 5, 5 and 2 word lines; digits that are bits are looked up, or multiplied: the same whole numbers.
TEST(AnalogSums, AreDigitsTimesLevelsOfOneTile) {
  const ArrayLayer layer = some_layer(0);
  const Matrix<float> x = some_inputs(4);
  const std::vector<std::uint32_t> images{0, 1, 2, 3};
  const RowNames rows{images};
  const ChipKey chip;
  for (const bool dense : {false, true}) {
    InputCodes codes(kCoding, 128, 12);
    codes.encode(x);
    AnalogSums sums(layer, codes, rows, chip, dense);
    for (const Index tile : {0, 1, 2})
      for (int read = 0; read < 3; ++read) {
        sums.read_tile(0, tile, read);
        for (Index r = 0; r < 4; ++r) {
          const std::span<const float> row = sums.take_row(r);
          ASSERT_EQ(static_cast<Index>(row.size()), layer.width());
          for (Index c = 0; c < layer.width(); ++c) {
            double expected = 0;
            for (Index i = 5 * tile; i < std::min<Index>(5 * tile + 5, 12); ++i)
              expected += (static_cast<int>(x(r, i)) >> read & 1) * double{layer.column_levels()(i, c)};
            ASSERT_EQ(row[static_cast<std::size_t>(c)], expected) << tile << " " << read << " " << r << " " << c;
          }
        }
      }
  }
}

// What an image's read draws is its own, wherever it lies in the batch.
TEST(AnalogSums, HaveTheNoiseOfTheImageAndTheRead) {
  const ArrayLayer layer = some_layer(0.5F);
  const Matrix<float> x = Matrix<float>::Constant(2, 12, 7);
  const ChipKey chip{3, {.trial = 2}};
  const auto sums_of = [&](std::uint32_t first, std::uint32_t second, Index row, int read) {
    const std::vector<std::uint32_t> images{first, second};
    const RowNames rows{images};
    InputCodes codes(kCoding, 128, 12);
    codes.encode(x);
    AnalogSums sums(layer, codes, rows, chip, false);
    for (int earlier = 0; earlier <= read; ++earlier) sums.read_tile(0, 1, earlier);
    const std::span<const float> values = sums.take_row(row);
    return std::vector<float>(values.begin(), values.end());
  };
  const std::vector<float> one = sums_of(5, 9, 0, 1);
  EXPECT_EQ(sums_of(9, 5, 1, 1), one);
  EXPECT_NE(sums_of(9, 5, 0, 1), one);
  EXPECT_NE(sums_of(5, 9, 0, 2), one);
}

}  // namespace
}  // namespace ohmcarlo
