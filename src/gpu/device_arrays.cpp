#include "gpu/device_arrays.hpp"

#include <algorithm>

#include "chip/polled_read.hpp"
#include "crossbar/noisy_read.hpp"
#include "random/stream.hpp"

namespace ohmcarlo::gpu {
namespace {

/// Rows that a layer's arrays read at a time: few enough for the memory of any GPU, and for 2^32 threads of a task.
Index rows_at_once(const LayerArrays& arrays, const ArrayLayer& layer) {
  constexpr Index kNumbers = Index{1} << 26, kMost = 65536;
  const Index sums = layer.tiles().row_tiles() * noise_row_stride(layer.width());
  const Index numbers = std::max(layer.tiles().inputs, sums * (arrays.draws_cells() ? arrays.coding().reads : 1));
  return std::clamp<Index>(kNumbers / numbers, 1, kMost);
}

/// Whether reads draw anything, so that they need names.
bool draws(const ArrayOptions& options) {
  return !options.read_noise.zero() || !options.adc.noise.off();
}

}  // namespace

bool device_reads(const ArrayLayer& layer) {
  const ArrayOptions& options = layer.options();
  const bool cells = draws_cells(options);
  if (options.redrawn() || (cells && !options.wires.ideal())) return false;
  const Index lines = cells ? layer.tiles().inputs : 0;  // noise lies tile by tile, or line by line
  const Index elements = layer.groups() * std::max(layer.tiles().row_tiles() * noise_row_stride(layer.width()),
                                                   lines * noise_row_stride(layer.tiles().outputs));
  return static_cast<std::uint64_t>(elements) <= Stream::kElements;
}

void DeviceArrays::read(std::size_t i, const LayerRead& read) {
  if (!device_reads(read.layer)) {
    read_polled(read.layer, read.x, read.rows, read.scales, read.chip, read.y, read.counts, read.poll);
    return;
  }
  if (layers_.size() <= i) layers_.resize(i + 1);
  if (!layers_[i]) layers_[i] = std::make_unique<LayerArrays>(device_, read.layer, read.scales);
  layers_[i]->follow(read.layer);
  const Index most = rows_at_once(*layers_[i], read.layer);
  for (Index first = 0; first < read.x.rows; first += most) {
    read.poll();
    read_rows(*layers_[i], read, first, std::min(most, read.x.rows - first));
  }
}

template <class T>
T* DeviceArrays::room(DeviceArray<T>& array, std::uint64_t size) {
  if (array.size() < size) {
    array = {};  // first, for there may not be room for both
    array = DeviceArray<T>(device_, size);
  }
  return array.data();
}

void DeviceArrays::bring_rows(const LayerArrays& arrays, const LayerRead& read, Index first, Index count) {
  const Matrix<float> x = read.x.middle_rows(first, count).map();
  const auto numbers = static_cast<std::uint64_t>(x.size());
  std::vector<std::uint64_t> events(static_cast<std::size_t>(count));  // which have limits that quiet reads have not
  if (draws(read.layer.options()))
    for (Index r = 0; r < count; ++r)
      events[static_cast<std::size_t>(r)] = read_event(read.rows.image(first + r), read.rows.position(first + r), 0);
  room(room_.x, numbers);
  room_.x.upload({x.data(), numbers});
  room(room_.events, events.size());
  room_.events.upload(events);
  device_->launch(EncodeInputs{
      .x = room_.x.data(), .codes = room(room_.codes, numbers), .count = numbers, .coding = arrays.coding()});
}

void DeviceArrays::read_rows(const LayerArrays& arrays, const LayerRead& read, Index first, Index count) {
  bring_rows(arrays, read, first, count);
  const auto rows = static_cast<std::uint64_t>(count);
  if (arrays.coding().reads == 1)
    read_tiles<1>(arrays, read, rows);
  else
    read_tiles<4>(arrays, read, rows);
  FinishRead finish = arrays.finish_read(read.layer, read.rows.group);
  finish.totals = room_.totals.data();
  finish.rows = rows;
  finish.y = room(room_.y, finish.size());
  device_->launch(finish);
  const std::vector<float> y = room_.y.download(0, finish.size());
  read.y.middle_rows(first, count).map() = Eigen::Map<const Matrix<float>>(y.data(), count, read.y.cols);
  if (read.counts == nullptr || finish.lsb == nullptr) return;
  read.counts->conversions += static_cast<double>(rows * finish.row_tiles * finish.slices * finish.columns) *
                              static_cast<double>(arrays.coding().reads);
  read.counts->saturated += static_cast<double>(room_.clipped.download(0, 1).front());
}

template <int kReads>
void DeviceArrays::read_tiles(const LayerArrays& arrays, const LayerRead& read, std::uint64_t rows) {
  ReadTiles<kReads> task = arrays.read_tiles<kReads>(read.layer, read.rows.group, read.chip);
  const std::uint64_t sums = task.lines.tiles() * rows * task.width;
  task.codes = room_.codes.data();
  task.events = room_.events.data();
  task.rows = rows;
  task.totals = room(room_.totals, sums);
  task.converters.clipped = room(room_.clipped, 1);
  room_.clipped.clear();
  if (arrays.draws_cells()) {
    SumCells cells = arrays.sum_cells(read.layer, read.rows.group, read.chip);
    cells.codes = task.codes;
    cells.events = task.events;
    cells.rows = rows;
    cells.sums = room(room_.made, sums * static_cast<std::uint64_t>(arrays.coding().reads));
    device_->launch(cells);
    task.made = cells.sums;
  }
  device_->launch(task);
}

}  // namespace ohmcarlo::gpu
