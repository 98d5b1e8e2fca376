// Networks of sequences on arrays.

#include <cmath>

#include <gtest/gtest.h>

#include "chip/array_network.hpp"
#include "chip/single_chips.hpp"
#include "chip/small_sequences.hpp"

namespace ohmcarlo {
namespace {

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

ArrayOutcome evaluated(const NetworkSpec& spec, const ArrayOptions& options, const SampleSet& test,
                       const NetworkState<float>& state) {
  const EvaluationSet evaluation(test, small::kFeatureScaling);
  ArrayNetwork network(spec, state, options, sequences(150, test.frame_wise()), evaluation, kNoPoll);
  return network.evaluate(21, 0, 3, kNoPoll);
}

ArrayOutcome evaluated(const NetworkSpec& spec, const ArrayOptions& options, const SampleSet& test) {
  return evaluated(spec, options, test, state_of(spec));
}

TEST(ArraySequences, ExactArraysAreTheDigitalNetwork) {
  for (const bool frame_wise : {false, true}) {
    const NetworkSpec spec = recurrent(frame_wise);
    const SampleSet test = sequences(600, frame_wise);
    SingleChips digital(spec, 1);
    digital.program(0, state_of(spec), Variation{}, 0, {.purpose = Purpose::programming});
    const Tally expected = digital.evaluate(EvaluationSet(test, small::kFeatureScaling), kNoPoll).front();
    const ArrayOutcome outcome = evaluated(spec, exact(), test);
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
  const NetworkState<float> state = state_of(spec);
  const EvaluationSet test(sequences(60, false), small::kFeatureScaling);
  const ArrayOptions options = noisy();
  ArrayNetwork network(spec, state, options, sequences(150, false), test, kNoPoll);
  const double first = network.evaluate(21, 0, 0, kNoPoll).tally.loss_sum;
  EXPECT_NE(network.evaluate(21, 0, 1, kNoPoll).tally.loss_sum, first);
  EXPECT_EQ(network.evaluate(21, 0, 0, kNoPoll).tally.loss_sum, first);
}

}  // namespace
}  // namespace ohmcarlo
