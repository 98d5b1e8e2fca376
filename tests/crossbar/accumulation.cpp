#include "crossbar/accumulation.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo::accumulation_test {
namespace accumulation_test {

AdcOptions adc_options(int bits, Granularity granularity = Granularity::layer) {
  AdcOptions adc;
  adc.bits = bits;
  adc.granularity = granularity;
  return adc;
}

/// Two outputs of four inputs in tiles of two word lines, weights of 4 bits on cells of 2: codes are the weights.
ArrayLayer some_layer(const AdcOptions& adc = {}) {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 4, 2};
  options.cells.range.top = 3;
  options.tile_rows = 2;
  options.adc = adc;
  Matrix<float> weights(2, 4);
  weights << 15, -3, 0, 7, 1, 2, -15, 4;
  return ArrayLayer(options, weights);
}

// Inputs of 2 bits read bit by bit, weights on two slices: a code counts for 2^read 4^slice.
constexpr InputCoding kCoding{.bits = 2, .read_bits = 1, .full_scale = 3};

TEST(Accumulation, ShiftsAndAddsSums) {
  const ArrayLayer layer = some_layer();
  Accumulation total(layer, 0, kCoding, 2);
  total.clear();
  EXPECT_EQ(total.weight(0, 0), 1);
  EXPECT_EQ(total.weight(1, 1), 8);
  total.add_sums(1, std::vector<float>{1, -2}, total.weight(0, 0));
  total.add_sums(1, std::vector<float>{1, 1}, total.weight(1, 1));
  Matrix<float> y(2, 2);
  total.write_outputs(y);
  EXPECT_FLOAT_EQ(y(1, 0), 9);
  EXPECT_FLOAT_EQ(y(1, 1), 6);
  EXPECT_EQ(y(0, 0), 0);
}

// Code 0 of these converters stands for 1: every read and slice that counts brings it along.
TEST(Accumulation, AddsWhatCodesStandFor) {
  const ArrayLayer layer = some_layer(adc_options(2));
  const LayerScales scales{kCoding, {Quantiser(2, 1, 4)}};
  ConverterCodes codes(layer, 0, scales, 1);
  Accumulation total(layer, 0, kCoding, 1);
  total.clear();
  for (const Index tile : {0, 1}) {
    codes.start_tile(tile, 1);
    for (const int read : {0, 1})
      for (const int slice : {0, 1}) codes.convert(0, std::vector<float>{3, 1}, total.weight(read, slice));
    total.add_codes(codes, 1);
  }
  Matrix<float> y(1, 2);
  total.write_outputs(y);
  EXPECT_FLOAT_EQ(y(0, 0), 2 * 15 * 3);
  EXPECT_FLOAT_EQ(y(0, 1), 2 * 15 * 1);
}

}  // namespace accumulation_test
}  // namespace ohmcarlo::accumulation_test
