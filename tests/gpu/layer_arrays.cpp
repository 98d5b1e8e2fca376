// What goes over to a device of a layer's arrays, and the codes that a device makes of inputs.

#include "gpu/layer_arrays.hpp"

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/random_chain.hpp"
#include "gpu/on_devices.hpp"

namespace ohmcarlo::gpu {
namespace layer_arrays_test {

class LayerArraysOnDevices : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, LayerArraysOnDevices, kDevices, kNameOfDevice);

TEST_P(LayerArraysOnDevices, InputsHaveTheCodesOfTheProcessor) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const auto chain = random_chain(seed);
    const ArrayLayer layer(chain->options, View<const float>(chain->weights));
    const LayerScales scales = calibrate(layer, chain->x);
    const LayerArrays arrays(device_, layer, scales);
    // Among them halves of a code, and what lies beyond the range.
    std::vector<float> x(chain->x.data(), chain->x.data() + chain->x.size());
    for (int half = -9; half < 9; ++half)
      x.push_back(static_cast<float>(half * 0.5 * scales.coding.full_scale / scales.coding.largest_code()));
    x.push_back(static_cast<float>(3 * scales.coding.full_scale));
    x.push_back(static_cast<float>(-3 * scales.coding.full_scale));
    const DeviceArray<float> there(device_, x), codes_there(device_, x.size());
    device_->launch(EncodeInputs{there.data(), codes_there.data(), x.size(), arrays.coding()});
    std::vector<float> codes(x.size()), digits(x.size());
    scales.coding.encode(x, codes);
    ASSERT_EQ(codes_there.download(0, x.size()), codes) << chain->text();
    ASSERT_EQ(arrays.coding().reads, scales.coding.reads());
    for (int read = 0; read < scales.coding.reads(); ++read) {
      scales.coding.applied(codes, read, digits);
      for (std::size_t i = 0; i < codes.size(); ++i)
        ASSERT_EQ(arrays.coding().digit_of(codes[i], read), digits[i]) << codes[i] << " of " << chain->text();
    }
    EXPECT_EQ(arrays.coding().digit_of(1, scales.coding.reads()), 0);
  }
}

TEST_P(LayerArraysOnDevices, LevelsGoOverOnceTheyWereWritten) {
  const auto chain = random_chain(3);
  chain->options.cells.variation.sigma = 0.1;
  ArrayLayer layer(chain->options, View<const float>(chain->weights));
  LayerArrays arrays(device_, layer, calibrate(layer, chain->x));
  const auto levels_there = [&] {
    arrays.follow(layer);
    std::vector<float> levels(static_cast<std::size_t>(layer.column_levels().size()));
    device_->download(levels.data(), arrays.read_tiles<1>(layer, 0, chain->chip).levels, levels.size() * sizeof(float));
    return levels;
  };
  const auto levels_here = [&] {
    const Matrix<float>& levels = layer.column_levels();
    return std::vector<float>(levels.data(), levels.data() + levels.size());
  };
  EXPECT_EQ(levels_there(), levels_here());
  const std::vector<float> clean = levels_here();
  layer.program(chain->chip);
  EXPECT_NE(levels_here(), clean);
  EXPECT_EQ(levels_there(), levels_here());
}

TEST(LayerArrays, AddressesAndWeightsOfReadsAreThoseOfTheLayer) {
  const auto device = std::make_shared<HostTwin>();
  RandomChain chain;
  chain.options.format = {.mapping = Mapping::offset, .weight_bits = 6, .cell_bits = 2};
  chain.options.cells.range.top = chain.options.format.top();
  chain.options.read_noise = {0.1F, 0, 0};
  chain.options.read_form = ReadForm::cells;
  chain.options.dac.coding = {.bits = 3, .read_bits = 1, .encoding = InputEncoding::twos_complement};
  chain.options.dac.full_scale = 1;
  chain.weights = Matrix<float>::Random(6, 5);
  const ArrayLayer layer(chain.options, View<const float>(chain.weights), false, 2);
  const Matrix<float> x = Matrix<float>::Random(4, 5);
  const LayerArrays arrays(device, layer, calibrate(layer, x));
  const ChipKey chip{9, {.layer = 3, .replica = 2, .trial = 500'000}};
  const auto packed = [&](Purpose purpose, bool negative, std::uint32_t slice, std::uint64_t event) {
    Address address = chip.address;
    address.purpose = purpose;
    address.negative = negative;
    address.slice = slice;
    address.event = event;
    return pack(address);
  };
  const SumCells cells = arrays.sum_cells(layer, 1, chip);
  for (const bool negative : {false, true})
    for (std::uint32_t slice = 0; slice < 3; ++slice) {
      PackedAddress found = cells.address[negative ? 1 : 0];
      for (std::size_t word = 0; word < found.size(); ++word) found[word] += slice * cells.slice_step[word];
      const std::uint64_t event = read_event(700'000, 40'000, 2);
      EXPECT_EQ(at_event(found, event), packed(Purpose::read_cell, negative, slice, event));
    }
  EXPECT_EQ(cells.first_line, 5U);
  const ReadTiles<4> tiles = arrays.read_tiles<4>(layer, 1, chip);
  EXPECT_EQ(std::vector(tiles.read_weight, tiles.read_weight + 4), (std::vector<double>{1, 2, -4, 0}));
  EXPECT_EQ(std::vector(tiles.slice_weight, tiles.slice_weight + 3), (std::vector<double>{1, 4, 16}));
  EXPECT_EQ(arrays.finish_read(layer, 1).weights, -1.0 * 21);
}

}  // namespace layer_arrays_test
}  // namespace ohmcarlo::gpu
