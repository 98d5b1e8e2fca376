#include "data/input_scaling.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "data/idx_files.hpp"
#include "data/samples.hpp"

namespace ohmcarlo::test {
namespace input_scaling_test {

using ::testing::ElementsAre;

TEST(ScalePixels, IsPerChannel) {
  const SampleSet set = SampleSet::of_images({3, 1, 2}, {0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6}, {0, 1}, 10);
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

TEST(ScalePixels, WithoutScalingAPixelIsAPartOfTheFullScale) {
  Bytes pixels(256);
  for (std::size_t p = 0; p < 256; ++p) pixels[p] = static_cast<std::uint8_t>(p);
  const SampleSet set = SampleSet::of_images({1, 16, 16}, pixels, {0}, 10);
  std::vector<float> row(256);
  fill_row(set, 0, {}, row.data());
  for (std::size_t p = 0; p < 256; ++p) EXPECT_EQ(row[p], static_cast<float>(p) * (1.0F / 255.0F));
  std::vector<float> same(256);
  fill_row(set, 0, {{0.0F}, {1.0F}}, same.data());
  EXPECT_EQ(row, same);
}

TEST(ScalePixels, HasTheChannelsOfTheImages) {
  const SampleSet set = SampleSet::of_images({1, 2, 3}, Bytes(12, 7), {0, 1}, 10);
  std::vector<float> row(6);
  for (const InputScaling& scaling :
       {InputScaling{{0.5F, 0.5F}, {0.5F, 0.5F}}, InputScaling{{0.5F}, {}}, InputScaling{{}, {0.5F}}}) {
    EXPECT_THROW(fill_row(set, 0, scaling, row.data()), std::logic_error);
  }
  EXPECT_THROW(fill_row(set, 2, {}, row.data()), std::logic_error);
}

TEST(StandardiseFeatures, MakesMeanZeroAndDeviationOne) {
  std::vector<float> values;
  for (int t = 0; t < 1000; ++t) {
    values.insert(values.end(), {1000.0F + static_cast<float>(t % 2), static_cast<float>(t), 7.0F});
  }
  const InputScaling scaling = standardise_features(values, 3);
  EXPECT_THAT(scaling.mean, ElementsAre(1000.5F, 499.5F, 7.0F));
  EXPECT_FLOAT_EQ(scaling.sd[0], 0.5F);
  EXPECT_FLOAT_EQ(scaling.sd[1], static_cast<float>(std::sqrt((1e6 - 1) / 12.0)));
  EXPECT_EQ(scaling.sd[2], 1.0F);  // never varies
  scale_features(scaling, values);
  EXPECT_EQ(values[0], -1.0F);
  EXPECT_EQ(values[2], 0.0F);
  const InputScaling again = standardise_features(values, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(again.mean[i], 0.0F, 1e-6F);
    EXPECT_NEAR(again.sd[i], 1.0F, 1e-6F);
  }
  EXPECT_THROW(static_cast<void>(standardise_features({}, 3)), std::logic_error);
  EXPECT_THROW(scale_features(scaling, std::span(values).first(4)), std::logic_error);
}

}  // namespace input_scaling_test
}  // namespace ohmcarlo::test
