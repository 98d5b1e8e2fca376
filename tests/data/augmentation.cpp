#include "data/augmentation.hpp"

#include <map>
#include <numeric>

#include <gtest/gtest.h>

#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace augmentation_test {

constexpr SampleShape kPlanes{2, 3, 4};

/// Two images; no pixel is 0, so that a pixel from beyond the border is told apart.
SampleSet two_images() {
  Bytes pixels(48);
  std::iota(pixels.begin(), pixels.end(), std::uint8_t{1});
  return SampleSet::of_images(kPlanes, std::move(pixels), {0, 1}, 10);
}

/// The padded image written out, cropped, then mirrored.
Bytes by_hand(const std::uint8_t* image, int padding, const Placement& placement) {
  const int height = static_cast<int>(kPlanes.height), width = static_cast<int>(kPlanes.width);
  Bytes copy;
  for (int channel = 0; channel < static_cast<int>(kPlanes.channels); ++channel) {
    std::map<std::pair<int, int>, std::uint8_t> padded;  // what is not in it is 0
    for (int r = 0; r < height; ++r) {
      for (int c = 0; c < width; ++c) padded[{r + padding, c + padding}] = image[(channel * height + r) * width + c];
    }
    for (int r = 0; r < height; ++r) {
      for (int c = 0; c < width; ++c) {
        const int column = placement.flipped ? width - 1 - c : c;
        copy.push_back(padded[{placement.down + r, placement.along + column}]);
      }
    }
  }
  return copy;
}

TEST(Augmentation, EveryPlacementIsTheCropOfThePaddedImage) {
  const SampleSet set = two_images();
  for (const int padding : {0, 1, 2, 5}) {  // 5: shifted out altogether at the ends
    for (int down = 0; down <= 2 * padding; ++down) {
      for (int along = 0; along <= 2 * padding; ++along) {
        for (const bool flipped : {false, true}) {
          const Placement placement{down, along, flipped};
          Bytes copy(kPlanes.values(), 99);
          copy_placed(set.pixels().data(), kPlanes, padding, placement, copy.data());
          ASSERT_EQ(copy, by_hand(set.pixels().data(), padding, placement)) << padding << ' ' << down << ' ' << along;
        }
      }
    }
  }
}

TEST(Augmentation, CropInTheMiddleIsTheImage) {
  const SampleSet set = two_images();
  Bytes copy(kPlanes.values());
  copy_placed(set.pixels().data(), kPlanes, 4, {4, 4, false}, copy.data());
  EXPECT_EQ(copy, Bytes(set.pixels(0).begin(), set.pixels(0).end()));
}

TEST(Augmentation, RowIsTheScaledCopyAndBlackIsScaledToo) {
  const SampleSet set = two_images();
  const InputScaling scaling{{0.5F, 0.25F}, {0.5F, 2.0F}};
  const AugmentedEpoch epoch({.crop_padding = 2, .flip = true}, 7, 1, 3);
  bool beyond = false;
  for (std::size_t index = 0; index < 2; ++index) {
    std::vector<float> row(24);
    epoch.fill_row(set, index, scaling, row.data());
    const Bytes copy = by_hand(set.pixels(index).data(), 2, epoch.placement(index));
    for (std::size_t p = 0; p < 24; ++p) {
      const double mean = p < 12 ? 0.5 : 0.25, sd = p < 12 ? 0.5 : 2.0;
      ASSERT_NEAR(row[p], (copy[p] / 255.0 - mean) / sd, 1e-6);
      beyond = beyond || copy[p] == 0;
    }
  }
  EXPECT_TRUE(beyond);  // otherwise the key shows nothing
}

TEST(Augmentation, WithoutAnyTheRowIsTheImage) {
  const SampleSet set = two_images();
  const InputScaling scaling{{0.1F, 0.2F}, {0.3F, 0.4F}};
  std::vector<float> row(24), plain(24);
  AugmentedEpoch({}, 7, 0, 0).fill_row(set, 1, scaling, row.data());
  fill_row(set, 1, scaling, plain.data());
  EXPECT_EQ(row, plain);
}

TEST(Augmentation, PlacementIsAFunctionOfTheAddressAlone) {
  const Augmentation augmentation{.crop_padding = 4, .flip = true};
  const auto all = [&](std::uint64_t key, std::uint32_t replica, std::uint64_t epoch) {
    const AugmentedEpoch copies(augmentation, key, replica, epoch);
    std::vector<int> result;
    for (std::uint64_t image = 0; image < 50; ++image) {
      const Placement p = copies.placement(image);
      result.push_back(p.down * 100 + p.along * 10 + (p.flipped ? 1 : 0));
    }
    return result;
  };
  const std::vector<int> first = all(1, 2, 3);
  EXPECT_EQ(all(1, 2, 3), first);
  EXPECT_NE(all(2, 2, 3), first);
  EXPECT_NE(all(1, 3, 3), first);
  EXPECT_NE(all(1, 2, 4), first);
  EXPECT_NE(all(1, 2, 3 + (std::uint64_t{1} << 32)), first);

  // Any order of images.
  const AugmentedEpoch copies(augmentation, 1, 2, 3);
  for (std::uint64_t image = 50; image-- > 0;) {
    const Placement p = copies.placement(image);
    EXPECT_EQ(p.down * 100 + p.along * 10 + (p.flipped ? 1 : 0), first[image]);
  }
  // The last image of the largest set has words of its own.
  static_cast<void>(copies.placement((std::uint64_t{1} << 32) - 1));
  EXPECT_THROW(static_cast<void>(copies.placement(std::uint64_t{1} << 32)), Error);
}

TEST(Augmentation, ShiftAndFlipDoNotMoveEachOther) {
  const AugmentedEpoch both({.crop_padding = 4, .flip = true}, 9, 0, 0);
  const AugmentedEpoch shift({.crop_padding = 4}, 9, 0, 0), flip({.flip = true}, 9, 0, 0);
  for (std::uint64_t image = 0; image < 100; ++image) {
    EXPECT_EQ(shift.placement(image).down, both.placement(image).down);
    EXPECT_EQ(shift.placement(image).along, both.placement(image).along);
    EXPECT_FALSE(shift.placement(image).flipped);
    EXPECT_EQ(flip.placement(image).flipped, both.placement(image).flipped);
    EXPECT_EQ(flip.placement(image).down, 0);
  }
}

}  // namespace augmentation_test
}  // namespace ohmcarlo::test
