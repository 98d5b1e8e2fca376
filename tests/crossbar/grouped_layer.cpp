// Layers whose weights fall into groups, against a layer of its own for each group.

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "crossbar/calibration.hpp"
#include "crossbar/noisy_read.hpp"
#include "crossbar/random_chain.hpp"
#include "crossbar/self_check.hpp"
#include "linalg/product.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::grouped_layer_test {
namespace grouped_layer_test {

/// Groups of one layer, with the same largest weight, so that all have the layer's scale of weights.
struct GroupsOfChain {
  std::unique_ptr<RandomChain> chain;
  std::vector<Matrix<float>> weights, x;  ///< of each group
  Matrix<float> all;                      ///< weights of all groups

  GroupsOfChain(std::uint32_t seed, Index groups) : chain(random_chain(seed)) {
    Choices choose(seed + 1000);
    ArrayOptions& options = chain->options;
    options.dac.full_scale = 0.9;
    if (options.dac.coding.encoding == InputEncoding::automatic)
      options.dac.coding.encoding = InputEncoding::sign_magnitude;
    if (options.format.mapping != Mapping::sign_magnitude && choose.chance(0.2))
      options.wires = {.row_ohm = 30, .column_ohm = 20, .driver_ohm = 100, .sense_ohm = 50};
    const Index outputs = chain->weights.rows(), inputs = chain->weights.cols();
    all.resize(groups * outputs, inputs);
    for (Index group = 0; group < groups; ++group) {
      weights.push_back(random_matrix(choose, outputs, inputs, -1, 1, 0.1));
      weights.back()(choose.number(0, static_cast<int>(outputs) - 1), 0) = choose.chance(0.5) ? 1.5F : -1.5F;
      all.middleRows(group * outputs, outputs) = weights.back();
      x.push_back(random_matrix(choose, chain->x.rows(), inputs, -0.5, 1, 0.3));
    }
  }
  [[nodiscard]] Index groups() const { return static_cast<Index>(weights.size()); }
  [[nodiscard]] RowNames names(Index group) const { return {chain->images, chain->positions, 0, group}; }
  [[nodiscard]] ArrayLayer layer(bool keep_planes = false) const {
    return {chain->options, View<const float>(all), keep_planes, groups()};
  }
  [[nodiscard]] ArrayLayer layer_of(std::size_t group, bool keep_planes = false) const {
    return {chain->options, View<const float>(weights[group]), keep_planes};
  }
  [[nodiscard]] LayerScales calibrated(const ArrayLayer& layer) const {
    Calibration calibration(layer);
    for (const Matrix<float>& part : x) calibration.see_inputs(part);
    if (calibration.needs_sums())
      for (Index group = 0; group < groups(); ++group) calibration.see_sums(x[static_cast<std::size_t>(group)], group);
    return calibration.scales();
  }
};

double reach(const Quantiser& quantiser) {
  return quantiser.value(quantiser.highest());
}

constexpr std::uint32_t kChains = 300;

TEST(GroupedLayer, ReadsEveryGroupAsALayerOfItsOwn) {
  double conversions = 0, saturated = 0, wired = 0;
  for (std::uint32_t seed = 0; seed < kChains; ++seed) {
    const GroupsOfChain of(seed, 1 + static_cast<Index>(seed % 3));
    const std::string text = of.chain->text();
    const ArrayLayer layer = of.layer();
    const LayerScales scales = of.calibrated(layer);
    const std::size_t each = layer.granules() / static_cast<std::size_t>(of.groups());
    const bool shared = of.chain->options.adc.granularity == Granularity::layer;
    double largest = 0;
    for (std::size_t group = 0; group < of.weights.size(); ++group) {
      const ArrayLayer alone = of.layer_of(group);
      ASSERT_EQ(alone.codes().unit, layer.codes().unit) << text;
      const LayerScales own = calibrate(alone, of.x[group]);
      LayerScales used{scales.coding, scales.quantisers};
      if (of.chain->options.adc.bits > 0 && !shared) {
        ASSERT_EQ(own.quantisers.size(), each) << text;
        for (std::size_t g = 0; g < each; ++g)
          ASSERT_EQ(reach(scales.quantisers[group * each + g]), reach(own.quantisers[g])) << g << " of " << text;
        used.quantisers = own.quantisers;
      } else if (of.chain->options.adc.bits > 0) {
        largest = std::max(largest, reach(own.quantisers.front()));
      }
      const auto g = static_cast<Index>(group);
      Matrix<float> y(of.x[group].rows(), layer.tiles().outputs), expected = y;
      ConversionCounts counts, expected_counts;
      layer.read(of.x[group], of.names(g), scales, of.chain->chip, y, &counts);
      alone.read(of.x[group], of.chain->names(), used, of.chain->chip, expected, &expected_counts);
      ASSERT_EQ(y, expected) << "group " << group << " of " << text;
      ASSERT_EQ(counts.conversions, expected_counts.conversions) << text;
      ASSERT_EQ(counts.saturated, expected_counts.saturated) << text;
      ASSERT_EQ(layer.read_back().middleRows(g * y.cols(), y.cols()), alone.read_back()) << text;
      if (of.chain->options.wires.ideal()) check_chain(layer, of.x[group], scales, g);
      conversions += counts.conversions;
      saturated += counts.saturated;
      wired += of.chain->options.wires.ideal() ? 0 : 1;
    }
    if (of.chain->options.adc.bits > 0 && shared && of.chain->options.adc.percentile == 100) {
      ASSERT_EQ(reach(scales.quantisers.front()), largest) << text;
    }
  }
  EXPECT_GT(conversions, 1e5);
  EXPECT_GT(saturated, 100);
  EXPECT_GT(wired, 50);
}

// The cells of the first group have the addresses that they have alone, and so has their noise.
TEST(GroupedLayer, OfTheFirstGroupHasTheNoiseThatItWouldHaveAlone) {
  for (std::uint32_t seed = 0; seed < kChains; ++seed) {
    const GroupsOfChain of(seed, 2);
    of.chain->options.wires = {};
    make_noisy(*of.chain, seed);
    ArrayLayer layer = of.layer(), alone = of.layer_of(0);
    (void)layer.program(of.chain->chip);
    (void)alone.program(of.chain->chip);
    ASSERT_EQ(layer.read_back().topRows(alone.outputs()), alone.read_back()) << of.chain->text();
    LayerScales scales{{}, {}}, own;
    ArrayOptions quiet = of.chain->options;
    quiet.read_noise = {};
    quiet.adc.noise = {};
    own = calibrate(ArrayLayer(quiet, View<const float>(of.weights[0])), of.x[0]);
    scales.coding = own.coding;
    for (int copy = 0; copy < 2; ++copy)  // the second group's are not looked at
      scales.quantisers.insert(scales.quantisers.end(), own.quantisers.begin(), own.quantisers.end());
    Matrix<float> y(of.x[0].rows(), alone.outputs()), expected = y;
    layer.read(of.x[0], of.names(0), scales, of.chain->chip, y);
    alone.read(of.x[0], of.chain->names(), own, of.chain->chip, expected);
    ASSERT_EQ(y, expected) << of.chain->text();
  }
}

// Cells are those of one matrix: groups change none of them where arrays do not matter.
TEST(GroupedLayer, IsProgrammedAsOneMatrix) {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 4, 2};
  options.cells.range = {1e-6, 1e-4, options.format.top()};
  options.cells.variation.sigma = 0.1;
  options.cells.faults = {.rate = 0.1, .pattern = FaultPattern::count};
  Choices choose(3);
  const Matrix<float> weights = random_matrix(choose, 12, 9, -1, 1);
  const ChipKey chip{5, {.layer = 3, .replica = 1, .trial = 2}};
  ArrayLayer grouped(options, View<const float>(weights), true, 4), whole(options, View<const float>(weights), true);
  EXPECT_EQ(grouped.program(chip), whole.program(chip));
  for (const int slice : {0, 1})
    for (const bool negative : {false, true}) EXPECT_EQ(grouped.plane(slice, negative), whole.plane(slice, negative));
  EXPECT_EQ(grouped.read_back(), whole.read_back());
}

