#include "chip/array_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "chip/small_network.hpp"
#include "chip/whole_set.hpp"
#include "crossbar/calibration.hpp"
#include "network/architecture.hpp"

namespace ohmcarlo {
namespace {

constexpr std::uint64_t kKey = 21;
constexpr std::size_t kImages = 1301;  // two full batches and a part of one
constexpr std::size_t kFew = 530;      // a full batch and a part of one
const Poll kNoPoll = [] {};

const SampleSet& images() {
  static const SampleSet set = small::images(kImages);
  return set;
}

std::shared_ptr<const EvaluationSet> test_set() {
  static const auto set = small::evaluation_set(images());
  return set;
}

std::shared_ptr<const EvaluationSet> few_tests() {
  static const auto set = small::evaluation_set(small::images(kFew));
  return set;
}

std::shared_ptr<const TrainedNetwork> trained() {
  static const auto network = small::trained_network(small::kSpec, {small::parameters(), {}});
  return network;
}

const Parameters<float>& parameters() {
  return trained()->state.parameters;
}

Matrix<float> pixels(const SampleSet& set, std::size_t count) {
  return Eigen::Map<const Matrix<std::uint8_t>>(set.pixels().data(), static_cast<Index>(count), 36).cast<float>() *
         (1.0F / 255.0F);
}

/// Cells without errors, inputs and sums without converters.
ArrayOptions exact(Mapping mapping = Mapping::one_sided) {
  ArrayOptions options;
  options.format.mapping = mapping;
  options.cells.range = {0, 1e-4, options.format.top()};
  options.dac.coding.encoding = InputEncoding::automatic;
  return options;
}

/// Everything that can go wrong goes wrong, a little.
ArrayOptions noisy(ReadForm form = ReadForm::columns) {
  ArrayOptions options = exact();
  options.format.weight_bits = 4;
  options.format.cell_bits = 2;
  options.cells.range = {1e-6, 1e-4, options.format.top()};
  options.tile_rows = 16;
  options.tile_columns = 8;
  options.cells.variation.sigma = 0.1;
  options.cells.faults.rate = 0.03;
  options.read_noise = {0.1F, 0.02F, 0};
  options.read_form = form;
  options.dac.coding.bits = 2;
  options.dac.coding.read_bits = 1;
  options.adc.bits = 6;
  options.adc.noise = {AdcNoiseLaw::gaussian, 0.1, 0, 0};
  return options;
}

ArrayNetwork network_on(const ArrayOptions& options, const std::shared_ptr<const EvaluationSet>& test = test_set()) {
  return {trained(), {.arrays = options}, images(), test, kNoPoll};
}

void expect_equal(const ChipOutcome& a, const ChipOutcome& b) {
  EXPECT_EQ(a.tally.correct, b.tally.correct);
  EXPECT_EQ(a.tally.loss_sum, b.tally.loss_sum);
  EXPECT_EQ(a.tally.correct_ekl, b.tally.correct_ekl);
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    EXPECT_EQ(a.layers[i].correlation, b.layers[i].correlation) << i;
    EXPECT_EQ(a.layers[i].saturation, b.layers[i].saturation) << i;
    EXPECT_EQ(a.layers[i].cells, b.layers[i].cells) << i;
  }
}

TEST(ArrayNetwork, ExactArraysAreTheDigitalNetwork) {
  const Network<float> digital(small::kSpec);
  const MatrixPass<float> pass(parameters());
  Activations<float> activations;
  const Matrix<float> x = pixels(images(), kImages);
  Tally expected;
  tally(digital.forward(x, pass.weights(), activations), images().labels(), {&expected, 1});
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided, Mapping::mid_point, Mapping::offset}) {
    const ArrayOptions options = exact(mapping);
    const ChipOutcome outcome = [&] {
      ArrayNetwork network = network_on(options);
      return small::evaluate_chip(network, kKey, 0, 0, kNoPoll);
    }();
    EXPECT_EQ(outcome.tally.images, kImages);
    EXPECT_EQ(outcome.tally.correct, expected.correct);
    EXPECT_NEAR(outcome.tally.loss(), expected.loss(), 1e-6);
    EXPECT_NEAR(outcome.tally.ekl(), expected.ekl(), 1e-6);
    ASSERT_EQ(outcome.layers.size(), 3U);
    for (const ArrayLayerOutcome& layer : outcome.layers) {
      EXPECT_NEAR(layer.correlation, 1, 1e-10);
      EXPECT_TRUE(std::isnan(layer.saturation));
      EXPECT_EQ(layer.cells.error_squares, 0);
    }
  }
}

