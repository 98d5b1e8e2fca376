#include "chip/array_calibration.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "chip/small_arrays.hpp"
#include "crossbar/calibration.hpp"

namespace ohmcarlo {
namespace array_calibration_test {

TEST(ArrayNetwork, CalibratesEveryLayerOnWhatTheChainBeforeItMakes) {
  ArrayOptions options = small::noisy();
  ArrayOptions quiet = options;
  quiet.read_noise = {};
  quiet.adc.noise = {};
  const ArrayNetwork network = small::network_on(options);
  ASSERT_EQ(network.scales().size(), 3U);
  Matrix<float> x = small::pixels(small::many_images(), ArrayNetwork::kCalibrationImages);
  std::vector<std::uint32_t> numbers(ArrayNetwork::kCalibrationImages);
  std::iota(numbers.begin(), numbers.end(), 0U);
  for (std::size_t i = 0; i < 3; ++i) {
    const ArrayLayer ideal(quiet, View<const float>(small::trained_parameters()[i].weights));
    const LayerScales expected = calibrate(ideal, x);
    const LayerScales& scales = network.scales()[i];
    EXPECT_EQ(scales.coding.full_scale, expected.coding.full_scale) << i;
    EXPECT_EQ(scales.coding.encoding, InputEncoding::unsigned_);
    ASSERT_EQ(scales.quantisers.size(), expected.quantisers.size());
    for (std::size_t q = 0; q < expected.quantisers.size(); ++q)
      EXPECT_EQ(scales.quantisers[q].lsb(), expected.quantisers[q].lsb()) << i;
    Matrix<float> y(x.rows(), small::trained_parameters()[i].weights.rows());
    ideal.read(x, {numbers, 1}, expected, {}, y);
    y.rowwise() += small::trained_parameters()[i].bias.transpose();
    x = y.cwiseMax(0.0F);
  }
}

// A network with twice the weights in its second layer has other sums there, but can keep the ranges of the first.
TEST(ArrayNetwork, TakesTheRangesOfAnotherNetwork) {
  const ArrayOptions options = small::noisy();
  const ArrayNetwork other = small::network_on(options);
  NetworkState<float> state = small::small_trained()->state;
  state.parameters[1].weights = state.parameters[1].weights.cwiseAbs();
  const auto moved = small::trained_network(small::kSpec, state);
  const ArrayNetwork own(moved, {.arrays = options}, small::many_images(), small::test_set(), small::kNoPoll);
  const ArrayNetwork taken(moved, {.arrays = options, .range_from = other.scales()}, small::many_images(),
                           small::test_set(), small::kNoPoll);
  EXPECT_NE(own.scales()[1].quantisers[0].lsb(), other.scales()[1].quantisers[0].lsb());
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(taken.scales()[i].quantisers[0].lsb(), other.scales()[i].quantisers[0].lsb()) << i;
  // Inputs keep a scale of their own: that of the clipped sums before them.
  EXPECT_EQ(taken.scales()[1].coding.full_scale, own.scales()[1].coding.full_scale);
  EXPECT_NE(taken.scales()[2].coding.full_scale, other.scales()[2].coding.full_scale);
}

// Training images at full brightness, test images at a quarter of it: scales follow the former, worked out by hand for
// the first layer, and do not move with the latter.
TEST(ArrayNetwork, CalibratesOnTrainingImagesAndNotOnTestImages) {
  std::vector<std::uint8_t> dimmed(small::many_images().pixels().begin(),
                                   small::many_images().pixels().begin() + 36 * small::kFew);
  for (std::uint8_t& pixel : dimmed) pixel = static_cast<std::uint8_t>(pixel / 4);
  const SampleSet dim = SampleSet::of_images({1, 6, 6}, std::move(dimmed), std::vector<Label>(small::kFew), 5);
  const ArrayOptions options = small::noisy();
  const ArrayNetwork network = small::network_on(options, small::evaluation_set(dim)),
                     usual = small::network_on(options, small::few_tests());
  const auto brightest = *std::ranges::max_element(small::many_images().pixels());
  EXPECT_FLOAT_EQ(static_cast<float>(network.scales()[0].coding.full_scale), static_cast<float>(brightest) / 255.0F);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(network.scales()[i].coding.full_scale, usual.scales()[i].coding.full_scale) << i;
    EXPECT_EQ(network.scales()[i].quantisers[0].lsb(), usual.scales()[i].quantisers[0].lsb()) << i;
  }
}

TEST(ArrayNetwork, CalibratesOnTheFirstImagesOnly) {
  const ArrayOptions options = small::noisy();
  const SampleSet first = small::images(ArrayNetwork::kCalibrationImages);
  const ArrayNetwork few(small::small_trained(), {.arrays = options}, first, small::test_set(), small::kNoPoll);
  const ArrayNetwork many = small::network_on(options);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(few.scales()[i].coding.full_scale, many.scales()[i].coding.full_scale);
    EXPECT_EQ(few.scales()[i].quantisers[0].lsb(), many.scales()[i].quantisers[0].lsb());
  }
}

