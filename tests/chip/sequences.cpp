// Chips that are evaluated on sequences.

#include <cmath>

#include <gtest/gtest.h>

#include "chip/batch.hpp"
#include "chip/group.hpp"
#include "chip/single_chips.hpp"
#include "chip/small_sequences.hpp"
#include "chip/whole_set.hpp"

namespace ohmcarlo {
namespace {

using small::chosen;
using small::recurrent;
using small::sequences;

const Poll kNoPoll = [] {};
const InputScaling& kScaling = small::kFeatureScaling;

constexpr Variation kVariation{.sigma = 0.1, .sampler = Sampler::cells};

std::shared_ptr<const TrainedNetwork> trained(const NetworkSpec& spec) {
  return small::trained_network(spec, {initial_parameters(spec, 4, 0), {}});
}

/// The tally of chip 2 of a kind of chips, the last of `copies`.
template <class C>
Tally evaluated(const NetworkSpec& spec, const SampleSet& set, Index copies = 1) {
  const auto test = small::evaluation_set(set, kScaling);
  C chips(trained(spec), kVariation, test, copies);
  chips.program({13, 0, static_cast<std::uint32_t>(3 - copies)}, kNoPoll);
  return small::tallies(chips, *test, kNoPoll).back();
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
    const Tally together = evaluated<SingleChips>(spec, set);
    double correct = 0, loss = 0;
    for (std::size_t i = 0; i < set.count(); ++i) {
      const SampleSet one = chosen(set, {i});
      const Tally alone = evaluated<SingleChips>(spec, one);
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
  const NetworkSpec spec = mlp(2, {6}, LayerKind::relu, 3);
  ASSERT_TRUE(fits_group(spec));
  const Tally side_by_side = evaluated<ChipGroup>(spec, set, 2), alone = evaluated<SingleChips>(spec, set);
  EXPECT_EQ(side_by_side.images, alone.images);
  EXPECT_EQ(side_by_side.confusion, alone.confusion);
  EXPECT_NEAR(side_by_side.loss_sum, alone.loss_sum, 1e-4 * alone.loss_sum);
}

TEST(SequenceChips, CellsAreReadBackAsProgrammed) {
  const NetworkSpec spec = recurrent(false);
  SingleChips chips(trained(spec), kVariation, small::evaluation_set(sequences(3, false), kScaling), 1);
  chips.program({13, 0, 2}, kNoPoll);
  Parameters<float> expected = initial_parameters(spec, 4, 0);
  program_weights(kVariation, 13, {.purpose = Purpose::programming, .trial = 2}, expected);
  EXPECT_EQ(chips.read_back(0, 0), expected[0].weights);
}

}  // namespace
}  // namespace ohmcarlo