// Six outputs in two groups, two outputs an array: 2, 1, 2 and 1 of them, with a reference column each.
TEST(GroupedLayer, HasArraysThatNoTwoGroupsShare) {
  ArrayOptions options;
  options.format = {Mapping::offset, 4, 2};
  options.cells.range = {1e-6, 1e-4, options.format.top()};
  options.tile_rows = 4;
  options.tile_columns = 2;
  options.adc.bits = 6;
  options.adc.granularity = Granularity::array;
  Choices choose(3);
  const Matrix<float> weights = random_matrix(choose, 6, 9, -1, 1);
  ArrayLayer layer(options, View<const float>(weights), true, 2);
  EXPECT_EQ(layer.program({1, {}}).cells, 2 * 9 * (6 + 4));
  EXPECT_EQ(layer.plane(0, true).rows(), 4);
  EXPECT_EQ(layer.plane_shape().column_tiles(), 4U);
  EXPECT_EQ(layer.columns(), 3 + 2);
  EXPECT_EQ(layer.granules(), 2U * 3 * 2);
  EXPECT_EQ(layer.granule(0, 0, 1), 6U);
  EXPECT_EQ(layer.granule(2, 2, 1), 11U);
  EXPECT_EQ(layer.granule(2, 4, 1), 11U);  // its reference column
  EXPECT_THROW(ArrayLayer(options, View<const float>(weights), false, 4), std::logic_error);
  Matrix<float> x = Matrix<float>::Ones(1, 9), y(1, 3);
  const std::vector<std::uint32_t> images{7};
  EXPECT_THROW(layer.read(x, {images, 1, 0, 2}, {}, {}, y), std::logic_error);
}