TEST(ArrayNetwork, CalibratesEveryLayerOnWhatTheChainBeforeItMakes) {
  ArrayOptions options = noisy();
  ArrayOptions quiet = options;
  quiet.read_noise = {};
  quiet.adc.noise = {};
  const ArrayNetwork network = network_on(options);
  ASSERT_EQ(network.scales().size(), 3U);
  Matrix<float> x = pixels(images(), ArrayNetwork::kCalibrationImages);
  std::vector<std::uint32_t> numbers(ArrayNetwork::kCalibrationImages);
  std::iota(numbers.begin(), numbers.end(), 0U);
  for (std::size_t i = 0; i < 3; ++i) {
    const ArrayLayer ideal(quiet, View<const float>(parameters()[i].weights));
    const LayerScales expected = calibrate(ideal, x);
    const LayerScales& scales = network.scales()[i];
    EXPECT_EQ(scales.coding.full_scale, expected.coding.full_scale) << i;
    EXPECT_EQ(scales.coding.encoding, InputEncoding::unsigned_);
    ASSERT_EQ(scales.quantisers.size(), expected.quantisers.size());
    for (std::size_t q = 0; q < expected.quantisers.size(); ++q)
      EXPECT_EQ(scales.quantisers[q].lsb(), expected.quantisers[q].lsb()) << i;
    Matrix<float> y(x.rows(), parameters()[i].weights.rows());
    ideal.read(x, {numbers, 1}, expected, {}, y);
    y.rowwise() += parameters()[i].bias.transpose();
    x = y.cwiseMax(0.0F);
  }
}

// A network with twice the weights in its second layer has other sums there, but can keep the ranges of the first.
TEST(ArrayNetwork, TakesTheRangesOfAnotherNetwork) {
  const ArrayOptions options = noisy();
  const ArrayNetwork other = network_on(options);
  NetworkState<float> state = trained()->state;
  state.parameters[1].weights = state.parameters[1].weights.cwiseAbs();
  const auto moved = small::trained_network(small::kSpec, state);
  const ArrayNetwork own(moved, {.arrays = options}, images(), test_set(), kNoPoll);
  const ArrayNetwork taken(moved, {.arrays = options, .range_from = other.scales()}, images(), test_set(), kNoPoll);
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
  std::vector<std::uint8_t> pixels(images().pixels().begin(), images().pixels().begin() + 36 * kFew);
  for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(pixel / 4);
  const SampleSet dim = SampleSet::of_images({1, 6, 6}, std::move(pixels), std::vector<Label>(kFew), 5);
  const ArrayOptions options = noisy();
  const ArrayNetwork network = network_on(options, small::evaluation_set(dim)),
                     usual = network_on(options, few_tests());
  const auto brightest = *std::ranges::max_element(images().pixels());
  EXPECT_FLOAT_EQ(static_cast<float>(network.scales()[0].coding.full_scale), static_cast<float>(brightest) / 255.0F);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(network.scales()[i].coding.full_scale, usual.scales()[i].coding.full_scale) << i;
    EXPECT_EQ(network.scales()[i].quantisers[0].lsb(), usual.scales()[i].quantisers[0].lsb()) << i;
  }
}

