#include "chip/weight_chips.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "chip/group.hpp"
#include "chip/single_chips.hpp"
#include "chip/small_network.hpp"
#include "chip/small_sequences.hpp"
#include "chip/whole_set.hpp"
#include "network/architecture.hpp"

namespace ohmcarlo {
namespace weight_chips_test {

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
  const NetworkSpec spec = mlp(2, {6}, "relu", 3);
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

TEST(WeightChips, StandSideBySideWhereAllLayersAreDense) {
  const NetworkSpec spec =
      build_network({1, 6, 6}, 5, std::vector<std::string>{"conv 2 padding 1", "flatten", "dense classes"});
  const auto convolutional = small::trained_network(spec, {initial_parameters(spec, 4, 0), {}});
  EXPECT_EQ(chips_per_group(small::kSpec), kChipsPerGroup);
  const auto images = small::evaluation_set(small::images(1));
  const auto dense = small::trained_network(small::kSpec, {small::parameters(), {}});
  EXPECT_NE(dynamic_cast<ChipGroup*>(make_weight_chips(dense, {}, images, 2).get()), nullptr);
  EXPECT_EQ(chips_per_group(convolutional->spec), 1U);
  EXPECT_NE(dynamic_cast<SingleChips*>(make_weight_chips(convolutional, {}, images, 2).get()), nullptr);
  EXPECT_THROW(ChipGroup(convolutional, {}, images, 1), std::logic_error);
}

}  // namespace weight_chips_test
}  // namespace ohmcarlo
