// Chips that are evaluated on sequences.

#include <cmath>

#include <gtest/gtest.h>

#include "chip/batch.hpp"
#include "chip/group.hpp"
#include "chip/single_chips.hpp"
#include "network/architecture.hpp"
#include "chip/small_sequences.hpp"

namespace ohmcarlo {
namespace {

using small::chosen;
using small::recurrent;
using small::sequences;

const Poll kNoPoll = [] {};
const InputScaling& kScaling = small::kFeatureScaling;

Tally evaluated(WeightChips& chips, const NetworkSpec& spec, const SampleSet& set, Index copy = 0) {
  chips.program(copy, {initial_parameters(spec, 4, 0), {}}, Variation{.sigma = 0.1}, 13,
                {.purpose = Purpose::programming, .trial = 2});
  return chips.evaluate(EvaluationSet(set, kScaling), kNoPoll)[static_cast<std::size_t>(copy)];
}

TEST(Batch, HoldsPaddedSequencesInTheOrderAskedFor) {
  const SampleSet set = sequences(4, true);
  Batch batch;
  fill_batch(set, kScaling, std::vector<std::uint32_t>{2, 1}, batch);
  ASSERT_EQ(batch.x.rows(), 6);  // 3 and 2 frames
  EXPECT_EQ(batch.x(0, 0), (set.features()[2 * 3] - 1) / 2);
  EXPECT_EQ(batch.x(2, 1), set.features()[2 * 5 + 1] / 4);
  EXPECT_EQ(batch.x(4, 0), (set.features()[2 * 2] - 1) / 2);
  EXPECT_TRUE(batch.x.row(5).isZero());
  EXPECT_EQ(batch.labels, (std::vector<Label>{0, kUnlabelled, 2, 1, 2, kUnlabelled}));
  EXPECT_TRUE(batch.frame_wise);
}

TEST(Batch, OfWordsHasALabelASequence) {
  const SampleSet set = sequences(4, false);
  Batch batch;
  fill_batch(set, {}, std::vector<std::uint32_t>{3, 0}, batch);
  EXPECT_EQ(batch.labels, (std::vector<Label>{0, 0}));
  EXPECT_EQ(batch.sequences->length(0), 4);
  EXPECT_EQ(batch.x(0, 1), set.features()[2 * 6 + 1]);
  EXPECT_FALSE(batch.frame_wise);
}

TEST(SequenceChips, TallyWhatEverySequenceGivesAlone) {
  for (const bool frame_wise : {false, true}) {
    const SampleSet set = sequences(200, frame_wise);  // several batches, the last one smaller
    const NetworkSpec spec = recurrent(frame_wise);
    SingleChips chips(spec, 1);
    const Tally together = evaluated(chips, spec, set);
    double correct = 0, loss = 0;
    for (std::size_t i = 0; i < set.count(); ++i) {
      const SampleSet one = chosen(set, {i});
      const Tally alone = evaluated(chips, spec, one);
      correct += alone.correct;
      loss += alone.loss_sum;
    }
    EXPECT_EQ(together.correct, correct);
    EXPECT_NEAR(together.loss_sum, loss, 1e-9 * loss);
    EXPECT_EQ(together.images, frame_wise ? std::ceil(0.8 * static_cast<double>(set.first_frame(set.count()))) : 200);
  }
}

TEST(SequenceChips, LayersFrameByFrameSeeEachFrameAsAnImage) {
  const SampleSet set = sequences(40, true);
  const NetworkSpec spec = mlp(2, {6}, "relu", 3);
  ASSERT_TRUE(fits_group(spec));
  ChipGroup group(spec, 2);
  SingleChips single(spec, 1);
  const Tally side_by_side = evaluated(group, spec, set, 1), alone = evaluated(single, spec, set);
  EXPECT_EQ(side_by_side.images, alone.images);
  EXPECT_EQ(side_by_side.confusion, alone.confusion);
  EXPECT_NEAR(side_by_side.loss_sum, alone.loss_sum, 1e-4 * alone.loss_sum);
}

TEST(SequenceChips, CellsAreReadBackAsProgrammed) {
  const NetworkSpec spec = recurrent(false);
  SingleChips chips(spec, 1);
  (void)evaluated(chips, spec, sequences(3, false));
  Parameters<float> expected = initial_parameters(spec, 4, 0);
  program_weights(Variation{.sigma = 0.1}, 13, {.purpose = Purpose::programming, .trial = 2}, expected);
  EXPECT_EQ(chips.read_back(0, 0), expected[0].weights);
}

}  // namespace
}  // namespace ohmcarlo