TEST(ArrayNetwork, CalibratesOnTheFirstImagesOnly) {
  const ArrayOptions options = noisy();
  const SampleSet first = small::images(ArrayNetwork::kCalibrationImages);
  const ArrayNetwork few(trained(), {.arrays = options}, first, test_set(), kNoPoll);
  const ArrayNetwork many = network_on(options);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(few.scales()[i].coding.full_scale, many.scales()[i].coding.full_scale);
    EXPECT_EQ(few.scales()[i].quantisers[0].lsb(), many.scales()[i].quantisers[0].lsb());
  }
}

// One layer, whose inputs are the images themselves, worked out without batches.
TEST(ArrayNetwork, CorrelationAndSaturationAreThoseOfTheLayersProducts) {
  ArrayOptions options = noisy();
  options.adc.percentile = 90;
  const NetworkSpec spec = mlp(36, {}, LayerKind::relu, 5);
  const auto only = small::trained_network(spec, {initial_parameters(spec, 4, 0), {}});
  const Parameters<float>& one = only->state.parameters;
  ArrayNetwork network(only, {.arrays = options}, images(), test_set(), kNoPoll);
  const ChipOutcome outcome = small::evaluate_chip(network, kKey, 2, 7, kNoPoll);

  ArrayLayer layer(options, View<const float>(one[0].weights));
  const ChipKey chip{kKey, {.replica = 2, .trial = 7}};
  EXPECT_EQ(layer.program(chip), outcome.layers[0].cells);
  const Matrix<float> x = pixels(images(), kImages);
  std::vector<std::uint32_t> numbers(kImages);
  std::iota(numbers.begin(), numbers.end(), 0U);
  Matrix<float> y(x.rows(), 5);
  ConversionCounts counts;
  layer.read(x, {numbers, 1}, network.scales()[0], chip, y, &counts);
  EXPECT_GT(counts.saturated, 0);
  EXPECT_EQ(outcome.layers[0].saturation, counts.saturated / counts.conversions);
  const auto first = static_cast<Index>(ArrayNetwork::kCorrelationImages);
  const Matrix<double> a = y.topRows(first).cast<double>();
  const Matrix<double> b = x.topRows(first).cast<double>() * one[0].weights.cast<double>().transpose();
  const auto da = (a.array() - a.mean()).eval(), db = (b.array() - b.mean()).eval();
  const double expected = (da * db).sum() / std::sqrt(da.square().sum() * db.square().sum());
  EXPECT_LT(expected, 0.99);
  EXPECT_NEAR(outcome.layers[0].correlation, expected, 1e-6);
}

TEST(ArrayNetwork, ChipsAreTheSameWhateverWasEvaluatedBefore) {
  for (const ReadForm form : {ReadForm::columns, ReadForm::cells}) {
    const ArrayOptions options = noisy(form);
    ArrayNetwork forward = network_on(options, few_tests()), backward = network_on(options, few_tests());
    std::vector<ChipOutcome> chips, again(3);
    for (std::uint32_t trial = 0; trial < 3; ++trial)
      chips.push_back(small::evaluate_chip(forward, kKey, 0, trial, kNoPoll));
    (void)small::evaluate_chip(backward, kKey, 1, 0, kNoPoll);
    (void)small::evaluate_chip(backward, kKey + 1, 0, 0, kNoPoll);
    for (const std::uint32_t trial : {2U, 1U, 0U})
      again[trial] = small::evaluate_chip(backward, kKey, 0, trial, kNoPoll);
    for (std::size_t trial = 0; trial < 3; ++trial) expect_equal(chips[trial], again[trial]);
    EXPECT_NE(chips[0].tally.loss_sum, chips[1].tally.loss_sum);
    EXPECT_NE(chips[1].tally.loss_sum, chips[2].tally.loss_sum);
    EXPECT_NE(small::evaluate_chip(backward, kKey, 1, 0, kNoPoll).tally.loss_sum, chips[0].tally.loss_sum);
  }
}

