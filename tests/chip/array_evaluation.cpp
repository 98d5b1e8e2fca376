// Networks of sequences on arrays.

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "chip/array_network.hpp"
#include "chip/single_chips.hpp"
#include "chip/small_arrays.hpp"
#include "chip/small_sequences.hpp"
#include "chip/whole_set.hpp"
#include "network/architecture.hpp"
#include "network/operations.hpp"

namespace ohmcarlo {
namespace array_evaluation_test {

using small::chosen;
using small::recurrent;
using small::sequences;

const Poll kNoPoll = [] {};

NetworkState<float> state_of(const NetworkSpec& spec) {
  return {initial_parameters(spec, 4, 0), {}};
}

/// Cells without errors, inputs and sums without converters.
ArrayOptions exact() {
  ArrayOptions options;
  options.format.mapping = Mapping::one_sided;
  options.cells.range = {0, 1e-4, options.format.top()};
  options.dac.coding.encoding = InputEncoding::automatic;
  return options;
}

/// Variation, coarse converters, and noise at every read.
ArrayOptions noisy() {
  ArrayOptions options = exact();
  options.cells.variation.sigma = 0.1;
  options.read_noise = {0.1F, 0.02F, 0};
  options.read_form = ReadForm::columns;
  options.dac.coding.bits = 6;
  options.adc.bits = 8;
  return options;
}

ChipOutcome evaluated(const NetworkSpec& spec, const ArrayOptions& options, const SampleSet& test,
                      const NetworkState<float>& state) {
  ArrayNetwork network(small::trained_network(spec, state), {.arrays = options}, sequences(150, test.frame_wise()),
                       small::evaluation_set(test, small::kFeatureScaling), kNoPoll);
  return small::evaluate_chip(network, 21, 0, 3, kNoPoll);
}

ChipOutcome evaluated(const NetworkSpec& spec, const ArrayOptions& options, const SampleSet& test) {
  return evaluated(spec, options, test, state_of(spec));
}

/// Networks of frames whose first layer is of gated units of either kind, or of plain ones.
std::vector<NetworkSpec> other_cells() {
  std::vector<NetworkSpec> networks;
  for (const RecurrentCell cell : {RecurrentCell::tanh, RecurrentCell::gru, RecurrentCell::gru_reset_behind})
    networks.push_back(chain_of({ohmcarlo::recurrent("cells1", {2, 1, 1}, 5, cell), dense("dense1", 5, 3)}, 2, 3));
  return networks;
}

TEST(ArraySequences, ExactArraysAreTheDigitalNetwork) {
  std::vector<NetworkSpec> networks = other_cells();
  networks.push_back(recurrent(true));
  networks.push_back(recurrent(false));
  for (const NetworkSpec& spec : networks) {
    const bool frame_wise = !spec.gives_one_row_a_sequence();
    const SampleSet test = sequences(600, frame_wise);
    const auto set = small::evaluation_set(test, small::kFeatureScaling);
    SingleChips digital(small::trained_network(spec, state_of(spec)), Variation{}, set, 1);
    digital.program({}, kNoPoll);
    const Tally expected = small::tallies(digital, *set, kNoPoll).front();
    const ChipOutcome outcome = evaluated(spec, exact(), test);
    EXPECT_EQ(outcome.tally.images, expected.images);
    EXPECT_EQ(outcome.tally.correct, expected.correct);
    EXPECT_NEAR(outcome.tally.loss(), expected.loss(), 1e-5);
    for (const ArrayLayerOutcome& layer : outcome.layers) EXPECT_NEAR(layer.correlation, 1, 1e-9);
  }
}

TEST(ArraySequences, NoiseIsOfTheSequenceAndItsTimeStep) {
  // What the second sequence yields does not depend on its neighbour, before or after which its rows may come; but on
  // its own number.
  for (const bool frame_wise : {false, true}) {
    const NetworkSpec spec = recurrent(frame_wise);
    const SampleSet all = sequences(7, frame_wise);
    const auto loss = [&](const std::vector<std::size_t>& which) {
      return evaluated(spec, noisy(), chosen(all, which)).tally.loss_sum;
    };
    constexpr std::size_t kShort = 1, kLong = 6, kOne = 4;
    const double beside_short = loss({kShort, kOne}) - loss({kShort});
    EXPECT_NEAR(loss({kLong, kOne}) - loss({kLong}), beside_short, 1e-9);
    EXPECT_GT(std::abs(loss({kOne}) - beside_short), 1e-4);
  }
}

TEST(ArraySequences, NoiseOfUnitsThatReadTwiceIsOfTheSequence) {
  for (const NetworkSpec& spec : other_cells()) {
    const SampleSet all = sequences(7, true);
    const auto loss = [&](const std::vector<std::size_t>& which) {
      return evaluated(spec, noisy(), chosen(all, which)).tally.loss_sum;
    };
    EXPECT_NEAR(loss({6, 4}) - loss({6}), loss({1, 4}) - loss({1}), 1e-9);
  }
}

TEST(ArraySequences, EveryTimeStepHasNoiseOfItsOwn) {
  // Cells that forget at once and see the same frame again and again: without noise all steps are alike.
  const NetworkSpec spec = build_network({2, 1, 1}, 3, std::vector<std::string>{"lstm 5", "dense classes"});
  NetworkState<float> state = state_of(spec);
  state.parameters[0].weights.rightCols(5).setZero();
  state.parameters[0].bias.segment(5, 5).setConstant(-100);
  FrameSequences frames{
      .coefficients = 2, .values = {}, .first = {0, 7}, .frame_wise = true, .labels = std::vector<Label>(7)};
  for (int step = 0; step < 7; ++step) frames.values.insert(frames.values.end(), {0.5F, -0.7F});
  const auto loss = [&](const ArrayOptions& options, std::size_t step) {
    frames.labels.assign(7, kUnlabelled);
    frames.labels[step] = 1;
    return evaluated(spec, options, SampleSet::of_sequences(frames, 3), state).tally.loss_sum;
  };
  EXPECT_EQ(loss(exact(), 3), loss(exact(), 4));
  EXPECT_GT(std::abs(loss(noisy(), 3) - loss(noisy(), 4)), 1e-4);
}

TEST(ArraySequences, PaddingIsNotConverted) {
  const NetworkSpec spec = recurrent(true);
  const SampleSet all = sequences(7, true);
  // A converter that clips most sums: shares of conversions tell how many there were.
  ArrayOptions options = noisy();
  options.read_noise = {};
  options.adc.range = RangeKind::given;
  options.adc.low = -0.1;
  options.adc.high = 0.1;
  const auto saturation = [&](const std::vector<std::size_t>& which, std::size_t layer) {
    return evaluated(spec, options, chosen(all, which)).layers[layer].saturation;
  };
  for (std::size_t layer = 0; layer < 3; ++layer) {
    const double of_long = saturation({6}, layer), of_short = saturation({0}, layer);
    EXPECT_GT(of_long, 0) << layer;
    EXPECT_NE(of_long, of_short) << layer;
    EXPECT_NEAR(saturation({6, 0}, layer), (7 * of_long + of_short) / 8, 1e-12) << layer;
  }
}

TEST(ArraySequences, ChipsDifferAndRepeat) {
  const NetworkSpec spec = recurrent(false);
  const auto test = small::evaluation_set(sequences(60, false), small::kFeatureScaling);
  ArrayNetwork network(small::trained_network(spec, state_of(spec)), {.arrays = noisy()}, sequences(150, false), test,
                       kNoPoll);
  const auto loss = [&](std::uint32_t trial) {
    return small::evaluate_chip(network, 21, 0, trial, kNoPoll).tally.loss_sum;
  };
  const double first = loss(0);
  EXPECT_NE(loss(1), first);
  EXPECT_EQ(loss(0), first);
}

// One layer, whose inputs are the images themselves, worked out without batches.
TEST(ArrayNetwork, CorrelationAndSaturationAreThoseOfTheLayersProducts) {
  ArrayOptions options = small::noisy();
  options.adc.percentile = 90;
  const NetworkSpec spec = mlp(36, {}, "relu", 5);
  const auto only = small::trained_network(spec, {initial_parameters(spec, 4, 0), {}});
  const Parameters<float>& one = only->state.parameters;
  ArrayNetwork network(only, {.arrays = options}, small::many_images(), small::test_set(), small::kNoPoll);
  const ChipOutcome outcome = small::evaluate_chip(network, small::kKey, 2, 7, small::kNoPoll);

  ArrayLayer layer(options, View<const float>(one[0].weights));
  const ChipKey chip{small::kKey, {.replica = 2, .trial = 7}};
  EXPECT_EQ(layer.program(chip), outcome.layers[0].cells);
  const Matrix<float> x = small::pixels(small::many_images(), small::kImages);
  std::vector<std::uint32_t> numbers(small::kImages);
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

// Noise is that of the image's number in the test set, whatever else is in the list.
TEST(ArrayNetwork, AnImageYieldsTheSameInEveryList) {
  for (const ReadForm form : {ReadForm::columns, ReadForm::cells}) {
    ArrayNetwork network = small::network_on(small::noisy(form), small::few_tests());
    network.program(small::kKey, 0, 5, small::kNoPoll);
    const auto loss = [&](const std::vector<std::uint32_t>& which) {
      return network.evaluate(which, small::kNoPoll).tally.loss_sum;
    };
    EXPECT_EQ(loss({513, 0, 77}), loss({513}) + loss({0}) + loss({77}));
    std::vector<std::uint32_t> first(400), second(130);
    std::iota(first.begin(), first.end(), 0U);
    std::iota(second.begin(), second.end(), 400U);
    const ChipOutcome all = small::evaluate_all(network, small::kNoPoll),
                      begin = network.evaluate(first, small::kNoPoll), end = network.evaluate(second, small::kNoPoll);
    EXPECT_EQ(all.tally.correct, begin.tally.correct + end.tally.correct);
    EXPECT_NEAR(all.tally.loss_sum, begin.tally.loss_sum + end.tally.loss_sum, 1e-13 * all.tally.loss_sum);
  }
}

}  // namespace array_evaluation_test
}  // namespace ohmcarlo
