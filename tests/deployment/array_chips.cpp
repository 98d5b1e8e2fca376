#include "deployment/array_chips.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "chip/listed_answers.hpp"
#include "chip/small_arrays.hpp"
#include "chip/small_sequences.hpp"
#include "deployment/small_chip.hpp"

namespace ohmcarlo {
namespace array_chips_test {

using small::Chip;
using small::kKey;
using small::kNoPoll;

DeploymentOptions calibration() {
  DeploymentOptions steps;
  steps.calibrate = CalibrateOptions{.form = StandardForm::projection, .standard = StandardKind::ones, .groups = 1000};
  return steps;
}

ArrayNetwork arrays_of(const Chip& chip) {
  return {small::trained_network(small::kSpec, chip.state), {chip.options, true}, *chip.training, chip.test, kNoPoll};
}

// Calibrated group by group, defective chips compute what the clean network does.
TEST(ArrayChips, AreDeployedAfterProgrammingAndSayWhatWasDone) {
  const Chip chip;
  ArrayChips chips(arrays_of(chip), calibration(), chip.seen, kNoPoll);
  ASSERT_EQ(chips.count(), 1);
  chips.program({kKey, 0, 3}, kNoPoll);
  const ChipOutcome bare = chips.evaluate(chip.test->all(), kNoPoll).front();
  EXPECT_TRUE(bare.deployment.error_before.empty());
  EXPECT_EQ(bare.tally.loss_sum, chip.loss());
  chips.deploy(kNoPoll);
  const ChipOutcome deployed = chips.evaluate(chip.test->all(), kNoPoll).front();
  ASSERT_EQ(deployed.deployment.error_before.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_GT(deployed.deployment.error_before[i], 1e-3);
    EXPECT_LT(deployed.deployment.error_after[i], 1e-6);
  }
  const Chip clean(small::defective(0));
  EXPECT_NEAR(deployed.tally.loss_sum, clean.loss(), 1e-4 * clean.loss());
  EXPECT_GT(std::abs(bare.tally.loss_sum - clean.loss()), 1e-2 * clean.loss());
}

TEST(ArrayChips, AreAsNewWhenProgrammedAgain) {
  const Chip chip;
  ArrayChips chips(arrays_of(chip), calibration(), chip.seen, kNoPoll), bare(arrays_of(chip));
  chips.program({kKey, 0, 1}, kNoPoll);
  chips.deploy(kNoPoll);
  for (ArrayChips* each : {&chips, &bare}) each->program({kKey, 0, 3}, kNoPoll);
  bare.deploy(kNoPoll);  // no steps
  const std::vector<std::uint32_t> some{5, 2, 300};
  const ChipOutcome again = chips.evaluate(some, kNoPoll).front();
  EXPECT_EQ(again.tally.loss_sum, bare.evaluate(some, kNoPoll).front().tally.loss_sum);
  EXPECT_EQ(again.tally.images, 3);
  EXPECT_TRUE(again.deployment.error_after.empty());
}

/// One chip's answers to lists of several lengths.
void expect_chip_answers(const Chips& chips, const EvaluationSet& test) {
  for (const std::size_t length : {0, 1, 5, 6, 7, 100})
    small::expect_answers(chips, test, small::image_lists({length}, static_cast<std::uint32_t>(test.images())));
  small::expect_refusals(chips, test);
}

// Noise of reads and converters is that of an image's number, wherever its list has it.
TEST(ArrayChips, AnswersAreOfTheListedImages) {
  const auto test = small::evaluation_set(small::images(130));
  for (const Mapping mapping : {Mapping::one_sided, Mapping::offset}) {
    ArrayOptions options = small::noisy();
    options.format.mapping = mapping;
    ArrayChips chips(small::network_on(options, test));
    chips.program({kKey, 0, 5}, kNoPoll);
    expect_chip_answers(chips, *test);
  }
}

TEST(ArrayChips, AnswersAreOfTheListedImagesInConvolutions) {
  const auto test = small::evaluation_set(small::images(110));
  ArrayChips chips(ArrayNetwork(small::trained_network(small::branched(), small::branched_state()),
                                {.arrays = small::noisy()}, small::many_images(), test, kNoPoll));
  chips.program({kKey, 0, 5}, kNoPoll);
  expect_chip_answers(chips, *test);
}

TEST(ArrayChips, AnswersAreOfTheListedSequencesAndTheirFrames) {
  for (const bool frame_wise : {false, true}) {
    const NetworkSpec spec = small::recurrent(frame_wise);
    const auto test = small::evaluation_set(small::sequences(110, frame_wise), small::kFeatureScaling);
    ArrayChips chips(ArrayNetwork(small::trained_network(spec, {initial_parameters(spec, 4, 0), {}}),
                                  {.arrays = small::noisy()}, small::sequences(150, frame_wise), test, kNoPoll));
    chips.program({kKey, 0, 5}, kNoPoll);
    expect_chip_answers(chips, *test);
  }
}

TEST(ArrayChips, AnswersComeWithWhatAnEvaluationSaysBesides) {
  const Chip chip;
  ArrayChips chips(arrays_of(chip), calibration(), chip.seen, kNoPoll);
  chips.program({kKey, 0, 3}, kNoPoll);
  chips.deploy(kNoPoll);
  const std::vector<std::uint32_t> some{5, 2, 300};
  const ChipOutcome expected = chips.evaluate(some, kNoPoll).front();
  const ChipOutcome outcome = chips.evaluate_each({&some, 1}, kNoPoll).front();
  ASSERT_EQ(outcome.layers.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(outcome.layers[i].correlation, expected.layers[i].correlation);
    EXPECT_EQ(outcome.layers[i].cells, expected.layers[i].cells);
  }
  EXPECT_EQ(outcome.deployment.error_after, expected.deployment.error_after);
  EXPECT_FALSE(outcome.deployment.error_after.empty());
}

TEST(ArrayChips, ALineageWithoutMovesIsChipZeroUnderItsKey) {
  const auto trained = small::small_trained();
  ArrayChips chips(ArrayNetwork(trained, {small::noisy()}, small::many_images(), small::few_tests(), kNoPoll));
  chips.program({kKey, 1, 0}, kNoPoll);
  const double plain = chips.evaluate(small::few_tests()->all(), kNoPoll).front().tally.loss_sum;
  const Lineage lineage = kKey;
  chips.program_each({&lineage, 1}, 1, kNoPoll);
  EXPECT_EQ(chips.evaluate(small::few_tests()->all(), kNoPoll).front().tally.loss_sum, plain);
  EXPECT_THROW(chips.program_each({}, 1, kNoPoll), std::logic_error);
}

// A move of no length leaves the cells where they were; reads have its key. A long one leaves nothing.
TEST(ArrayChips, MovedChipsHaveReadsOfTheirLastMove) {
  const auto trained = small::small_trained();
  ArrayChips chips(ArrayNetwork(trained, {small::noisy()}, small::many_images(), small::few_tests(), kNoPoll));
  const auto run = [&](const Lineage& lineage) {
    chips.program_each({&lineage, 1}, 0, kNoPoll);
    return std::pair(chips.contents(0).front().weights, chips.evaluate(small::few_tests()->all(), kNoPoll).front());
  };
  const auto [weights, outcome] = run(kKey);
  const auto [same_weights, other_reads] = run({kKey, {{77, 1, 0}}});
  const auto [moved_weights, moved] = run({kKey, {{77, 0.6F, 0.8F}}});
  EXPECT_EQ(same_weights, weights);
  EXPECT_NE(other_reads.tally.loss_sum, outcome.tally.loss_sum);
  EXPECT_NE(moved_weights, weights);
  EXPECT_EQ(run({kKey, {{77, 0.6F, 0.8F}}}).second.tally.loss_sum, moved.tally.loss_sum);
}

}  // namespace array_chips_test
}  // namespace ohmcarlo