// Noise is that of the image's number in the test set, whatever else is in the list.
TEST(ArrayNetwork, AnImageYieldsTheSameInEveryList) {
  for (const ReadForm form : {ReadForm::columns, ReadForm::cells}) {
    ArrayNetwork network = network_on(noisy(form), few_tests());
    network.program(kKey, 0, 5, kNoPoll);
    const auto loss = [&](const std::vector<std::uint32_t>& which) {
      return network.evaluate(which, kNoPoll).tally.loss_sum;
    };
    EXPECT_EQ(loss({513, 0, 77}), loss({513}) + loss({0}) + loss({77}));
    std::vector<std::uint32_t> first(400), second(130);
    std::iota(first.begin(), first.end(), 0U);
    std::iota(second.begin(), second.end(), 400U);
    const ChipOutcome all = small::evaluate_all(network, kNoPoll), begin = network.evaluate(first, kNoPoll),
                      end = network.evaluate(second, kNoPoll);
    EXPECT_EQ(all.tally.correct, begin.tally.correct + end.tally.correct);
    EXPECT_NEAR(all.tally.loss_sum, begin.tally.loss_sum + end.tally.loss_sum, 1e-13 * all.tally.loss_sum);
  }
}

TEST(ArrayNetwork, GivesUpAtAPollAndStartsAfresh) {
  const ArrayOptions options = noisy(ReadForm::cells);
  ArrayNetwork network = network_on(options, few_tests());
  int polls = 0;
  const ChipOutcome whole = small::evaluate_chip(network, kKey, 0, 5, [&] { ++polls; });
  EXPECT_GE(polls, 3 * static_cast<int>(kFew) / 128);
  for (const int last : {1, 4, polls}) {
    int left = last;
    const Poll stop = [&] {
      if (--left == 0) throw Interrupted();
    };
    EXPECT_THROW((void)small::evaluate_chip(network, kKey, 0, 6, stop), Interrupted);
    expect_equal(small::evaluate_chip(network, kKey, 0, 5, kNoPoll), whole);
  }
  EXPECT_THROW(ArrayNetwork(trained(), {.arrays = options}, images(), test_set(), [] { throw Interrupted(); }),
               Interrupted);
}

// Where every read solves a circuit, one image is all that may pass between two polls.
TEST(ArrayNetwork, IsPolledForEveryImageWhereCircuitsAreSolved) {
  ArrayOptions options = noisy(ReadForm::cells);
  options.cells.clip = Clip::zero;
  options.wires.row_ohm = options.wires.column_ohm = 1;
  const NetworkSpec spec = mlp(36, {}, LayerKind::relu, 5);
  const auto one = small::trained_network(spec, {initial_parameters(spec, 4, 0), {}});
  const SampleSet few = small::images(5);
  ArrayNetwork network(one, {.arrays = options}, few, small::evaluation_set(few), kNoPoll);
  int polls = 0;
  (void)small::evaluate_chip(network, kKey, 0, 0, [&] { ++polls; });
  EXPECT_GE(polls, 5);
}

/// Branches, normalisations, a grouped convolution; 6 x 6 images of one channel.
NetworkSpec branched() {
  const std::string layers[] = {"conv 4 padding 1 no-bias",
                                "norm",
                                "relu",
                                "residual 6 stride 2",
                                "conv 6 padding 1 groups 2",
                                "relu",
                                "max-pool 3",
                                "flatten",
                                "dense 9",
                                "relu",
                                "dense classes"};
  return build_network({1, 6, 6}, 5, layers);
}

NetworkState<float> branched_state() {
  NetworkState<float> all{initial_parameters(branched(), 4, 0), initial_normalisations<float>(branched())};
  for (std::size_t i = 0; i < all.normalisations.running.size(); ++i) {
    all.normalisations.parameters[i].gamma.setLinSpaced(0.5F, 1.5F);
    all.normalisations.parameters[i].beta.setLinSpaced(-0.2F, 0.3F);
    all.normalisations.running[i].mean.setLinSpaced(-0.1F, 0.4F);
    all.normalisations.running[i].variance.setLinSpaced(0.2F, 2.0F);
  }
  return all;
}

