#include "gpu/recording_lanes.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace ohmcarlo::gpu {
namespace {

std::size_t whole_batches(std::size_t places, const LaneShape& shape) {
  return (places + shape.rows - 1) / shape.rows * shape.rows;
}

}  // namespace

RecordingLanes lay_out(std::span<const FrameRange> recordings, const LaneShape& shape) {
  require(shape.lanes > 0 && shape.rows > 0 && shape.rows % shape.lanes == 0, "a batch is steps of all lanes");
  std::vector<std::size_t> order(recordings.size());
  std::iota(order.begin(), order.end(), 0UL);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return recordings[i].count; });
  std::vector<std::size_t> steps(shape.lanes);  // that a lane is taken for
  RecordingLanes all;
  all.first_places.resize(recordings.size());
  for (const std::size_t i : order) {
    const auto lane = static_cast<std::size_t>(std::ranges::min_element(steps) - steps.begin());
    all.first_places[i] = static_cast<std::uint32_t>(steps[lane] * shape.lanes + lane);
    steps[lane] += recordings[i].count;
  }
  const std::size_t places = whole_batches(std::ranges::max(steps) * shape.lanes, shape);
  all.frames.assign(places, RecordingLanes::kIdle);
  all.ends.assign(places, 0);
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    std::size_t place = all.first_places[i];
    for (std::uint32_t frame = 0; frame < recordings[i].count; ++frame, place += shape.lanes) {
      all.frames[place] = recordings[i].first + frame;
      all.ends[place] = frame + 1 == recordings[i].count ? 1 : 0;
    }
  }
  return all;
}

std::size_t most_places(std::size_t frames, std::size_t longest, const LaneShape& shape) {
  // A recording begins where its lane ends, which is no later than the mean over lanes.
  return whole_batches(frames + shape.lanes * longest, shape);
}

}  // namespace ohmcarlo::gpu
