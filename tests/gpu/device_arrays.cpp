// Reads of arrays on devices against the chain of the documentation, which was written from the words
// (tests/crossbar/).

#include "gpu/device_arrays.hpp"

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/chain_comparison.hpp"
#include "gpu/on_devices.hpp"

namespace ohmcarlo::gpu {
namespace device_arrays_test {

class DeviceArraysOnDevices : public OnDevices {
 protected:
  /// What a device makes of x, whose rows are named by `names`.
  Matrix<float> read(const ArrayLayer& layer, View<const float> x, const RowNames& names, const LayerScales& scales,
                     const ChipKey& chip, ConversionCounts* counts = nullptr) {
    Matrix<float> y(x.rows, layer.tiles().outputs);
    DeviceArrays(device_).read(0, {layer, scales, chip, x, names, y, counts, [] {}});
    return y;
  }
};
INSTANTIATE_TEST_SUITE_P(Each, DeviceArraysOnDevices, kDevices, kNameOfDevice);

constexpr std::uint32_t kChains = 400;

TEST_P(DeviceArraysOnDevices, EqualTheReferenceDrawForDraw) {
  ChainTally tally;
  for (std::uint32_t seed = 0; seed < kChains; ++seed) {
    const auto chain = random_chain(7000 + seed);
    if (seed % 4 > 0) make_noisy(*chain, seed);
    ArrayLayer layer(chain->options, chain->weights, true);
    const LayerScales scales = calibrate(layer, chain->x);
    layer.program(chain->chip);
    ReferenceChain reference(chain->options, chain->weights);
    reference.realise(layer);
    ConversionCounts counts;
    const Matrix<float> y = read(layer, chain->x, chain->names(), scales, chain->chip, &counts);
    ASSERT_NO_FATAL_FAILURE(
        expect_read(*chain, y, counts, reference.read(chain->x, chain->names(), scales, chain->chip), tally));
  }
  EXPECT_GT(tally.exact, 0.6 * tally.outputs);
  EXPECT_LT(tally.undecided, 0.01 * tally.conversions);
  EXPECT_GT(tally.saturated, 0.001 * tally.conversions);
}

/// A chain with every kind of noise, wider than a block of random numbers, and its layer, programmed.
struct NoisyLayer {
  std::unique_ptr<RandomChain> chain = random_chain(3);
  std::unique_ptr<ArrayLayer> layer;
  LayerScales scales;

  explicit NoisyLayer(ReadForm form, Index groups = 1, bool converters = true) {
    Choices choose(17);
    ArrayOptions& o = chain->options;
    o = {};
    o.format = {.mapping = Mapping::one_sided, .weight_bits = 6, .cell_bits = 2};
    o.cells.range.top = o.format.top();
    o.cells.variation.sigma = 0.1;
    o.tile_rows = 11;
    o.tile_columns = 40;
    o.dac.coding = {.bits = 6, .read_bits = 1, .encoding = InputEncoding::sign_magnitude};
    o.dac.full_scale = 1;
    o.read_noise = {0.02F, 0.05F, 0};
    o.read_form = form;
    if (converters) {
      o.adc.bits = 7;
      o.adc.range = RangeKind::maximum;
      o.adc.noise = {AdcNoiseLaw::logistic, 0.1, 0.02, 0.01};
    }
    chain->positions = 2;
    chain->images = {5, 9, 2};
    chain->weights = random_matrix(choose, 70 * groups, 25, -1, 1);
    chain->x = random_matrix(choose, 6, 25, -1, 1, 0.2);
    layer = std::make_unique<ArrayLayer>(o, View<const float>(chain->weights), false, groups);
    scales = calibrate(ArrayLayer(quiet(), View<const float>(chain->weights), false, groups), chain->x);
    layer->program(chain->chip);
  }
  [[nodiscard]] ArrayOptions quiet() const {
    ArrayOptions options = chain->options;
    options.read_noise = {};
    return options;
  }
  [[nodiscard]] Matrix<float> on_processor(const RowNames& names) const {
    Matrix<float> y(chain->x.rows(), layer->tiles().outputs);
    layer->read(chain->x, names, scales, chain->chip, y);
    return y;
  }
};

TEST_P(DeviceArraysOnDevices, NoiseOfCellsHasTheBitsOfTheProcessor) {
  // One tile, slice and read, no converter: outputs show the bits of sums.
  Choices choose(5);
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided, Mapping::mid_point, Mapping::offset})
    for (const Index outputs : {Index{3}, Index{64}, Index{130}})
      for (const SdLaw sd : {SdLaw{0.05F, 0, 0}, SdLaw{0.02F, 0.1F, 0}, SdLaw{0.02F, 0.3F, -0.1F}})
        for (const bool differential : {false, true}) {
          ArrayOptions options;
          options.format.mapping = mapping;
          options.cells.range = {2e-5, 1e-4, 1};
          options.cells.variation.sigma = 0.1;
          options.read_noise = sd;
          options.read_form = ReadForm::cells;
          options.adc.differential = differential;
          const Matrix<float> weights = random_matrix(choose, outputs, 9, -1, 1),
                              x = random_matrix(choose, 4, 9, -1, 1, 0.3);
          const std::vector<std::uint32_t> images{4, 7};
          const ChipKey chip{77, {.layer = 2, .trial = 3}};
          ArrayLayer layer(options, View<const float>(weights));
          layer.program(chip);
          const LayerScales scales = calibrate(layer, x);
          Matrix<float> expected(4, outputs);
          layer.read(x, {images, 2}, scales, chip, expected);
          ASSERT_EQ(read(layer, x, {images, 2}, scales, chip), expected)
              << static_cast<int>(mapping) << ", " << outputs << " outputs, " << sd.c1 << ", " << sd.c2;
        }
}

