// Reads of arrays at the limits of what a device does at once, beside those of the processor.

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/random_chain.hpp"
#include "gpu/device_arrays.hpp"
#include "gpu/on_devices.hpp"

namespace ohmcarlo::gpu {
namespace array_edges_test {

/// A layer and its inputs, read by both.
struct Case {
  ArrayOptions options;
  Matrix<float> weights, x;
  ChipKey chip{77, {.layer = 2, .replica = 1, .trial = 5}};
  std::unique_ptr<ArrayLayer> layer;
  LayerScales scales;

  Case(Index inputs, Index outputs, Index rows, double lowest_input = 0) {
    Choices choose(3);
    options.format = {.mapping = Mapping::one_sided, .weight_bits = 4, .cell_bits = 4};
    options.cells.range = {0, 1e-4, options.format.top()};
    options.dac.coding = {.bits = 4, .read_bits = 1, .encoding = InputEncoding::automatic};
    options.dac.full_scale = 1;
    options.adc.bits = 6;
    options.adc.range = RangeKind::maximum;
    weights = random_matrix(choose, outputs, inputs, -1, 1);
    x = random_matrix(choose, rows, inputs, lowest_input, 1, 0.2);
  }
  void build() {
    layer = std::make_unique<ArrayLayer>(options, View<const float>(weights));
    ArrayOptions quiet = options;
    quiet.read_noise = {};
    quiet.adc.noise = {};
    scales = calibrate(ArrayLayer(quiet, View<const float>(weights)), x);
    layer->program(chip);
  }
  [[nodiscard]] Matrix<float> on_processor(const RowNames& names, ConversionCounts* counts = nullptr) const {
    Matrix<float> y(x.rows(), weights.rows());
    layer->read(x, names, scales, chip, y, counts);
    return y;
  }
  [[nodiscard]] Matrix<float> on_device(const std::shared_ptr<Device>& device, const RowNames& names,
                                        ConversionCounts* counts = nullptr) const {
    Matrix<float> y(x.rows(), weights.rows());
    DeviceArrays(device).read(0, {*layer, scales, chip, x, names, y, counts, [] {}});
    return y;
  }
};

class ArrayEdgesOnDevices : public OnDevices {};
INSTANTIATE_TEST_SUITE_P(Each, ArrayEdgesOnDevices, kDevices, kNameOfDevice);

TEST_P(ArrayEdgesOnDevices, ReadsWithoutNoiseHaveAnyNumberOfPositionsAndImages) {
  Case many(2, 1, 70'000);
  many.build();
  const std::vector<std::uint32_t> image{3}, late{1U << 20};
  EXPECT_EQ(many.on_device(device_, {image, 70'000}), many.on_processor({image, 70'000}));
  Case one(2, 1, 1);
  one.build();
  EXPECT_EQ(one.on_device(device_, {late, 1}), one.on_processor({late, 1}));
}

TEST_P(ArrayEdgesOnDevices, MoreRowsThanAreReadAtOnce) {
  const std::vector<std::uint32_t> images{3, 9, 1};
  for (const ReadForm form : {ReadForm::cells, ReadForm::columns}) {
    Case rows(3, 2, 90'003);
    rows.options.read_noise = {0.3F, 0.1F, 0};
    rows.options.read_form = form;
    rows.options.adc.range = RangeKind::given;
    rows.options.adc.high = 0.8;
    rows.options.adc.low = -0.8;
    rows.build();
    const RowNames names{images, 30'001, 7};
    ConversionCounts here, there;
    const Matrix<float> expected = rows.on_processor(names, &here), found = rows.on_device(device_, names, &there);
    EXPECT_EQ(here.conversions, there.conversions);
    EXPECT_GT(here.saturated, 1000);
    // Sums that lie next to a decision may be rounded across it: of 720,024 conversions few.
    EXPECT_NEAR(here.saturated, there.saturated, 3);
    EXPECT_LT(((expected - found).array().abs() > 1e-5F).count(), 20);
  }
}

TEST_P(ArrayEdgesOnDevices, ReadWhatWiresLeave) {
  const std::vector<std::uint32_t> images{3, 4};
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    Choices choose(seed);
    Case wired(choose.number(1, 30), choose.number(1, 70), 6, choose.one_of({0.0, -1.0}));
    ArrayOptions& options = wired.options;
    options.format.mapping = choose.one_of({Mapping::one_sided, Mapping::offset, Mapping::mid_point});
    options.cells.range = {choose.one_of({0.0, 1e-5}), 1e-4, options.format.top()};
    options.adc.differential = choose.chance(0.5);
    options.adc.bits = choose.one_of({0, 6});
    options.adc.noise = {choose.one_of({AdcNoiseLaw::none, AdcNoiseLaw::gaussian}), 0.1, 0.05, 0.02};
    options.tile_rows = choose.one_of({0, 7});
    options.tile_columns = choose.one_of({0, 20});
    options.wires = {.row_ohm = 5, .column_ohm = 5};
    if (options.format.mapping != Mapping::offset) options.read_noise = {0.3F, choose.one_of({0.1F, 0.0F}), 0};
    wired.build();
    ASSERT_TRUE(device_reads(*wired.layer));
    const Matrix<float> expected = wired.on_processor({images, 3}), found = wired.on_device(device_, {images, 3});
    EXPECT_LE(((expected - found).array().abs() > 2e-5F * expected.array().abs().maxCoeff()).count(), 2) << seed;
  }
}

}  // namespace array_edges_test
}  // namespace ohmcarlo::gpu