// All groups are read at once: the noise of a read is one stream, in which a group's arrays lie behind those before it.
TEST(GroupedLayer, DrawsTheNoiseOfAllGroupsFromOneStreamOfEachRead) {
  constexpr Index kGroups = 3, kOutputs = 2, kInputs = 5, kRows = 3, kTiles = 2;
  constexpr float kSd = 0.25F;
  Choices choose(11);
  const Matrix<float> weights = random_matrix(choose, kGroups * kOutputs, kInputs, -1, 1);
  const Matrix<float> x = Matrix<float>::Ones(1, kInputs);
  const std::vector<std::uint32_t> images{7};
  const ChipKey chip{5, {.layer = 3, .replica = 1, .trial = 2}};
  Address address = chip.address;
  address.event = read_event(7, 4, 0);
  for (const ReadForm form : {ReadForm::columns, ReadForm::cells}) {
    ArrayOptions options;
    options.format.mapping = Mapping::one_sided;
    options.cells.range = {0, 1e-4, 1};
    options.tile_rows = kRows;
    options.read_form = form;
    const ArrayLayer clean(options, View<const float>(weights), true, kGroups);
    options.read_noise = {kSd, 0, 0};
    const ArrayLayer noisy(options, View<const float>(weights), true, kGroups);
    for (Index group = 0; group < kGroups; ++group) {
      const auto sums_of = [&](const ArrayLayer& layer) {
        Matrix<float> sums(kTiles, kOutputs), y(1, kOutputs);
        layer.read(x, {images, 1, 4, group}, {}, chip, y, nullptr,
                   [&](Index, Index tile, int, std::span<const float> read) {
                     std::copy(read.begin(), read.end(), sums.row(tile).data());
                   });
        return sums;
      };
      const Matrix<float> noise = sums_of(noisy) - sums_of(clean);
      for (Index tile = 0; tile < kTiles; ++tile) {
        const Index rows = tile == 0 ? kRows : kInputs - kRows;
        for (Index j = 0; j < kOutputs; ++j) {
          double expected = 0;
          const auto normal = [&](Index element) {
            float drawn = 0;
            Stream(chip.key, address).normals(static_cast<std::uint64_t>(element), {&drawn, 1});
            return double{drawn};
          };
          if (form == ReadForm::columns) {
            address.purpose = Purpose::read_column;
            address.negative = false;
            expected = kSd * std::sqrt(2.0 * static_cast<double>(rows)) *
                       normal((group * kTiles + tile) * noise_row_stride(kOutputs) + j);
          } else {
            address.purpose = Purpose::read_cell;
            for (Index i = 0; i < rows; ++i)
              for (const bool negative : {false, true}) {
                address.negative = negative;
                expected += (negative ? -kSd : kSd) *
                            normal((group * kInputs + tile * kRows + i) * noise_row_stride(kOutputs) + j);
              }
          }
          EXPECT_NEAR(noise(tile, j), expected, 1e-5) << "group " << group << ", tile " << tile << ", output " << j;
        }
      }
    }
  }
}

// Cells that vary at every read: the same as in a layer of one group with the inputs of that group.
TEST(GroupedLayer, ReadsItsOwnVariedCells) {
  ArrayOptions options;
  options.format.mapping = Mapping::mid_point;
  options.cells.range = {83.3e-6, 1e-3, 1};
  options.cells.defects = Defects{.rate = 0.5, .redrawn = true};
  Choices choose(5);
  const Matrix<float> weights = random_matrix(choose, 12, 9, -1, 1);
  const ChipKey chip{5, {.layer = 3, .replica = 1, .trial = 2}};
  ArrayLayer grouped(options, View<const float>(weights), true, 3), whole(options, View<const float>(weights), true);
  (void)grouped.program(chip);
  (void)whole.program(chip);
  const Matrix<float> x = random_matrix(choose, 6, 9, 0, 1);
  const std::vector<std::uint32_t> images{7, 3, 9};
  Matrix<float> all(6, 12), clean(6, 12);
  whole.read(x, {images, 2}, {}, chip, all);
  multiply(View<const float>(x), Transpose::no, View<const float>(weights), Transpose::yes, View<float>(clean));
  EXPECT_GT((all - clean).cwiseAbs().minCoeff(), 1e-4);
  for (Index group = 0; group < 3; ++group) {
    Matrix<float> y(6, 4);
    grouped.read(x, {images, 2, 0, group}, {}, chip, y);
    EXPECT_LT((y - all.middleCols(4 * group, 4)).cwiseAbs().maxCoeff(), 1e-5) << group;
  }
}

}  // namespace grouped_layer_test
}  // namespace ohmcarlo::grouped_layer_test
