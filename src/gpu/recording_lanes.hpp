#pragma once
// In which order the frames of recordings go through a recurrent network on a device.

#include <cstdint>
#include <span>
#include <vector>

namespace ohmcarlo::gpu {

/// Lanes that recordings go through side by side, a frame a step, one recording after the other. A batch is some steps
/// of all lanes, and a recording goes on where the batch before ended: so batches have one size, whatever recordings
/// are long, and none is padded to the length of another.
struct LaneShape {
  std::size_t lanes = 0;  ///< 0: rows go through by themselves, in any order
  std::size_t rows = 0;   ///< of a batch: a multiple of `lanes`

  bool operator==(const LaneShape&) const = default;
};

/// A recording among the frames of its set.
struct FrameRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Where the frames of a list of recordings are: place step * lanes + lane is a frame of the recording that the lane
/// has at that step. There are places of whole batches.
struct RecordingLanes {
  static constexpr std::uint32_t kIdle = 0xFFFFFFFF;  ///< a frame of no recording

  std::vector<std::uint32_t> frames;        ///< [places]: the frame's number in its set, or kIdle
  std::vector<std::uint8_t> ends;           ///< [places]: 1 for the last frame of a recording
  std::vector<std::uint32_t> first_places;  ///< [recordings]: of the first frame of each
};

/// Longest recordings first, each to the lane that is free first: what every recording gets depends on the list alone.
[[nodiscard]] RecordingLanes lay_out(std::span<const FrameRange> recordings, const LaneShape& shape);

/// The most places that lay_out() gives recordings of so many frames in all, the longest of `longest` frames.
[[nodiscard]] std::size_t most_places(std::size_t frames, std::size_t longest, const LaneShape& shape);

}  // namespace ohmcarlo::gpu
