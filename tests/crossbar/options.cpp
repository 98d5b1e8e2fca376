#include "crossbar/options.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace {

ArrayOptions with_converters() {
  ArrayOptions options;
  options.dac.coding = {.bits = 2, .read_bits = 1};
  options.dac.full_scale = 3;
  options.adc.bits = 4;
  options.adc.differential = false;
  options.adc.noise = {AdcNoiseLaw::gaussian, 0.1, 0, 0};
  options.read_noise.c0 = 0.25F;
  options.tile_rows = 9;
  return options;
}

TEST(LayerOptions, AreThoseOfAllLayersUnlessNamed) {
  const ArrayOptions all = with_converters();
  for (std::size_t layer = 0; layer < 3; ++layer) {
    const ArrayOptions own = options_of_layer(all, layer, 3);
    EXPECT_EQ(own.adc.bits, 4);
    EXPECT_EQ(own.dac.coding.bits, 2);
    EXPECT_FALSE(own.adc.noise.off());
  }
}

TEST(LayerOptions, CountFromOneAndBackFromTheLast) {
  ArrayOptions all = with_converters();
  all.ideal_layers = {1, -1};
  std::vector<int> bits;
  for (std::size_t layer = 0; layer < 4; ++layer) bits.push_back(options_of_layer(all, layer, 4).adc.bits);
  EXPECT_EQ(bits, (std::vector{0, 4, 4, 0}));
  EXPECT_EQ(options_of_layer(all, 0, 1).adc.bits, 0) << "the only layer is the first and the last";
  all.ideal_layers = {-3};
  bits.clear();
  for (std::size_t layer = 0; layer < 4; ++layer) bits.push_back(options_of_layer(all, layer, 4).adc.bits);
  EXPECT_EQ(bits, (std::vector{4, 0, 4, 4}));
}

TEST(LayerOptions, OfIdealLayersLeaveNothingButConvertersOut) {
  ArrayOptions all = with_converters();
  all.ideal_layers = {2};
  const ArrayOptions own = options_of_layer(all, 1, 3);
  EXPECT_EQ(own.dac.coding.bits, 0);
  EXPECT_EQ(own.dac.full_scale, 1) << "inputs as they are";
  EXPECT_TRUE(own.adc.noise.off());
  EXPECT_EQ(own.read_noise.c0, 0.25F) << "cells are noisy still";
  EXPECT_EQ(own.tile_rows, 9);
}

}  // namespace
}  // namespace ohmcarlo