TEST(ArrayNetwork, ExactArraysAreTheDigitalNetworkWithBranchesNormalisationsAndScaledInputs) {
  const auto network_of_branches = small::trained_network(branched(), branched_state());
  const NetworkState<float>& state = network_of_branches->state;
  const auto scaled = small::evaluation_set(images(), {{0.3F}, {0.25F}});
  const MatrixPass<float> digital(state.parameters, state.normalisations.evaluated());
  Activations<float> activations;
  Batch all;
  scaled->fill_batch(scaled->all(), all);
  Tally expected;
  tally(Network<float>(branched()).forward(all.x, digital.weights(), activations), images().labels(), {&expected, 1});
  for (const Mapping mapping : {Mapping::one_sided, Mapping::offset}) {
    const ArrayOptions options = exact(mapping);
    ArrayNetwork network(network_of_branches, {.arrays = options}, images(), scaled, kNoPoll);
    const ChipOutcome outcome = small::evaluate_chip(network, kKey, 0, 0, kNoPoll);
    EXPECT_NEAR(outcome.tally.correct, expected.correct, 1);
    EXPECT_NEAR(outcome.tally.loss(), expected.loss(), 1e-5);
    for (const ArrayLayerOutcome& layer : outcome.layers) EXPECT_NEAR(layer.correlation, 1, 1e-8);
  }
}

// All images at once, layer after layer, against the batches and parts of the network.
TEST(ArrayNetwork, CalibratesConvolutionsOnWhatTheChainBeforeThemMakes) {
  const ArrayOptions options = noisy();
  ArrayOptions quiet = options;
  quiet.read_noise = {};
  quiet.adc.noise = {};
  const auto network_of_branches = small::trained_network(branched(), branched_state());
  const NetworkState<float>& state = network_of_branches->state;
  const SampleSet few = small::images(700);
  const auto few_set = small::evaluation_set(few, {{0.3F}, {0.25F}});
  const ArrayNetwork network(network_of_branches, {.arrays = options}, few, few_set, kNoPoll);
  std::vector<std::uint32_t> numbers(few.count());
  std::iota(numbers.begin(), numbers.end(), 0U);

  struct Whole final : Product<float> {
    Whole(const ArrayOptions& array, View<const float> weights, std::span<const std::uint32_t> names)
        : ideal(array, weights), images(names) {}
    void apply(View<const float> x, View<float> y) const override {
      scales = calibrate(ideal, x);
      ideal.read(x, {images, x.rows / static_cast<Index>(images.size())}, scales, {}, y);
    }
    [[nodiscard]] View<const float> backward_weights() const override { throw std::logic_error("not trained"); }
    ArrayLayer ideal;
    std::span<const std::uint32_t> images;
    mutable LayerScales scales;
  };
  std::vector<std::unique_ptr<Whole>> products;
  PassWeights<float> weights;
  weights.normalisations = state.normalisations.evaluated();
  for (const LayerParameters<float>& layer : state.parameters) {
    products.push_back(std::make_unique<Whole>(quiet, View<const float>(layer.weights), numbers));
    weights.products.push_back(products.back().get());
    weights.biases.push_back(&layer.bias);
  }
  Batch all;
  few_set->fill_batch(few_set->all(), all);
  Activations<float> activations;
  (void)Network<float>(branched()).forward(all.x, weights, activations);
  for (std::size_t i = 0; i < products.size(); ++i) {
    EXPECT_EQ(network.scales()[i].coding.full_scale, products[i]->scales.coding.full_scale) << i;
    EXPECT_EQ(network.scales()[i].coding.encoding, products[i]->scales.coding.encoding) << i;
    EXPECT_EQ(network.scales()[i].quantisers[0].lsb(), products[i]->scales.quantisers[0].lsb()) << i;
  }
  EXPECT_EQ(network.scales()[0].coding.encoding, InputEncoding::sign_magnitude);
}

}  // namespace
}  // namespace ohmcarlo
