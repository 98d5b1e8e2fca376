#include "data/images.hpp"

#include <set>

#include "base/hash.hpp"
#include "data/idx_files.hpp"

namespace ohmcarlo::test {
namespace {

ImageSet small_set() {
  return {2, 1, 2, 3, Bytes(12, 7), {0, 1}, 10};
}

TEST(Images, ContentHashIsOfHeaderPixelsAndLabels) {
  const std::string text = "ohmcarlo images 1\n2 1 2 3 10\n" + std::string(12, '\7') + std::string("\0\1", 2);
  EXPECT_EQ(content_sha256(small_set()), sha256(text));
}

TEST(Images, ContentHashSeesEveryPart) {
  std::set<std::string> seen{content_sha256(small_set())};
  ImageSet set = small_set();
  set.pixels[11] ^= 1;
  EXPECT_TRUE(seen.insert(content_sha256(set)).second);
  set = small_set();
  set.labels[1] = 2;
  EXPECT_TRUE(seen.insert(content_sha256(set)).second);
  set = small_set();
  std::swap(set.height, set.width);
  EXPECT_TRUE(seen.insert(content_sha256(set)).second);
  set = small_set();
  set.classes = 11;
  EXPECT_TRUE(seen.insert(content_sha256(set)).second);
}

TEST(Images, TrainingAndTestMustBeAlike) {
  ImageSet other = small_set();
  other.count = 1;
  check_same_kind(small_set(), other);  // the count may differ
  other.width = 4;
  EXPECT_EQ(error_of([&] { check_same_kind(small_set(), other); }, typeid(BadData)),
            "the training images are 1 x 2 x 3 in 10 classes and the test images 1 x 2 x 4 in 10: both must be alike");
}

TEST(Images, ScalingIsPerChannel) {
  const ImageSet set{2, 3, 1, 2, {0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6}, {0, 1}, 10};
  const InputScaling scaling{{0.5F, 0.25F, 0.0F}, {0.5F, 0.25F, 2.0F}};
  std::vector<float> row(7, -9);
  fill_row(set, 0, scaling, row.data());
  const std::vector<float> expected{-1, -0.6F, 0.6F, 1.4F, 0.4F, 0.5F};
  for (std::size_t p = 0; p < 6; ++p) EXPECT_NEAR(row[p], expected[p], 1e-6) << p;
  EXPECT_EQ(row[6], -9);
  fill_row(set, 1, scaling, row.data());
  EXPECT_NEAR(row[0], (1 / 255.0 - 0.5) / 0.5, 1e-6);
  EXPECT_NEAR(row[5], 6 / 255.0 / 2, 1e-6);
}

TEST(Images, WithoutScalingAPixelIsAPartOfTheFullScale) {
  ImageSet set{1, 1, 16, 16, Bytes(256), {0}, 10};
  for (std::size_t p = 0; p < 256; ++p) set.pixels[p] = static_cast<std::uint8_t>(p);
  std::vector<float> row(256);
  fill_row(set, 0, {}, row.data());
  for (std::size_t p = 0; p < 256; ++p) EXPECT_EQ(row[p], static_cast<float>(p) * (1.0F / 255.0F));
  std::vector<float> same(256);
  fill_row(set, 0, {{0.0F}, {1.0F}}, same.data());
  EXPECT_EQ(row, same);
}

TEST(Images, ScalingHasTheChannelsOfTheImages) {
  const ImageSet set = small_set();
  std::vector<float> row(6);
  for (const InputScaling& scaling :
       {InputScaling{{0.5F, 0.5F}, {0.5F, 0.5F}}, InputScaling{{0.5F}, {}}, InputScaling{{}, {0.5F}}}) {
    EXPECT_THROW(fill_row(set, 0, scaling, row.data()), std::logic_error);
  }
  EXPECT_THROW(fill_row(set, 2, {}, row.data()), std::logic_error);
}

}  // namespace
}  // namespace ohmcarlo::test