TEST_P(DeviceArraysOnDevices, ARowGetsTheSameBitsInAnyBatch) {
  for (const ReadForm form : {ReadForm::cells, ReadForm::columns}) {
    const NoisyLayer noisy(form);
    const RandomChain& chain = *noisy.chain;
    const Matrix<float> all = read(*noisy.layer, chain.x, chain.names(), noisy.scales, chain.chip);
    for (Index image = 0; image < 3; ++image) {
      const RowNames names{std::span(chain.images).subspan(static_cast<std::size_t>(image), 1), 2};
      const Matrix<float> one =
          read(*noisy.layer, View<const float>(chain.x).middle_rows(2 * image, 2), names, noisy.scales, chain.chip);
      EXPECT_EQ(one, all.middleRows(2 * image, 2));
    }
  }
}

TEST_P(DeviceArraysOnDevices, GroupsHaveTheirOwnNoise) {
  for (const ReadForm form : {ReadForm::cells, ReadForm::columns}) {
    const NoisyLayer noisy(form, 3);
    const RandomChain& chain = *noisy.chain;
    for (Index group = 0; group < 3; ++group) {
      const RowNames names{chain.images, 2, 0, group};
      const Matrix<float> y = read(*noisy.layer, chain.x, names, noisy.scales, chain.chip);
      // A code may fall to the other side of a decision now and then.
      const Matrix<float> expected = noisy.on_processor(names);
      EXPECT_LT(((y - expected).array().abs() > 1e-5F * expected.array().abs().maxCoeff()).count(), y.size() / 50);
    }
  }
}

TEST_P(DeviceArraysOnDevices, FollowWhatIsWritten) {
  const NoisyLayer noisy(ReadForm::columns);
  const RandomChain& chain = *noisy.chain;
  DeviceArrays arrays(device_);
  Matrix<float> y(6, 70), again(6, 70);
  const auto read_into = [&](Matrix<float>& to) {
    arrays.read(0, {*noisy.layer, noisy.scales, chain.chip, chain.x, chain.names(), to, nullptr, [] {}});
  };
  read_into(y);
  noisy.layer->program(99, {.layer = 2, .trial = 5});
  read_into(again);
  EXPECT_GT((y - again).cwiseAbs().maxCoeff(), 1e-3F);
  EXPECT_EQ(again, read(*noisy.layer, chain.x, chain.names(), noisy.scales, chain.chip));
}

TEST_P(DeviceArraysOnDevices, LeaveCircuitsToTheProcessor) {
  NoisyLayer noisy(ReadForm::cells);
  RandomChain& chain = *noisy.chain;
  chain.options.wires = {.row_ohm = 1, .column_ohm = 1};
  const ArrayLayer wired(chain.options, View<const float>(chain.weights));
  EXPECT_FALSE(device_reads(wired));
  Matrix<float> expected(6, 70);
  wired.read(chain.x, chain.names(), noisy.scales, chain.chip, expected);
  EXPECT_EQ(read(wired, chain.x, chain.names(), noisy.scales, chain.chip), expected);
  chain.options.read_form = ReadForm::columns;
  EXPECT_TRUE(device_reads(ArrayLayer(chain.options, View<const float>(chain.weights))));
}

}  // namespace device_arrays_test
}  // namespace ohmcarlo::gpu
