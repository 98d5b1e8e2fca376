#include "gpu/device_images.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace ohmcarlo::gpu {
namespace {

constexpr std::size_t kListsKept = 2;        // all test images, and all that are held out
constexpr std::size_t kRowsAtOnce = 4096;    // on their way to the device
constexpr std::size_t kImagesAtOnce = 1024;  // whose labels are asked for

/// Calls take(image, label) for the labels of images `which`, in order, by way of their batches.
template <class Take>
void for_labels(const EvaluationSet& test, std::span<const std::uint32_t> which, const Take& take) {
  Batch batch;
  for (std::size_t first = 0; first < which.size(); first += kImagesAtOnce) {
    const std::size_t count = std::min(kImagesAtOnce, which.size() - first);
    test.fill_batch(which.subspan(first, count), batch);
    const std::size_t labels_of_image = batch.labels.size() / count;  // padded to the longest recording
    for (std::size_t i = 0; i < batch.labels.size(); ++i) take(first + i / labels_of_image, batch.labels[i]);
  }
}

/// The first row of every test image, and behind the last one the number of rows.
std::vector<std::uint32_t> first_rows(const SampleSet& set) {
  std::vector<std::uint32_t> first = {0};
  for (std::size_t i = 0; i < set.count(); ++i) {
    const auto labels = set.labels(i);
    first.push_back(first.back() + static_cast<std::uint32_t>(std::ranges::count_if(
                                       labels, [](Label label) { return label != kUnlabelled; })));
  }
  return first;
}

}  // namespace

std::size_t count_rows(const EvaluationSet& test) {
  return static_cast<std::size_t>(
      std::ranges::count_if(test.data().labels(), [](Label label) { return label != kUnlabelled; }));
}

ScoredRows scored_rows(const EvaluationSet& test, std::span<const std::uint32_t> which) {
  ScoredRows rows;
  rows.images.assign(which.begin(), which.end());
  rows.first_row.assign(which.size() + 1, 0);
  const auto add = [&](std::size_t place, Label label) {
    if (label == kUnlabelled) return;
    rows.labels.push_back(label);
    rows.places.push_back(static_cast<std::uint32_t>(place));
    ++rows.first_row[place + 1];
  };
  const bool held_out = !which.empty() && !test.held_out().empty() && which.front() >= EvaluationSet::kFirstHeldOut;
  if (held_out) {
    for_labels(test, which, add);
  } else {
    test.require_inside(which);
    for (std::size_t place = 0; place < which.size(); ++place)
      for (const Label label : test.data().labels(which[place])) add(place, label);
  }
  for (std::size_t place = 0; place < which.size(); ++place) rows.first_row[place + 1] += rows.first_row[place];
  if (held_out) return rows;
  const std::vector<std::uint32_t> of_set = first_rows(test.data());
  for (std::size_t row = 0; row < rows.count(); ++row) {
    const std::uint32_t place = rows.places[row];
    rows.numbers.push_back(of_set[which[place]] + static_cast<std::uint32_t>(row) - rows.first_row[place]);
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

std::size_t DeviceImages::bytes() const {
  return count_rows(*test_) * static_cast<std::size_t>(test_->features()) * sizeof(float);
}

std::size_t DeviceImages::bytes_of_lists(std::size_t rows) {
  return (kListsKept + 1) * rows * (sizeof(std::int32_t) + sizeof(std::uint32_t));  // one is made before one goes
}

void DeviceImages::settle() {
  if (are_resident() || device_->free_bytes() < bytes() + bytes_of_lists(count_rows(*test_))) return;
  const ScoredRows all = scored_rows(*test_, test_->all());
  rows_ = DeviceArray<float>(device_, bytes() / sizeof(float));
  const auto width = static_cast<std::size_t>(test_->features());
  for (std::size_t first = 0; first < all.count(); first += kRowsAtOnce) {
    const std::vector<float> inputs = row_inputs(*test_, all, first, std::min(kRowsAtOnce, all.count() - first));
    device_->upload(rows_.data() + first * width, inputs.data(), inputs.size() * sizeof(float));
  }
}

void DeviceImages::leave() {
  rows_ = {};
  lists_.clear();
}

std::shared_ptr<const ListOnDevice> DeviceImages::list(std::span<const std::uint32_t> which) {
  const auto found =
      std::ranges::find_if(lists_, [&](const auto& known) { return std::ranges::equal(known->rows.images, which); });
  if (found != lists_.end()) {
    std::rotate(lists_.begin(), found, found + 1);
    return lists_.front();
  }
  auto made = std::make_shared<ListOnDevice>();
  made->rows = scored_rows(*test_, which);
  made->labels = DeviceArray<std::int32_t>(device_, made->rows.labels);
  made->numbers = DeviceArray<std::uint32_t>(device_, made->rows.numbers);
  if (lists_.size() == kListsKept) lists_.pop_back();
  lists_.insert(lists_.begin(), made);
  return made;
}

void DeviceImages::fill(const ListOnDevice& list, std::size_t first, std::size_t rows_of_x, float* x) {
  const auto width = static_cast<std::size_t>(test_->features());
  const std::size_t count = std::min(rows_of_x, list.rows.count() - first);
  if (are_resident() && !list.rows.numbers.empty()) {
    device_->launch(GatherRows{rows_.data(), list.numbers.data() + first, x, rows_of_x, count, width});
    return;
  }
  std::vector<float> inputs = row_inputs(*test_, list.rows, first, count);
  inputs.resize(rows_of_x * width);
  device_->upload(x, inputs.data(), inputs.size() * sizeof(float));
}

}  // namespace ohmcarlo::gpu
