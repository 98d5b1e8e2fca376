#include "crossbar/converter_codes.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ohmcarlo::converter_codes_test {
namespace converter_codes_test {

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

// Codes -7..7 of 1 each.
TEST(ConverterCodes, AddUpWithTheirWeightsUntilTheNextTile) {
  const ArrayLayer layer = some_layer(adc_options(4));
  const LayerScales scales{{}, {Quantiser(4, -7, 7)}};
  ConverterCodes codes(layer, 0, scales, 2);
  codes.start_tile(0, 2);
  codes.convert(1, std::vector<float>{2.4F, -9}, 2);
  codes.convert(1, std::vector<float>{0.6F, 3}, 0.5);
  EXPECT_EQ(codes.codes()(1, 0), 2 * 2 + 0.5 * 1);
  EXPECT_EQ(codes.codes()(1, 1), 2 * -7 + 0.5 * 3);
  EXPECT_TRUE(codes.codes().row(0).isZero());
  EXPECT_EQ(codes.counts().conversions, 4);
  EXPECT_EQ(codes.counts().saturated, 1);
  codes.start_tile(1, 2);
  EXPECT_TRUE(codes.codes().isZero());
  EXPECT_EQ(codes.counts().saturated, 1);
}

TEST(ConverterCodes, OfEveryColumnHaveTheirOwnRange) {
  const ArrayLayer layer = some_layer(adc_options(4, Granularity::column));
  LayerScales scales;
  for (const double high : {7.0, 14.0, 21.0, 28.0}) scales.quantisers.emplace_back(4, -high, high);
  ConverterCodes codes(layer, 0, scales, 1);
  codes.start_tile(1, 1);  // columns of the second tile: steps of 3 and 4
  codes.convert(0, std::vector<float>{12, 12}, 1);
  EXPECT_EQ(codes.codes()(0, 0), 4);
  EXPECT_EQ(codes.codes()(0, 1), 3);
  EXPECT_EQ(codes.lsb()(0), 3);
  EXPECT_EQ(codes.lsb()(1), 4);
}

}  // namespace converter_codes_test
}  // namespace ohmcarlo::converter_codes_test
