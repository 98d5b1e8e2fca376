#include "gpu/recording_lanes.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace ohmcarlo::gpu {
namespace recording_lanes_test {

std::vector<FrameRange> recordings(const std::vector<std::uint32_t>& lengths) {
  std::vector<FrameRange> all;
  std::uint32_t first = 100;
  for (const std::uint32_t length : lengths) {
    all.push_back({first, length});
    first += length;
  }
  return all;
}

TEST(RecordingLanes, TakeTheLongestFirst) {
  constexpr std::uint32_t kNone = RecordingLanes::kIdle;
  const RecordingLanes all = lay_out(recordings({1, 3, 2}), {.lanes = 2, .rows = 4});
  EXPECT_EQ(all.first_places, (std::vector<std::uint32_t>{5, 0, 1}));
  EXPECT_EQ(all.frames, (std::vector<std::uint32_t>{101, 104, 102, 105, 103, 100, kNone, kNone}));
  EXPECT_EQ(all.ends, (std::vector<std::uint8_t>{0, 0, 0, 1, 1, 1, 0, 0}));
}

// Every frame once, frames of a recording one step after the other in one lane, its last one marked.
TEST(RecordingLanes, HoldEveryFrameOnce) {
  std::vector<std::uint32_t> lengths;
  std::size_t frames = 0;
  for (std::uint32_t i = 0; i < 57; ++i) lengths.push_back(1 + i * 13 % 29);
  for (const std::uint32_t length : lengths) frames += length;
  const std::vector<FrameRange> list = recordings(lengths);
  for (const LaneShape& shape : {LaneShape{1, 1}, {7, 21}, {64, 128}, {100, 100}}) {
    const RecordingLanes all = lay_out(list, shape);
    EXPECT_EQ(all.frames.size() % shape.rows, 0U);
    EXPECT_EQ(all.frames.size(), all.ends.size());
    EXPECT_LE(all.frames.size(), most_places(frames, 29, shape));
    std::multiset<std::uint32_t> seen(all.frames.begin(), all.frames.end());
    seen.erase(RecordingLanes::kIdle);
    EXPECT_EQ(seen.size(), frames);
    EXPECT_EQ(std::ranges::count(all.ends, 1), 57);
    for (std::size_t i = 0; i < list.size(); ++i)
      for (std::uint32_t frame = 0; frame < list[i].count; ++frame) {
        const std::size_t place = all.first_places[i] + frame * shape.lanes;
        ASSERT_LT(place, all.frames.size());
        EXPECT_EQ(all.frames[place], list[i].first + frame);
        EXPECT_EQ(all.ends[place], frame + 1 == list[i].count ? 1 : 0);
      }
  }
}

TEST(RecordingLanes, OfNothingHaveNoPlaces) {
  EXPECT_TRUE(lay_out({}, {.lanes = 2, .rows = 4}).frames.empty());
}

TEST(RecordingLanes, RefuseBatchesOfPartsOfSteps) {
  for (const LaneShape& shape : {LaneShape{0, 4}, {2, 0}, {3, 4}})
    EXPECT_THROW((void)lay_out(recordings({1}), shape), std::logic_error);
}

}  // namespace recording_lanes_test
}  // namespace ohmcarlo::gpu
