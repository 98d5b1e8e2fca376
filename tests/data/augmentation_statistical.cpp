#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "data/augmentation.hpp"

namespace ohmcarlo {
namespace augmentation_statistical_test {

double chi_squared(const std::vector<int>& counts, double expected) {
  double sum = 0.0;
  for (const int count : counts) sum += std::pow(count - expected, 2) / expected;
  return sum;
}

// 40,500 images: 250 in each of the 9 x 9 x 2 placements. Chi-squared with 161 degrees of freedom lies outside 89.6 and
// 261.1 with probability 2e-6. The upper limit catches a favoured offset or an offset that goes with the flip, the
// lower one placements that are dealt out in turn.
TEST(AugmentationStatistics, EveryPlacementIsEquallyLikely) {
  const AugmentedEpoch epoch({.crop_padding = 4, .flip = true}, 11, 0, 0);
  std::vector<int> counts(162);
  for (std::uint64_t image = 0; image < 40500; ++image) {
    const Placement p = epoch.placement(image);
    ASSERT_TRUE(p.down >= 0 && p.down <= 8 && p.along >= 0 && p.along <= 8);
    ++counts[static_cast<std::size_t>((p.down * 9 + p.along) * 2 + (p.flipped ? 1 : 0))];
  }
  const double statistic = chi_squared(counts, 250);
  EXPECT_GT(statistic, 89.6);
  EXPECT_LT(statistic, 261.1);
}

// The offset of an image says nothing about that of the same image an epoch later, nor about the next image's: 20,250
// pairs over 81 cells, 80 degrees of freedom, outside 33.5 and 155.1 with probability 2e-6 each.
TEST(AugmentationStatistics, EpochsAndImagesAreIndependent) {
  const Augmentation augmentation{.crop_padding = 4};
  const AugmentedEpoch epoch(augmentation, 12, 0, 0), later(augmentation, 12, 0, 1);
  std::vector<int> epochs(81), images(81);
  for (std::uint64_t image = 0; image < 20250; ++image) {
    const int down = epoch.placement(2 * image).down;
    ++epochs[static_cast<std::size_t>(down * 9 + later.placement(2 * image).down)];
    ++images[static_cast<std::size_t>(down * 9 + epoch.placement(2 * image + 1).down)];
  }
  for (const std::vector<int>& counts : {epochs, images}) {
    const double statistic = chi_squared(counts, 250);
    EXPECT_GT(statistic, 33.5);
    EXPECT_LT(statistic, 155.1);
  }
}

}  // namespace augmentation_statistical_test
}  // namespace ohmcarlo
