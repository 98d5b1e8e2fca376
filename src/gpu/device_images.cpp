#include "gpu/device_images.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace ohmcarlo::gpu {
namespace {

constexpr std::size_t kListsKept = 2;      // all test images, and all that are held out
constexpr std::size_t kRowsAtOnce = 4096;  // on their way to the device

static_assert(RecordingLanes::kIdle == GatherRows::kNoRow);

/// Where the images of a list are: in a set, their numbers beginning with `first`.
struct SetOfList {
  const SampleSet* set;
  std::uint32_t first;
};

SetOfList set_of(const EvaluationSet& test, std::span<const std::uint32_t> which) {
  if (!which.empty() && !test.held_out().empty() && which.front() >= EvaluationSet::kFirstHeldOut)
    return {&test.held_out_data(), EvaluationSet::kFirstHeldOut};
  return {&test.data(), 0};
}

RecordingLanes lanes_of(const SetOfList& images, std::span<const std::uint32_t> which, const LaneShape& shape) {
  std::vector<FrameRange> recordings;
  for (const std::uint32_t number : which) {
    const std::uint32_t i = number - images.first;
    recordings.push_back(
        {static_cast<std::uint32_t>(images.set->first_frame(i)), static_cast<std::uint32_t>(images.set->length(i))});
  }
  return lay_out(recordings, shape);
}

/// What a network is given of these frames of a set, [frames, values of a frame]: zeros where a lane is idle.
std::vector<float> place_inputs(const SampleSet& set, const InputScaling& scaling,
                                std::span<const std::uint32_t> frames) {
  const std::size_t width = set.shape().values();
  std::vector<float> inputs(frames.size() * width);
  for (std::size_t place = 0; place < frames.size(); ++place) {
    if (frames[place] == RecordingLanes::kIdle) continue;
    const std::span<float> row = std::span(inputs).subspan(place * width, width);
    std::ranges::copy(set.features().subspan(frames[place] * width, width), row.begin());
    if (!scaling.mean.empty()) scale_features(scaling, row);
  }
  return inputs;
}

}  // namespace

std::size_t count_rows(const EvaluationSet& test) {
  return static_cast<std::size_t>(
      std::ranges::count_if(test.data().labels(), [](Label label) { return label != kUnlabelled; }));
}

ScoredRows scored_rows(const EvaluationSet& test, std::span<const std::uint32_t> which) {
  const SetOfList images = set_of(test, which);
  ScoredRows rows;
  rows.images.assign(which.begin(), which.end());
  rows.first_row = {0};
  for (std::size_t place = 0; place < which.size(); ++place) {
    require(which[place] >= images.first && which[place] - images.first < images.set->count(),
            "a list names images of its set");
    const std::uint32_t i = which[place] - images.first;
    const std::span<const Label> labels = images.set->labels(i);
    const std::size_t first_labelled = images.set->length(i) - labels.size();  // the last frame, if there is one label
    for (std::size_t label = 0; label < labels.size(); ++label) {
      if (labels[label] == kUnlabelled) continue;
      rows.labels.push_back(labels[label]);
      rows.places.push_back(static_cast<std::uint32_t>(place));
      rows.frames.push_back(static_cast<std::uint32_t>(first_labelled + label));
      if (images.first == 0)
        rows.numbers.push_back(static_cast<std::uint32_t>(images.set->first_frame(i)) + rows.frames.back());
    }
    rows.first_row.push_back(static_cast<std::uint32_t>(rows.count()));
  }
  return rows;
}

std::vector<float> row_inputs(const EvaluationSet& test, const ScoredRows& rows, std::size_t first, std::size_t count) {
  const auto width = static_cast<std::size_t>(test.features());
  std::vector<float> inputs(count * width);
  if (count == 0) return inputs;
  const std::size_t first_place = rows.places[first], last_place = rows.places[first + count - 1];
  Batch batch;
  test.fill_batch(std::span(rows.images).subspan(first_place, last_place - first_place + 1), batch);
  std::size_t row = rows.first_row[first_place];
  for (std::size_t i = 0; i < batch.labels.size(); ++i) {
    if (batch.labels[i] == kUnlabelled) continue;
    if (row >= first && row < first + count)
      std::copy_n(batch.x.row(static_cast<Index>(i)).data(), width,
                  inputs.begin() + static_cast<std::ptrdiff_t>((row - first) * width));
    ++row;
  }
  return inputs;
}

std::pair<std::size_t, std::size_t> ListOnDevice::scored(std::size_t first, std::size_t count) const {
  if (!in_lanes) return {first, std::min(first + count, rows.count())};
  const auto place = [&](std::size_t of) {
    return static_cast<std::size_t>(std::ranges::lower_bound(in_lanes->places, of) - in_lanes->places.begin());
  };
  return {place(first), place(first + count)};
}

std::vector<RowOfBatch> ListOnDevice::scored_rows(std::size_t first, std::size_t count) const {
  std::vector<RowOfBatch> all;
  const auto [begin, end] = scored(first, count);
  for (std::size_t i = begin; i < end; ++i) {
    const std::size_t row = in_lanes ? in_lanes->rows[i] : i, place = in_lanes ? in_lanes->places[i] : i;
    all.push_back({static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(place - first)});
  }
  return all;
}

