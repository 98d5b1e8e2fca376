#include "simulator/output_path.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace ohmcarlo {

std::vector<ArrayPlace> converted_arrays(const ArrayLayer& layer) {
  const Tiles& tiles = layer.tiles();
  const CellFormat& format = layer.options().format;
  const bool apart = layer.single_ended() && !format.has_reference();
  std::vector<ArrayPlace> arrays;
  for (Index r = 0; r < layer.groups() * tiles.row_tiles(); ++r)
    for (Index c = 0; c < tiles.column_tiles(); ++c)
      for (int slice = 0; slice < format.slices(); ++slice)
        for (const bool negative : {false, true}) {
          if (negative && !apart) continue;
          ArrayPlace array{r, c, slice, negative, {}};
          for (Index j = 0; j < tiles.column_count(c); ++j)
            array.columns.push_back((negative ? tiles.outputs : 0) + tiles.first_column(c) + j);
          if (format.has_reference()) array.columns.push_back(tiles.outputs + c);
          arrays.push_back(std::move(array));
        }
  return arrays;
}

AdderTree::AdderTree(const sc_core::sc_module_name& name, const ArrayLayer& layer, const LayerScales& scales,
                     const std::vector<ArrayPlace>& arrays, Index levels)
    : ClockedModule(name),
      sums("sums", arrays.size()),
      layer_(layer),
      arrays_(arrays),
      levels_(levels),
      codes_(static_cast<std::size_t>(layer.groups() * layer.tiles().row_tiles()),
             std::vector<double>(static_cast<std::size_t>(layer.columns()))) {
  for (Index group = 0; group < layer.groups(); ++group) totals_.emplace_back(layer, group, scales.coding, 1);
  const Index row_tiles = layer.tiles().row_tiles();
  for (Index tile = 0; tile < layer.groups() * row_tiles; ++tile) {
    lsb_.emplace_back(layer.columns());
    zero_.emplace_back(layer.columns());
    for (Index c = 0; c < layer.columns(); ++c) {
      const Quantiser& range = scales.quantisers[layer.granule(tile % row_tiles, c, tile / row_tiles)];
      lsb_.back()(c) = range.lsb();
      zero_.back()(c) = range.zero();
    }
  }
  SC_METHOD(act);
  for (std::size_t array = 0; array < sums.size(); ++array)
    sensitive << sums[array];  // clang 14: its iterators compare ambiguously
  sensitive << ready_;
  dont_initialize();
}

void AdderTree::add(std::size_t array, const Bundle<double>& codes) {
  std::vector<double>& tile = codes_[static_cast<std::size_t>(arrays_[array].row_tile)];
  const std::vector<Index>& columns = arrays_[array].columns;
  for (std::size_t c = 0; c < columns.size(); ++c) tile[static_cast<std::size_t>(columns[c])] += codes.values[c];
  vector_ = codes.vector;
  ++arrived_;
}

void AdderTree::finish() {
  Added& added = added_.emplace_back(
      Added{now() + levels_, vector_, std::vector<float>(static_cast<std::size_t>(layer_.outputs()))});
  const std::size_t row_tiles = codes_.size() / totals_.size();
  const auto reached = std::min(row_tiles, std::size_t{1} << levels_);
  const Index of_group = layer_.tiles().outputs;
  for (std::size_t group = 0; group < totals_.size(); ++group) {
    Accumulation& total = totals_[group];
    total.clear();
    for (std::size_t tile = group * row_tiles; tile < group * row_tiles + reached; ++tile)
      total.add_codes(0, codes_[tile], lsb_[tile], zero_[tile]);
    total.write_outputs(View<float>(added.outputs.data() + static_cast<Index>(group) * of_group, 1, of_group));
  }
  for (std::vector<double>& tile : codes_) std::fill(tile.begin(), tile.end(), 0.0);
  arrived_ = 0;
  if (levels_ == 0) return;
  occupy(levels_, 0);
  ready_.notify(after(levels_));
}

void AdderTree::act() {
  for (std::size_t array = 0; array < arrays_.size(); ++array)
    if (sums[array].event()) add(array, sums[array].read());
  if (arrived_ == arrays_.size()) finish();
  if (added_.empty() || added_.front().due != now()) return;
  outputs_ = std::move(added_.front().outputs);
  show(outputs, {.vector = added_.front().vector, .values = outputs_});
  added_.pop_front();
}

OutputBuffer::OutputBuffer(const sc_core::sc_module_name& name, Index width) : ClockedModule(name), width_(width) {
  SC_METHOD(act);
  sensitive << edge() << outputs;
  dont_initialize();
}

void OutputBuffer::act() {
  if (is_due()) {
    const std::vector<float>& y = stored_.front().y;
    moved_.resize(y.size());
    const Index count = std::min(width_, std::ssize(y) - next_);
    std::copy_n(y.begin() + next_, count, moved_.begin() + next_);
    next_ += count;
    if (next_ == std::ssize(y)) {
      show(taken, {.vector = stored_.front().vector, .values = moved_});
      stored_.pop_front();
    } else {
      wait_for(1);
    }
  }
  if (outputs.event()) {
    const Bundle<float>& y = outputs.read();
    stored_.push_back({y.vector, {y.values.begin(), y.values.end()}});
  }
  if (is_waiting() || stored_.empty()) return;
  next_ = 0;
  occupy((std::ssize(stored_.front().y) + width_ - 1) / width_);
  wait_for(1);
}

Outlet::Outlet(const sc_core::sc_module_name& name, Take take) : sc_module(name), take_(std::move(take)) {
  SC_METHOD(act);
  sensitive << vectors;
  dont_initialize();
}

void Outlet::act() {
  last_ = ClockedModule::now();
  const Bundle<float>& vector = vectors.read();
  take_(vector.vector, vector.values);
}

}  // namespace ohmcarlo
