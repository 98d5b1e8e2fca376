#include "chip/array_network.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "chip/small_network.hpp"
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

const EvaluationSet& test_set() {
  static const EvaluationSet set(images());
  return set;
}

const EvaluationSet& few_tests() {
  static const SampleSet few = small::images(kFew);
  static const EvaluationSet set(few);
  return set;
}

const NetworkState<float>& state() {
  static const NetworkState<float> all{small::parameters(), {}};
  return all;
}

const Parameters<float>& parameters() {
  return state().parameters;
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

ArrayNetwork network_on(const ArrayOptions& options, const EvaluationSet& test = test_set()) {
  return {small::kSpec, state(), options, images(), test, kNoPoll};
}

void expect_equal(const ArrayOutcome& a, const ArrayOutcome& b) {
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
    const ArrayOutcome outcome = network_on(options).evaluate(kKey, 0, 0, kNoPoll);
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
  NetworkState<float> moved = state();
  moved.parameters[1].weights = moved.parameters[1].weights.cwiseAbs();
  const ArrayNetwork own(small::kSpec, moved, options, images(), test_set(), kNoPoll);
  const ArrayNetwork taken(small::kSpec, moved, options, images(), test_set(), kNoPoll, false, &other.scales());
  EXPECT_NE(own.scales()[1].quantisers[0].lsb(), other.scales()[1].quantisers[0].lsb());
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(taken.scales()[i].quantisers[0].lsb(), other.scales()[i].quantisers[0].lsb()) << i;
  // Inputs keep a scale of their own: that of the clipped sums before them.
  EXPECT_EQ(taken.scales()[1].coding.full_scale, own.scales()[1].coding.full_scale);
  EXPECT_NE(taken.scales()[2].coding.full_scale, other.scales()[2].coding.full_scale);
}

TEST(ArrayNetwork, CalibratesOnTheFirstImagesOnly) {
  const ArrayOptions options = noisy();
  const SampleSet first = small::images(ArrayNetwork::kCalibrationImages);
  const ArrayNetwork few(small::kSpec, state(), options, first, test_set(), kNoPoll);
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
  const NetworkSpec spec = mlp(36, {}, "relu", 5);
  const NetworkState<float> only{initial_parameters(spec, 4, 0), {}};
  const Parameters<float>& one = only.parameters;
  ArrayNetwork network(spec, only, options, images(), test_set(), kNoPoll);
  const ArrayOutcome outcome = network.evaluate(kKey, 2, 7, kNoPoll);

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
    std::vector<ArrayOutcome> chips, again(3);
    for (std::uint32_t trial = 0; trial < 3; ++trial) chips.push_back(forward.evaluate(kKey, 0, trial, kNoPoll));
    (void)backward.evaluate(kKey, 1, 0, kNoPoll);
    (void)backward.evaluate(kKey + 1, 0, 0, kNoPoll);
    for (const std::uint32_t trial : {2U, 1U, 0U}) again[trial] = backward.evaluate(kKey, 0, trial, kNoPoll);
    for (std::size_t trial = 0; trial < 3; ++trial) expect_equal(chips[trial], again[trial]);
    EXPECT_NE(chips[0].tally.loss_sum, chips[1].tally.loss_sum);
    EXPECT_NE(chips[1].tally.loss_sum, chips[2].tally.loss_sum);
    EXPECT_NE(backward.evaluate(kKey, 1, 0, kNoPoll).tally.loss_sum, chips[0].tally.loss_sum);
  }
}

TEST(ArrayNetwork, GivesUpAtAPollAndStartsAfresh) {
  const ArrayOptions options = noisy(ReadForm::cells);
  ArrayNetwork network = network_on(options, few_tests());
  int polls = 0;
  const ArrayOutcome whole = network.evaluate(kKey, 0, 5, [&] { ++polls; });
  EXPECT_GE(polls, 3 * static_cast<int>(kFew) / 128);
  for (const int last : {1, 4, polls}) {
    int left = last;
    const Poll stop = [&] {
      if (--left == 0) throw Interrupted();
    };
    EXPECT_THROW((void)network.evaluate(kKey, 0, 6, stop), Interrupted);
    expect_equal(network.evaluate(kKey, 0, 5, kNoPoll), whole);
  }
  EXPECT_THROW(ArrayNetwork(small::kSpec, state(), options, images(), test_set(), [] { throw Interrupted(); }),
               Interrupted);
}

// Where every read solves a circuit, one image is all that may pass between two polls.
TEST(ArrayNetwork, IsPolledForEveryImageWhereCircuitsAreSolved) {
  ArrayOptions options = noisy(ReadForm::cells);
  options.cells.clip = Clip::zero;
  options.wires.row_ohm = options.wires.column_ohm = 1;
  const NetworkSpec spec = mlp(36, {}, "relu", 5);
  const NetworkState<float> one{initial_parameters(spec, 4, 0), {}};
  const SampleSet few = small::images(5);
  const EvaluationSet few_set(few);
  ArrayNetwork network(spec, one, options, few, few_set, kNoPoll);
  int polls = 0;
  (void)network.evaluate(kKey, 0, 0, [&] { ++polls; });
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
  const NetworkState<float> trained = branched_state();
  const EvaluationSet scaled(images(), {{0.3F}, {0.25F}});
  const MatrixPass<float> digital(trained.parameters, trained.normalisations.evaluated());
  Activations<float> activations;
  Matrix<float> x;
  scaled.inputs(0, static_cast<Index>(kImages), x);
  Tally expected;
  tally(Network<float>(branched()).forward(x, digital.weights(), activations), images().labels(), {&expected, 1});
  for (const Mapping mapping : {Mapping::one_sided, Mapping::offset}) {
    const ArrayOptions options = exact(mapping);
    ArrayNetwork network(branched(), trained, options, images(), scaled, kNoPoll);
    const ArrayOutcome outcome = network.evaluate(kKey, 0, 0, kNoPoll);
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
  const NetworkState<float> trained = branched_state();
  const SampleSet few = small::images(700);
  const EvaluationSet few_set(few, {{0.3F}, {0.25F}});
  const ArrayNetwork network(branched(), trained, options, few, few_set, kNoPoll);
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
  weights.normalisations = trained.normalisations.evaluated();
  for (const LayerParameters<float>& layer : trained.parameters) {
    products.push_back(std::make_unique<Whole>(quiet, View<const float>(layer.weights), numbers));
    weights.products.push_back(products.back().get());
    weights.biases.push_back(&layer.bias);
  }
  Matrix<float> x;
  few_set.inputs(0, few_set.images(), x);
  Activations<float> activations;
  (void)Network<float>(branched()).forward(x, weights, activations);
  for (std::size_t i = 0; i < products.size(); ++i) {
    EXPECT_EQ(network.scales()[i].coding.full_scale, products[i]->scales.coding.full_scale) << i;
    EXPECT_EQ(network.scales()[i].coding.encoding, products[i]->scales.coding.encoding) << i;
    EXPECT_EQ(network.scales()[i].quantisers[0].lsb(), products[i]->scales.quantisers[0].lsb()) << i;
  }
  EXPECT_EQ(network.scales()[0].coding.encoding, InputEncoding::sign_magnitude);
}

}  // namespace
}  // namespace ohmcarlo
