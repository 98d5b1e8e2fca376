#pragma once
// Test images on a device: they stay there for all chips, if there is room, and else go over batch by batch.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "chip/evaluation_set.hpp"
#include "gpu/device.hpp"
#include "gpu/recording_lanes.hpp"

namespace ohmcarlo::gpu {

/// What is scored of a list of images: every image, or every labelled frame of recordings with a label a frame. Rows
/// are in the order of the list, frames of a recording in time.
struct ScoredRows {
  std::vector<std::uint32_t> images;     ///< the list
  std::vector<Label> labels;             ///< [rows]
  std::vector<std::uint32_t> places;     ///< [rows]: of its image in the list
  std::vector<std::uint32_t> first_row;  ///< [images + 1]: the first row of each image
  /// [rows]: the row's frame among those of its recording, the last one where recordings have one label; 0 of images.
  std::vector<std::uint32_t> frames;
  /// [rows]: the number of that frame among those of all test images; empty where images are held out of training.
  std::vector<std::uint32_t> numbers;

  [[nodiscard]] std::size_t count() const { return labels.size(); }
};

/// Rows of all test images together that are scored.
[[nodiscard]] std::size_t count_rows(const EvaluationSet& test);

/// The rows of images `which`, which are all test images or all held out. Throws std::logic_error for one that is not
/// in the set.
[[nodiscard]] ScoredRows scored_rows(const EvaluationSet& test, std::span<const std::uint32_t> which);

/// Rows first .. first + count - 1 of a list as inputs of a network, [count, features].
[[nodiscard]] std::vector<float> row_inputs(const EvaluationSet& test, const ScoredRows& rows, std::size_t first,
                                            std::size_t count);

/// A list of recordings in lanes. Rows are scored in the order of their places.
struct ListInLanes {
  LaneShape shape;
  RecordingLanes lanes;
  std::vector<std::uint32_t> rows, places;  ///< [rows]: number of a row of the list, and its place
  DeviceArray<std::uint32_t> frames_there, rows_there, places_there;
  DeviceArray<std::uint8_t> ends_there;
};

/// A row of a list, and where in a batch it is.
struct RowOfBatch {
  std::uint32_t row = 0;
  std::uint32_t place = 0;
};

/// A list whose labels are on the device.
struct ListOnDevice {
  ScoredRows rows;
  DeviceArray<std::int32_t> labels;    ///< [rows]
  DeviceArray<std::uint32_t> numbers;  ///< ScoredRows::numbers
  std::optional<ListInLanes> in_lanes;

  /// Rows that go through a network: those that are scored, or all places of lanes.
  [[nodiscard]] std::size_t inputs() const { return in_lanes ? in_lanes->lanes.frames.size() : rows.count(); }
  /// Which inputs of first .. first + count - 1 are scored: [begin, end) of the rows in the order of scoring.
  [[nodiscard]] std::pair<std::size_t, std::size_t> scored(std::size_t first, std::size_t count) const;
  /// The same, row by row.
  [[nodiscard]] std::vector<RowOfBatch> scored_rows(std::size_t first, std::size_t count) const;
};

/// The images of one set on one device. Not for several threads at once.
class DeviceImages {
 public:
  DeviceImages(std::shared_ptr<Device> device, std::shared_ptr<const EvaluationSet> test)
      : device_(std::move(device)), test_(std::move(test)) {}

  [[nodiscard]] const std::shared_ptr<const EvaluationSet>& test() const { return test_; }
  /// Bytes that all images take on the device.
  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] bool are_resident() const { return rows_.data() != nullptr; }
  /// Bytes that the lists which are kept take at most, none of them longer than the set.
  [[nodiscard]] static std::size_t bytes_of_lists(const EvaluationSet& test, const LaneShape& shape);
  /// Brings all images to the device, to stay, if there is room for them and for lists in lanes of this shape.
  void settle(const LaneShape& shape = {});
  /// Gives up their room, and that of lists.
  void leave();

  /// A list and its labels; in lanes, if `shape` has some. The last two lists are kept.
  [[nodiscard]] std::shared_ptr<const ListOnDevice> list(std::span<const std::uint32_t> which,
                                                         const LaneShape& shape = {});

  /// Writes inputs first, first + 1, ... of a list to x [rows_of_x, features], zeros behind the last one.
  void fill(const ListOnDevice& list, std::size_t first, std::size_t rows_of_x, float* x);

 private:
  [[nodiscard]] ListInLanes put_in_lanes(const ScoredRows& rows, const LaneShape& shape) const;

  std::shared_ptr<Device> device_;
  std::shared_ptr<const EvaluationSet> test_;
  DeviceArray<float> rows_;  ///< [frames of all test images, features]; empty unless they are resident
  std::vector<std::shared_ptr<const ListOnDevice>> lists_;  ///< the latest first
};

}  // namespace ohmcarlo::gpu
