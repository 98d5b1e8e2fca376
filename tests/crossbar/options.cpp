#include "crossbar/options.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace options_test {

ArrayOptions options(std::vector<std::int64_t> ideal_layers) {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 2, 1};
  options.tile_rows = 9;
  options.cells.variation.sigma = 0.1;
  options.read_noise.c0 = 0.2F;
  options.dac = {{4, 1, InputEncoding::unsigned_, 1}, 2.5};
  options.adc.bits = 5;
  options.adc.range = RangeKind::given;
  options.adc.noise = {AdcNoiseLaw::gaussian, 0.3, 0, 0};
  options.ideal_layers = std::move(ideal_layers);
  return options;
}

/// Which of four layers have converters.
std::vector<bool> converted(const std::vector<std::int64_t>& ideal_layers) {
  std::vector<bool> found;
  for (std::size_t layer = 0; layer < 4; ++layer)
    found.push_back(options_of_layer(options(ideal_layers), layer, 4).adc.bits > 0);
  return found;
}

TEST(IdealLayers, CountFromOneOrBackFromTheLast) {
  EXPECT_EQ(converted({}), (std::vector<bool>{true, true, true, true}));
  EXPECT_EQ(converted({1, -1}), (std::vector<bool>{false, true, true, false}));
  EXPECT_EQ(converted({2}), (std::vector<bool>{true, false, true, true}));
  EXPECT_EQ(converted({-2}), (std::vector<bool>{true, true, false, true}));
  EXPECT_EQ(converted({4, -4, -1}), (std::vector<bool>{false, true, true, false}));
}

TEST(IdealLayers, HaveNoConvertersAndNoNoiseOfThem) {
  const ArrayOptions ideal = options_of_layer(options({2}), 1, 4);
  EXPECT_EQ(ideal.adc.bits, 0);
  EXPECT_TRUE(ideal.adc.noise.off());
  EXPECT_EQ(ideal.dac.coding.bits, 0);
  EXPECT_EQ(ideal.dac.coding.reads(), 1);
  EXPECT_EQ(ideal.dac.coding.encoding, InputEncoding::automatic) << "any inputs, as they are";
  EXPECT_EQ(ideal.dac.full_scale, 1);
}

TEST(IdealLayers, KeepTheirCells) {
  const ArrayOptions ideal = options_of_layer(options({2}), 1, 4);
  EXPECT_EQ(ideal.format.weight_bits, 2);
  EXPECT_EQ(ideal.tile_rows, 9);
  EXPECT_EQ(ideal.cells.variation.sigma, 0.1);
  EXPECT_EQ(ideal.read_noise.c0, 0.2F);
}

TEST(IdealLayers, LeaveTheOthersAlone) {
  const ArrayOptions other = options_of_layer(options({2}), 0, 4);
  EXPECT_EQ(other.adc.bits, 5);
  EXPECT_EQ(other.adc.range, RangeKind::given);
  EXPECT_EQ(other.adc.noise.sd, 0.3);
  EXPECT_EQ(other.dac.coding.bits, 4);
  EXPECT_EQ(other.dac.full_scale, 2.5);
}

}  // namespace options_test
}  // namespace ohmcarlo
