#include "chip/array_network.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "chip/small_arrays.hpp"
#include "network/architecture.hpp"

namespace ohmcarlo {
namespace array_network_test {

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
  const MatrixPass<float> pass(small::trained_parameters());
  Activations<float> activations;
  const Matrix<float> x = small::pixels(small::many_images(), small::kImages);
  Tally expected;
  tally(digital.forward(x, pass.weights(), activations), small::many_images().labels(), {&expected, 1});
  for (const Mapping mapping : {Mapping::sign_magnitude, Mapping::one_sided, Mapping::mid_point, Mapping::offset}) {
    const ArrayOptions options = small::exact(mapping);
    const ChipOutcome outcome = [&] {
      ArrayNetwork network = small::network_on(options);
      return small::evaluate_chip(network, small::kKey, 0, 0, small::kNoPoll);
    }();
    EXPECT_EQ(outcome.tally.images, small::kImages);
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

TEST(ArrayNetwork, ChipsAreTheSameWhateverWasEvaluatedBefore) {
  for (const ReadForm form : {ReadForm::columns, ReadForm::cells}) {
    const ArrayOptions options = small::noisy(form);
    ArrayNetwork forward = small::network_on(options, small::few_tests()),
                 backward = small::network_on(options, small::few_tests());
    std::vector<ChipOutcome> chips, again(3);
    for (std::uint32_t trial = 0; trial < 3; ++trial)
      chips.push_back(small::evaluate_chip(forward, small::kKey, 0, trial, small::kNoPoll));
    (void)small::evaluate_chip(backward, small::kKey, 1, 0, small::kNoPoll);
    (void)small::evaluate_chip(backward, small::kKey + 1, 0, 0, small::kNoPoll);
    for (const std::uint32_t trial : {2U, 1U, 0U})
      again[trial] = small::evaluate_chip(backward, small::kKey, 0, trial, small::kNoPoll);
    for (std::size_t trial = 0; trial < 3; ++trial) expect_equal(chips[trial], again[trial]);
    EXPECT_NE(chips[0].tally.loss_sum, chips[1].tally.loss_sum);
    EXPECT_NE(chips[1].tally.loss_sum, chips[2].tally.loss_sum);
    EXPECT_NE(small::evaluate_chip(backward, small::kKey, 1, 0, small::kNoPoll).tally.loss_sum,
              chips[0].tally.loss_sum);
  }
}

TEST(ArrayNetwork, GivesUpAtAPollAndStartsAfresh) {
  const ArrayOptions options = small::noisy(ReadForm::cells);
  ArrayNetwork network = small::network_on(options, small::few_tests());
  int polls = 0;
  const ChipOutcome whole = small::evaluate_chip(network, small::kKey, 0, 5, [&] { ++polls; });
  EXPECT_GE(polls, 3 * static_cast<int>(small::kFew) / 128);
  for (const int last : {1, 4, polls}) {
    int left = last;
    const Poll stop = [&] {
      if (--left == 0) throw Interrupted();
    };
    EXPECT_THROW((void)small::evaluate_chip(network, small::kKey, 0, 6, stop), Interrupted);
    expect_equal(small::evaluate_chip(network, small::kKey, 0, 5, small::kNoPoll), whole);
  }
  EXPECT_THROW(ArrayNetwork(small::small_trained(), {.arrays = options}, small::many_images(), small::test_set(),
                            [] { throw Interrupted(); }),
               Interrupted);
}

// Where every read solves a circuit, one image is all that may pass between two polls.
TEST(ArrayNetwork, IsPolledForEveryImageWhereCircuitsAreSolved) {
  ArrayOptions options = small::noisy(ReadForm::cells);
  options.cells.clip = Clip::zero;
  options.wires.row_ohm = options.wires.column_ohm = 1;
  const NetworkSpec spec = mlp(36, {}, "relu", 5);
  const auto one = small::trained_network(spec, {initial_parameters(spec, 4, 0), {}});
  const SampleSet few = small::images(5);
  ArrayNetwork network(one, {.arrays = options}, few, small::evaluation_set(few), small::kNoPoll);
  int polls = 0;
  (void)small::evaluate_chip(network, small::kKey, 0, 0, [&] { ++polls; });
  EXPECT_GE(polls, 5);
}

TEST(ArrayNetwork, ExactArraysAreTheDigitalNetworkWithBranchesNormalisationsAndScaledInputs) {
  const auto network_of_branches = small::trained_network(small::branched(), small::branched_state());
  const NetworkState<float>& state = network_of_branches->state;
  const auto scaled = small::evaluation_set(small::many_images(), {{0.3F}, {0.25F}});
  const MatrixPass<float> digital(state.parameters, state.normalisations.evaluated());
  Activations<float> activations;
  Batch all;
  scaled->fill_batch(scaled->all(), all);
  Tally expected;
  tally(Network<float>(small::branched()).forward(all.x, digital.weights(), activations), small::many_images().labels(),
        {&expected, 1});
  for (const Mapping mapping : {Mapping::one_sided, Mapping::offset}) {
    const ArrayOptions options = small::exact(mapping);
    ArrayNetwork network(network_of_branches, {.arrays = options}, small::many_images(), scaled, small::kNoPoll);
    const ChipOutcome outcome = small::evaluate_chip(network, small::kKey, 0, 0, small::kNoPoll);
    EXPECT_NEAR(outcome.tally.correct, expected.correct, 1);
    EXPECT_NEAR(outcome.tally.loss(), expected.loss(), 1e-5);
    for (const ArrayLayerOutcome& layer : outcome.layers) EXPECT_NEAR(layer.correlation, 1, 1e-8);
  }
}

}  // namespace array_network_test
}  // namespace ohmcarlo
