// A grouped convolution on arrays, against a network of its own for each group.

#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "chip/array_network.hpp"
#include "chip/correlation.hpp"
#include "chip/whole_set.hpp"
#include "network/operations.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::grouped_network_test {
namespace grouped_network_test {

using small::kNoPoll;

constexpr Index kGroups = 3, kIn = 2, kOut = 4, kSide = 5;  // channels of a group, pixels along an image
constexpr Index kPlaces = 9, kPatch = 9 * kIn, kFeatures = kOut * kPlaces;
constexpr std::size_t kImages = 40;

/// Pixels of channels [first, first + count) of the images.
SampleSet images_of(Index first, Index count, Index classes) {
  std::vector<float> numbers(kImages * kGroups * kIn * kSide * kSide);
  Stream(4, {.purpose = Purpose::initialisation}).uniforms(0, numbers);
  std::vector<std::uint8_t> pixels;
  std::vector<Label> labels;
  for (std::size_t image = 0; image < kImages; ++image) {
    labels.push_back(static_cast<Label>(image % 7));
    for (Index p = first * kSide * kSide; p < (first + count) * kSide * kSide; ++p) {
      const float number = numbers[image * kGroups * kIn * kSide * kSide + static_cast<std::size_t>(p)];
      // Each group has brighter images than the one before.
      const auto group = static_cast<float>(p / (kIn * kSide * kSide));
      pixels.push_back(static_cast<std::uint8_t>(number * 255 * (group + 1) / kGroups));
    }
  }
  const auto side = static_cast<std::size_t>(kSide);
  return SampleSet::of_images({static_cast<std::size_t>(count), side, side}, std::move(pixels), std::move(labels),
                              static_cast<std::size_t>(classes));
}

/// Weights [outputs, inputs] of all groups, each with the same largest one, and biases.
LayerParameters<float> all_parameters() {
  LayerParameters<float> all{Matrix<float>(kGroups * kOut, kPatch), Vector<float>(kGroups * kOut)};
  Stream(4, {.purpose = Purpose::initialisation, .layer = 1})
      .normals(0, {all.weights.data(), static_cast<std::size_t>(all.weights.size())});
  all.weights = all.weights.cwiseMax(-2.0F).cwiseMin(2.0F);
  for (Index group = 0; group < kGroups; ++group) all.weights(group * kOut + 1, 3) = -2.5F;
  for (Index j = 0; j < all.bias.size(); ++j) all.bias(j) = 0.1F * static_cast<float>(j) - 0.3F;
  return all;
}

ArrayNetwork network_of(const ArrayOptions& options, Index first_group, Index groups) {
  const Planes in{groups * kIn, kSide, kSide};
  const NetworkSpec spec =
      chain_of({convolution("conv1", in, groups * kOut, {3, 1, 0}, groups)}, in.features(), groups * kFeatures);
  const LayerParameters<float> all = all_parameters();
  NetworkState<float> state{{{all.weights.middleRows(first_group * kOut, groups * kOut),
                              all.bias.segment(first_group * kOut, groups * kOut)}},
                            {}};
  const SampleSet images = images_of(first_group * kIn, groups * kIn, groups * kFeatures);
  ArrayNetwork network(small::trained_network(spec, std::move(state)), {.arrays = options}, images,
                       small::evaluation_set(images), kNoPoll);
  network.program(small::kKey, 0, 3, kNoPoll);
  return network;
}

std::vector<std::uint32_t> numbers() {
  std::vector<std::uint32_t> all(kImages);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

ArrayOptions quantised(RangeKind range, Granularity granularity) {
  ArrayOptions options;
  options.format = {Mapping::one_sided, 4, 2};
  options.cells.range = {1e-6, 1e-4, options.format.top()};
  options.tile_rows = 7;
  options.tile_columns = 3;
  options.dac.coding = {3, 1, InputEncoding::unsigned_, 1};
  options.dac.full_scale = 1;
  options.adc.bits = 5;
  options.adc.range = range;
  options.adc.granularity = granularity;
  options.adc.low = -1;
  options.adc.high = 1;
  return options;
}

ArrayOptions unquantised() {
  ArrayOptions options;
  options.cells.range = {0, 1e-4, options.format.top()};
  options.dac.coding.encoding = InputEncoding::unsigned_;
  options.dac.full_scale = 1;
  return options;
}

double high_end(const Quantiser& quantiser) {
  return quantiser.value(quantiser.highest());
}

TEST(GroupedNetwork, GivesWhatANetworkForEachGroupGives) {
  for (const ArrayOptions& options :
       {unquantised(), quantised(RangeKind::maximum, Granularity::layer),
        quantised(RangeKind::given, Granularity::layer), quantised(RangeKind::calibrated, Granularity::array),
        quantised(RangeKind::calibrated, Granularity::column)}) {
    const ArrayNetwork network = network_of(options, 0, kGroups);
    const Matrix<float> logits = network.logits(numbers(), kNoPoll).logits;
    const ChipOutcome outcome = network.evaluate(numbers(), kNoPoll);
    double saturation = 0;
    for (Index group = 0; group < kGroups; ++group) {
      const ArrayNetwork alone = network_of(options, group, 1);
      EXPECT_EQ(logits.middleCols(group * kFeatures, kFeatures), alone.logits(numbers(), kNoPoll).logits) << group;
      saturation += alone.evaluate(numbers(), kNoPoll).layers[0].saturation / kGroups;
      const std::vector<Quantiser>& own = alone.scales()[0].quantisers;
      const std::vector<Quantiser>& all = network.scales()[0].quantisers;
      const std::size_t first = all.size() == own.size() ? 0 : own.size() * static_cast<std::size_t>(group);
      for (std::size_t i = 0; i < own.size(); ++i) EXPECT_EQ(high_end(all[first + i]), high_end(own[i])) << group;
    }
    if (options.adc.bits > 0) {
      EXPECT_NEAR(outcome.layers[0].saturation, saturation, 1e-12);
    }
    if (options.adc.range == RangeKind::given) {
      EXPECT_GT(saturation, 0.01);
    }
  }
}

/// Sums of products of all patches with the weights of output j in double, from words: [image, place].
Matrix<double> products(Index j, bool magnitudes = false) {
  const SampleSet images = images_of(0, kGroups * kIn, kGroups * kFeatures);
  const LayerParameters<float> all = all_parameters();
  Matrix<double> sums = Matrix<double>::Zero(kImages, kPlaces);
  for (Index image = 0; image < sums.rows(); ++image)
    for (Index place = 0; place < kPlaces; ++place)
      for (Index i = 0; i < kPatch; ++i) {
        const Index channel = j / kOut * kIn + i / 9, row = place / 3 + i % 9 / 3, column = place % 3 + i % 3;
        const std::uint8_t pixel =
            images
                .pixels()[static_cast<std::size_t>(((image * kGroups * kIn + channel) * kSide + row) * kSide + column)];
        const double weight = all.weights(j, i);
        sums(image, place) += pixel / 255.0 * (magnitudes ? std::fabs(weight) : weight);
      }
  return sums;
}

// From the words of the pixels and weights: a column sees the patches of its own group, and no other.
TEST(GroupedNetwork, HasRangesOfTheSumsOfItsOwnChannels) {
  ArrayOptions options = unquantised();
  options.adc.bits = 8;
  const ArrayNetwork calibrated = network_of(options, 0, kGroups);
  double largest = 0;
  for (Index j = 0; j < kGroups * kOut; ++j) largest = std::max(largest, products(j).cwiseAbs().maxCoeff());
  ASSERT_EQ(calibrated.scales()[0].quantisers.size(), 1U);
  EXPECT_NEAR(high_end(calibrated.scales()[0].quantisers[0]), largest / 2.5, 1e-5);  // levels of the largest weight
  options.adc.range = RangeKind::maximum;
  EXPECT_NEAR(high_end(network_of(options, 0, kGroups).scales()[0].quantisers[0]), kPatch, 1e-9);
  options.adc.range = RangeKind::calibrated;
  options.adc.granularity = Granularity::array;
  const ArrayNetwork of_arrays = network_of(options, 0, kGroups);
  ASSERT_EQ(of_arrays.scales()[0].quantisers.size(), 3U);
  for (Index group = 0; group < kGroups; ++group) {
    double of_group = 0;
    for (Index j = 0; j < kOut; ++j) of_group = std::max(of_group, products(group * kOut + j).cwiseAbs().maxCoeff());
    EXPECT_NEAR(high_end(of_arrays.scales()[0].quantisers[static_cast<std::size_t>(group)]), of_group / 2.5, 1e-5);
  }
}

TEST(GroupedNetwork, IsCorrelatedWithTheCleanNetworkOverItsOwnChannels) {
  const ArrayNetwork network = network_of(quantised(RangeKind::maximum, Granularity::layer), 0, kGroups);
  const Matrix<float> logits = network.logits(numbers(), kNoPoll).logits;
  const LayerParameters<float> all = all_parameters();
  Correlation expected;
  for (Index j = 0; j < kGroups * kOut; ++j) {
    const Matrix<float> clean = products(j).cast<float>();
    const Matrix<float> made = logits.middleCols(j * kPlaces, kPlaces).array() - all.bias(j);
    expected.add(View<const float>(made), View<const float>(clean));
  }
  const double correlation = network.evaluate(numbers(), kNoPoll).layers[0].correlation;
  EXPECT_NEAR(correlation, expected.value(), 1e-6);
  EXPECT_LT(correlation, 0.999);
  EXPECT_GT(correlation, 0.9);
}

TEST(GroupedNetwork, HoldsOneMatrixOfCellsInArraysOfItsGroups) {
  const ArrayNetwork network = network_of(quantised(RangeKind::maximum, Granularity::layer), 0, kGroups);
  const LayerContent content = network.content(0);
  EXPECT_EQ(content.groups, kGroups);
  EXPECT_EQ(content.tiles.outputs, kOut);
  EXPECT_EQ(content.weights.rows(), kGroups * kOut);
  EXPECT_EQ(content.slices[0].positive.rows(), kPatch);
  EXPECT_EQ(content.slices[0].positive.cols(), kGroups * kOut);
  EXPECT_LT((content.weights - all_parameters().weights).cwiseAbs().maxCoeff(), 2.5 / 15 / 2 + 1e-6);
}

}  // namespace grouped_network_test
}  // namespace ohmcarlo::grouped_network_test
