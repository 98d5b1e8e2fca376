#include "gpu/device_images.hpp"

#include <gtest/gtest.h>

#include "chip/small_sequences.hpp"
#include "gpu/device_networks.hpp"
#include "gpu/host_twin.hpp"

namespace ohmcarlo::gpu {
namespace device_images_test {

using List = std::vector<std::uint32_t>;

TEST(ScoredRows, OfImagesAreTheImages) {
  const EvaluationSet test(small::images(10));
  const List which = {7, 2, 7};
  const ScoredRows rows = scored_rows(test, which);
  EXPECT_EQ(rows.numbers, which);
  EXPECT_EQ(rows.places, (List{0, 1, 2}));
  EXPECT_EQ(rows.first_row, (List{0, 1, 2, 3}));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(rows.labels[i], test.data().labels()[which[i]]);
  EXPECT_THROW((void)scored_rows(test, List{10}), std::logic_error);
}

// Recording i has 1 + i % 7 frames, of all recordings every fifth frame has no label.
TEST(ScoredRows, OfRecordingsAreTheirLabelledFrames) {
  const EvaluationSet test(small::sequences(5, true), small::kFeatureScaling);
  const ScoredRows rows = scored_rows(test, List{3, 1});
  EXPECT_EQ(rows.places, (List{0, 0, 0, 1, 1}));  // frames 6, 7, 8 without 9; 1, 2
  EXPECT_EQ(rows.first_row, (List{0, 3, 5}));
  EXPECT_EQ(rows.numbers, (List{5, 6, 7, 1, 2}));  // one less, for frame 4
  EXPECT_EQ(rows.labels, (std::vector<Label>{0, 1, 2, 1, 2}));
}

TEST(RowInputs, AreThoseOfTheProcessorsDenseLayers) {
  for (const bool frames : {false, true}) {
    const EvaluationSet test(frames ? small::sequences(9, true) : small::images(9),
                             frames ? small::kFeatureScaling : InputScaling{{0.3F}, {0.25F}});
    const List which = {8, 1, 6, 5, 0, 6};
    const ScoredRows rows = scored_rows(test, which);
    const Matrix<float> expected = dense_rows(test.data(), test.scaling(), which);
    ASSERT_EQ(static_cast<Index>(rows.count()), expected.rows());
    for (std::size_t first = 0; first < rows.count(); ++first)
      for (std::size_t count = 1; first + count <= rows.count(); ++count) {
        const std::vector<float> found = row_inputs(test, rows, first, count);
        const auto width = static_cast<std::size_t>(expected.cols());
        ASSERT_EQ(found,
                  std::vector<float>(expected.data() + first * width, expected.data() + (first + count) * width));
      }
  }
}

TEST(DeviceImages, AreTheSameResidentOrNot) {
  for (const bool frames : {false, true}) {
    const auto device = std::make_shared<HostTwin>();
    const auto test = small::evaluation_set(frames ? small::sequences(30, true) : small::images(30));
    DeviceImages images(device, test);
    const std::size_t width = static_cast<std::size_t>(test->features());
    const DeviceArray<float> x(device, 50 * width);
    const auto filled = [&](std::size_t first) {
      images.fill(*images.list(List{4, 29, 6, 6, 20, 13}), first, 50, x.data());
      return x.download(0, 50 * width);
    };
    std::vector<std::vector<float>> expected = {filled(0), filled(2)};
    EXPECT_FALSE(images.are_resident());
    images.settle();
    EXPECT_TRUE(images.are_resident());
    EXPECT_EQ(filled(0), expected[0]);
    EXPECT_EQ(filled(2), expected[1]);
    EXPECT_EQ(std::ranges::count(expected[1].end() - static_cast<std::ptrdiff_t>(width), expected[1].end(), 0.0F),
              static_cast<std::ptrdiff_t>(width));
    images.leave();
    EXPECT_EQ(device->used_bytes(), x.bytes());
  }
}

TEST(DeviceImages, KeepTheLastTwoLists) {
  const auto device = std::make_shared<HostTwin>();
  DeviceImages images(device, small::evaluation_set(small::images(30)));
  const auto first = images.list(List{1});
  const auto second = images.list(List{2, 3});
  EXPECT_EQ(images.list(List{1}), first);
  (void)images.list(List{4});
  EXPECT_EQ(images.list(List{1}), first);
  EXPECT_NE(images.list(List{2, 3}), second);
}

}  // namespace device_images_test
}  // namespace ohmcarlo::gpu