// All images at once, layer after layer, against the batches and parts of the network.
TEST(ArrayNetwork, CalibratesConvolutionsOnWhatTheChainBeforeThemMakes) {
  const ArrayOptions options = small::noisy();
  ArrayOptions quiet = options;
  quiet.read_noise = {};
  quiet.adc.noise = {};
  const auto network_of_branches = small::trained_network(small::branched(), small::branched_state());
  const NetworkState<float>& state = network_of_branches->state;
  const SampleSet few = small::images(700);
  const auto few_set = small::evaluation_set(few, {{0.3F}, {0.25F}});
  const ArrayNetwork network(network_of_branches, {.arrays = options}, few, few_set, small::kNoPoll);
  std::vector<std::uint32_t> numbers(few.count());
  std::iota(numbers.begin(), numbers.end(), 0U);

  // A layer reads with the scales of the pass before, so that pass by pass one more has those of its inputs.
  struct Whole final : Product<float> {
    Whole(const ArrayOptions& array, View<const float> weights, Index groups, std::span<const std::uint32_t> names)
        : ideal(array, weights, false, groups), images(names), seen(static_cast<std::size_t>(groups)) {}
    void apply(View<const float> x, View<float> y, Index group) const override {
      seen[static_cast<std::size_t>(group)] = x.map();
      y.map().setZero();
      if (scales) ideal.read(x, {images, x.rows / static_cast<Index>(images.size()), 0, group}, *scales, {}, y);
    }
    void rescale() {
      Calibration calibration(ideal);
      for (const Matrix<float>& x : seen) calibration.see_inputs(x);
      for (std::size_t group = 0; group < seen.size(); ++group)
        calibration.see_sums(seen[group], static_cast<Index>(group));
      scales = calibration.scales();
    }
    [[nodiscard]] View<const float> backward_weights() const override { throw std::logic_error("not trained"); }
    ArrayLayer ideal;
    std::span<const std::uint32_t> images;
    mutable std::vector<Matrix<float>> seen;  ///< inputs of every group
    std::optional<LayerScales> scales;
  };
  std::vector<std::unique_ptr<Whole>> products;
  PassWeights<float> weights;
  weights.normalisations = state.normalisations.evaluated();
  const std::vector<Node> nodes = small::branched().weight_layers();
  Index most_groups = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const LayerParameters<float>& layer = state.parameters[i];
    const Index groups = nodes[i].weight_groups();
    most_groups = std::max(most_groups, groups);
    products.push_back(std::make_unique<Whole>(quiet, View<const float>(layer.weights), groups, numbers));
    weights.products.push_back(products.back().get());
    weights.biases.push_back(&layer.bias);
  }
  ASSERT_EQ(most_groups, 2);
  Batch all;
  few_set->fill_batch(few_set->all(), all);
  Activations<float> activations;
  for (std::size_t pass = 0; pass < products.size(); ++pass) {
    (void)Network<float>(small::branched()).forward(all.x, weights, activations);
    for (const auto& product : products) product->rescale();
  }
  for (std::size_t i = 0; i < products.size(); ++i) {
    EXPECT_EQ(network.scales()[i].coding.full_scale, products[i]->scales->coding.full_scale) << i;
    EXPECT_EQ(network.scales()[i].coding.encoding, products[i]->scales->coding.encoding) << i;
    EXPECT_EQ(network.scales()[i].quantisers[0].lsb(), products[i]->scales->quantisers[0].lsb()) << i;
  }
  EXPECT_EQ(network.scales()[0].coding.encoding, InputEncoding::sign_magnitude);
}

}  // namespace array_calibration_test
}  // namespace ohmcarlo
