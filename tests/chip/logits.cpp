#include "chip/logits.hpp"

#include <gmock/gmock.h>

#include "chip/group.hpp"
#include "chip/single_chips.hpp"
#include "chip/small_arrays.hpp"
#include "chip/small_sequences.hpp"

namespace ohmcarlo {
namespace logits_test {

using ::testing::ElementsAre;

const Variation kVariation{.sigma = 0.2, .weight_bits = 8, .cell_bits = 2};

/// What evaluate() must have counted, if these are the logits: one tally over all rows in their order.
Tally tally_of(const LabelledLogits& all) {
  Tally counted;
  tally(View<const float>(all.logits), all.labels, {&counted, 1});
  return counted;
}

void expect_equal(const Tally& counted, const Tally& expected) {
  EXPECT_EQ(counted.images, expected.images);
  EXPECT_EQ(counted.correct, expected.correct);
  EXPECT_EQ(counted.confusion, expected.confusion);
  EXPECT_NEAR(counted.loss_sum, expected.loss_sum, 1e-9 * expected.loss_sum);
}

/// Programs chips, and compares the logits of each with what is counted of it: all images, and some in any order.
void check_logits(Chips& chips, const EvaluationSet& test) {
  chips.program({small::kKey, 0, 8}, small::kNoPoll);
  const std::vector<std::uint32_t> some{17, 3, 4, 11, 0, 9, 8, 2};
  for (const std::span<const std::uint32_t> images : {test.all(), std::span<const std::uint32_t>(some)}) {
    const std::vector<ChipOutcome> outcomes = chips.evaluate(images, small::kNoPoll);
    for (Index copy = 0; copy < chips.count(); ++copy)
      expect_equal(tally_of(chips.logits(copy, images, small::kNoPoll)),
                   outcomes[static_cast<std::size_t>(copy)].tally);
  }
  // An image's logits are its own, wherever it stands.
  const LabelledLogits all = chips.logits(0, test.all(), small::kNoPoll);
  const LabelledLogits part = chips.logits(0, some, small::kNoPoll);
  std::size_t row = 0;
  for (const std::uint32_t image : some)
    for (std::size_t i = 0; i < all.images.size(); ++i) {
      if (all.images[i] != image) continue;
      ASSERT_LT(row, part.images.size());
      EXPECT_EQ(part.images[row], image);
      EXPECT_EQ(part.labels[row], all.labels[i]);
      EXPECT_EQ(part.logits.row(static_cast<Index>(row)), all.logits.row(static_cast<Index>(i))) << image;
      ++row;
    }
  EXPECT_EQ(row, part.images.size());
}

TEST(Logits, OfChipsSideBySideAreWhatIsCounted) {
  ChipGroup chips(small::small_trained(), kVariation, small::test_set(), 3);
  check_logits(chips, *small::test_set());
}

TEST(Logits, OfConvolutionsAreWhatIsCounted) {
  SingleChips chips(small::trained_network(small::branched(), small::branched_state()), kVariation, small::few_tests(),
                    2);
  check_logits(chips, *small::few_tests());
}

TEST(Logits, OfRecordingsAndTheirFramesAreWhatIsCounted) {
  for (const bool frame_wise : {false, true}) {
    const NetworkSpec spec = small::recurrent(frame_wise);
    const auto test = small::evaluation_set(small::sequences(130, frame_wise), small::kFeatureScaling);
    SingleChips chips(small::trained_network(spec, {initial_parameters(spec, 4, 0), {}}), kVariation, test, 2);
    check_logits(chips, *test);
  }
}

TEST(Logits, OfArraysAreWhatIsCounted) {
  ArrayNetwork network = small::network_on(small::noisy(), small::few_tests());
  network.program(small::kKey, 0, 8, small::kNoPoll);
  const LabelledLogits all = network.logits(network.test().all(), small::kNoPoll);
  expect_equal(tally_of(all), small::evaluate_all(network, small::kNoPoll).tally);
  const LabelledLogits one = network.logits(std::vector<std::uint32_t>{7}, small::kNoPoll);
  EXPECT_EQ(one.logits.row(0), all.logits.row(7)) << "reads are named by the image";
}

TEST(Logits, FramesWithoutALabelHaveNoRow) {
  const SampleSet set = small::sequences(3, true);  // 1, 2 and 3 frames; the fifth has no label
  const std::vector<std::uint32_t> which{2, 0};
  LabelledLogits all = blank_logits(set, which);
  EXPECT_THAT(all.images, ElementsAre(2, 2, 0));
  EXPECT_THAT(all.labels, ElementsAre(0, 2, 0));
  Matrix<float> batch(6, 3);  // padded to three frames
  batch << 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0, 5, 0, 0, 6, 0, 0;
  const std::vector<Label> labels{0, kUnlabelled, 2, 0, kUnlabelled, kUnlabelled};
  EXPECT_EQ(fill_logits(View<const float>(batch), {labels, nullptr, true}, 0, all), 3);
  EXPECT_EQ(all.logits(0, 0), 1);
  EXPECT_EQ(all.logits(1, 0), 3);
  EXPECT_EQ(all.logits(2, 0), 4);
}

}  // namespace logits_test
}  // namespace ohmcarlo