std::size_t DeviceImages::bytes() const {
  return test_->data().first_frame(test_->data().count()) * static_cast<std::size_t>(test_->features()) * sizeof(float);
}

std::size_t DeviceImages::bytes_of_lists(const EvaluationSet& test, const LaneShape& shape) {
  std::size_t bytes = count_rows(test) * (sizeof(std::int32_t) + sizeof(std::uint32_t));
  if (shape.lanes > 0) {
    const SampleSet& set = test.data();
    bytes += count_rows(test) * 2 * sizeof(std::uint32_t) +
             most_places(set.first_frame(set.count()), set.longest(), shape) * (sizeof(std::uint32_t) + 1);
  }
  return (kListsKept + 1) * bytes;  // one is made before one goes
}

void DeviceImages::settle(const LaneShape& shape) {
  if (are_resident() || device_->free_bytes() < bytes() + bytes_of_lists(*test_, shape)) return;
  rows_ = DeviceArray<float>(device_, bytes() / sizeof(float));
  const SampleSet& set = test_->data();
  std::vector<float> inputs;
  float* next = rows_.data();
  for (std::size_t i = 0; i < set.count(); ++i) {
    const std::size_t old = inputs.size();
    inputs.resize(old + set.inputs(i));
    fill_row(set, i, test_->scaling(), inputs.data() + old);
    if (inputs.size() < kRowsAtOnce * set.shape().values() && i + 1 < set.count()) continue;
    device_->upload(next, inputs.data(), inputs.size() * sizeof(float));
    next += inputs.size();
    inputs.clear();
  }
}

void DeviceImages::leave() {
  rows_ = {};
  lists_.clear();
}

std::shared_ptr<const ListOnDevice> DeviceImages::list(std::span<const std::uint32_t> which, const LaneShape& shape) {
  const auto found = std::ranges::find_if(lists_, [&](const auto& known) {
    return std::ranges::equal(known->rows.images, which) &&
           (known->in_lanes ? known->in_lanes->shape : LaneShape{}) == (shape.lanes > 0 ? shape : LaneShape{});
  });
  if (found != lists_.end()) {
    std::rotate(lists_.begin(), found, found + 1);
    return lists_.front();
  }
  auto made = std::make_shared<ListOnDevice>();
  made->rows = scored_rows(*test_, which);
  made->labels = DeviceArray<std::int32_t>(device_, made->rows.labels);
  if (shape.lanes > 0)
    made->in_lanes = put_in_lanes(made->rows, shape);
  else
    made->numbers = DeviceArray<std::uint32_t>(device_, made->rows.numbers);
  if (lists_.size() == kListsKept) lists_.pop_back();
  lists_.insert(lists_.begin(), made);
  return made;
}

ListInLanes DeviceImages::put_in_lanes(const ScoredRows& rows, const LaneShape& shape) const {
  ListInLanes all;
  all.shape = shape;
  all.lanes = lanes_of(set_of(*test_, rows.images), rows.images, shape);
  std::vector<std::uint32_t> place_of(rows.count());
  for (std::size_t row = 0; row < rows.count(); ++row)
    place_of[row] =
        all.lanes.first_places[rows.places[row]] + rows.frames[row] * static_cast<std::uint32_t>(shape.lanes);
  all.rows.resize(rows.count());
  std::iota(all.rows.begin(), all.rows.end(), 0U);
  std::ranges::sort(all.rows, {}, [&](std::uint32_t row) { return place_of[row]; });
  for (const std::uint32_t row : all.rows) all.places.push_back(place_of[row]);
  all.frames_there = DeviceArray<std::uint32_t>(device_, all.lanes.frames);
  all.ends_there = DeviceArray<std::uint8_t>(device_, all.lanes.ends);
  all.rows_there = DeviceArray<std::uint32_t>(device_, all.rows);
  all.places_there = DeviceArray<std::uint32_t>(device_, all.places);
  return all;
}

void DeviceImages::fill(const ListOnDevice& list, std::size_t first, std::size_t rows_of_x, float* x) {
  const auto width = static_cast<std::size_t>(test_->features());
  const std::size_t count = std::min(rows_of_x, list.inputs() - first);
  const SetOfList images = set_of(*test_, list.rows.images);
  if (are_resident() && images.first == 0) {
    const std::uint32_t* numbers = (list.in_lanes ? list.in_lanes->frames_there : list.numbers).data() + first;
    device_->launch(GatherRows{rows_.data(), numbers, x, rows_of_x, count, width});
    return;
  }
  std::vector<float> inputs = list.in_lanes ? place_inputs(*images.set, test_->scaling(),
                                                           std::span(list.in_lanes->lanes.frames).subspan(first, count))
                                            : row_inputs(*test_, list.rows, first, count);
  inputs.resize(rows_of_x * width);
  device_->upload(x, inputs.data(), inputs.size() * sizeof(float));
}

}  // namespace ohmcarlo::gpu
