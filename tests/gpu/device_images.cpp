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
  EXPECT_EQ(rows.frames, (List{0, 1, 2, 0, 1}));
  EXPECT_EQ(rows.numbers, (List{6, 7, 8, 1, 2}));
  EXPECT_EQ(rows.labels, (std::vector<Label>{0, 1, 2, 1, 2}));
}

TEST(ScoredRows, OfRecordingsWithOneLabelAreTheirLastFrames) {
  const EvaluationSet test(small::sequences(9, false), small::kFeatureScaling);
  const ScoredRows rows = scored_rows(test, List{3, 7, 1});
  EXPECT_EQ(rows.places, (List{0, 1, 2}));
  EXPECT_EQ(rows.frames, (List{3, 0, 1}));  // of 4, 1 and 2 frames
  EXPECT_EQ(rows.numbers, (List{9, 28, 2}));
  EXPECT_EQ(rows.labels, (std::vector<Label>{0, 1, 1}));
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

// Every frame of every recording is at its place, with the inputs that a batch of the processor has for it; rows are
// scored where their frames are.
TEST(DeviceImages, PutRecordingsInLanes) {
  constexpr LaneShape kShape{.lanes = 3, .rows = 6};
  for (const bool frame_wise : {true, false})
    for (const bool resident : {true, false}) {
      const auto device = std::make_shared<HostTwin>();
      const auto test = std::make_shared<const EvaluationSet>(small::sequences(20, frame_wise), small::kFeatureScaling,
                                                              small::sequences(20, frame_wise));
      DeviceImages images(device, test);
      if (resident) images.settle(kShape);
      for (const List& which : {List{5, 13, 6, 6, 19}, List(test->held_out().begin(), test->held_out().end())}) {
        const auto list = images.list(which, kShape);
        Batch batch;
        test->fill_batch(which, batch);
        const DeviceArray<float> x(device, 2 * kShape.rows);
        std::size_t scored = 0;
        Index frames = 0;
        for (std::size_t first = 0; first < list->inputs(); first += kShape.rows) {
          images.fill(*list, first, kShape.rows, x.data());
          const std::vector<float> inputs = x.download(0, x.size());
          for (std::size_t i = 0; i < which.size(); ++i)
            for (Index frame = 0; frame < batch.sequences->length(static_cast<Index>(i)); ++frame) {
              const std::size_t place = list->in_lanes->lanes.first_places[i] + 3 * static_cast<std::size_t>(frame);
              if (place < first || place >= first + kShape.rows) continue;
              ++frames;
              for (Index k = 0; k < 2; ++k)
                EXPECT_EQ(inputs[2 * (place - first) + static_cast<std::size_t>(k)],
                          batch.x(batch.sequences->row(static_cast<Index>(i), frame), k));
            }
          for (const RowOfBatch& row : list->scored_rows(first, kShape.rows)) {
            ++scored;
            EXPECT_EQ(first + row.place,
                      list->in_lanes->lanes.first_places[list->rows.places[row.row]] + 3 * list->rows.frames[row.row]);
          }
        }
        EXPECT_EQ(frames, batch.sequences->frames());
        EXPECT_EQ(scored, list->rows.count());
      }
    }
}

TEST(DeviceImages, KeepListsWithinTheirBytes) {
  constexpr LaneShape kShape{.lanes = 5, .rows = 20};
  for (const bool frame_wise : {true, false}) {
    const auto device = std::make_shared<HostTwin>();
    const auto test = small::evaluation_set(small::sequences(50, frame_wise));
    DeviceImages images(device, test);
    for (std::uint32_t first = 0; first < 3; ++first) {
      List which(test->all().begin(), test->all().end());
      std::ranges::rotate(which, which.begin() + first);
      (void)images.list(which, kShape);
    }
    EXPECT_LE(device->used_bytes(), DeviceImages::bytes_of_lists(*test, kShape));
    EXPECT_NE(images.list(test->all(), kShape), images.list(test->all()));
    EXPECT_EQ(images.list(test->all(), kShape), images.list(test->all(), kShape));
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
