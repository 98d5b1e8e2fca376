#include "data/subset.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace ohmcarlo {
namespace subset_test {

using testing::ElementsAre;

constexpr std::uint32_t kFirst[] = {2, 0};

TEST(Subset, OfImagesKeepsPixelsAndLabelsTogether) {
  const SampleSet set = SampleSet::of_images({1, 1, 2}, {1, 2, 3, 4, 5, 6}, {7, 8, 9}, 10);
  const SampleSet part = subset_of(set, kFirst);
  EXPECT_EQ(part.count(), 2U);
  EXPECT_EQ(part.classes(), 10U);
  EXPECT_EQ(part.shape(), set.shape());
  EXPECT_THAT(part.pixels(), ElementsAre(5, 6, 1, 2));
  EXPECT_THAT(part.labels(), ElementsAre(9, 7));
}

TEST(Subset, OfBlocksKeepsTheirShape) {
  const SampleSet set = SampleSet::of_blocks(2, 1, {1, 2, 3, 4, 5, 6}, {0, 1, 2}, 3, "hash");
  const SampleSet part = subset_of(set, kFirst);
  EXPECT_FALSE(part.is_sequences());
  EXPECT_EQ(part.shape(), set.shape());
  EXPECT_THAT(part.features(), ElementsAre(5.F, 6.F, 1.F, 2.F));
  EXPECT_THAT(part.labels(), ElementsAre(2, 0));
}

TEST(Subset, OfSequencesKeepsTheirLengths) {
  for (const bool frame_wise : {false, true}) {
    const std::vector<Label> labels = frame_wise ? std::vector<Label>{0, 1, 2, 0, 1, 2} : std::vector<Label>{0, 1, 2};
    const SampleSet set = SampleSet::of_sequences({1, {1, 2, 3, 4, 5, 6}, {0, 1, 3, 6}, frame_wise, labels}, 3, "hash");
    const SampleSet part = subset_of(set, kFirst);
    ASSERT_EQ(part.count(), 2U);
    EXPECT_EQ(part.length(0), 3U);
    EXPECT_EQ(part.length(1), 1U);
    EXPECT_EQ(part.frame_wise(), frame_wise);
    EXPECT_THAT(part.features(), ElementsAre(4.F, 5.F, 6.F, 1.F));
    if (frame_wise)
      EXPECT_THAT(part.labels(), ElementsAre(0, 1, 2, 0));
    else
      EXPECT_THAT(part.labels(), ElementsAre(2, 0));
  }
}

TEST(Subset, RefusesWhatIsNotThere) {
  const SampleSet set = SampleSet::of_images({1, 1, 1}, {1, 2}, {0, 1}, 2);
  const std::uint32_t beyond[] = {2};
  EXPECT_THROW((void)subset_of(set, beyond), std::logic_error);
}

}  // namespace subset_test
}  // namespace ohmcarlo
