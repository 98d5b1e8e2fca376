#include "chip/batch.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "chip/small_sequences.hpp"

namespace ohmcarlo {
namespace batch_test {

using small::sequences;

const InputScaling& kScaling = small::kFeatureScaling;

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

}  // namespace batch_test
}  // namespace ohmcarlo
