#include "simulator/array_path.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace ohmcarlo {

Crossbar::Crossbar(const sc_core::sc_module_name& name, const ArrayLayer& layer, const InputCoding& coding,
                   const ChipKey& chip, Index row_tile, Index read)
    : ClockedModule(name),
      cells_(layer, coding, chip, row_tile / layer.tiles().row_tiles()),
      row_tile_(row_tile % layer.tiles().row_tiles()),
      arrays_(arrays_of_row_tile(layer)),
      read_cycles_(read) {
  for (std::vector<float>& sums_of_read : sums_) sums_of_read.resize(static_cast<std::size_t>(layer.width()));
  SC_METHOD(act);
  sensitive << edge() << digits;
  dont_initialize();
}

void Crossbar::act() {
  if (is_due()) {
    show(sums, {.vector = vector_, .read = digit_, .values = sums_[current_]});
    current_ = 1 - current_;  // the next read may begin at this edge
  }
  if (!digits.event()) return;
  require(!is_waiting(), "a read ends before the next one begins");
  const Bundle<float>& applied = digits.read();
  vector_ = applied.vector;
  digit_ = applied.read;
  cells_.sum(applied.values, row_tile_, vector_.image, vector_.position, digit_, sums_[current_]);
  occupy(read_cycles_, static_cast<double>(arrays_));
  wait_for(read_cycles_);
}

SampleAndHold::SampleAndHold(const sc_core::sc_module_name& name, std::vector<Index> columns, Index stage)
    : ClockedModule(name), columns_(std::move(columns)), stage_(stage), held_(columns_.size()) {
  SC_METHOD(act);
  sensitive << sums;
  dont_initialize();
}

void SampleAndHold::act() {
  const Bundle<float>& read = sums.read();
  for (std::size_t c = 0; c < columns_.size(); ++c) held_[c] = read.values[static_cast<std::size_t>(columns_[c])];
  show(held, {.vector = read.vector, .read = read.read, .values = held_});
  occupy(stage_, static_cast<double>(columns_.size()));
}

Converters::Converters(const sc_core::sc_module_name& name, std::vector<Quantiser> ranges, Index count)
    : ClockedModule(name), ranges_(std::move(ranges)), count_(count), codes_(ranges_.size()) {
  SC_METHOD(act);
  sensitive << edge() << held;
  dont_initialize();
}

void Converters::act() {
  const auto columns = static_cast<Index>(ranges_.size());
  if (is_due()) {
    const Index first = next_;
    next_ = std::min(first + count_, columns);
    for (auto c = static_cast<std::size_t>(first); c < static_cast<std::size_t>(next_); ++c)
      codes_[c] = ranges_[c].clip(ranges_[c].raw_code(input_.values[c]));
    add_work(next_ - first);
    show(codes, {.vector = input_.vector,
                 .read = input_.read,
                 .first = first,
                 .last = next_ == columns,
                 .values = std::span(std::as_const(codes_))
                               .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(next_ - first))});
    if (next_ < columns) wait_for(1);
  }
  if (!held.event()) return;
  require(!is_waiting(), "sums are held until all of them are converted");
  input_ = held.read();
  next_ = 0;
  occupy((columns + count_ - 1) / count_, 0);
  wait_for(1);
}

ShiftAdd::ShiftAdd(const sc_core::sc_module_name& name, const InputCoding& coding, double slice_weight, Index columns)
    : ClockedModule(name),
      coding_(coding),
      slice_weight_(slice_weight),
      total_(static_cast<std::size_t>(columns)),
      sums_(total_.size()) {
  SC_METHOD(act);
  sensitive << edge() << codes;
  dont_initialize();
}

void ShiftAdd::act() {
  if (is_due()) {
    std::swap(total_, sums_);
    std::fill(total_.begin(), total_.end(), 0.0);
    show(sums, {.vector = vector_, .values = sums_});
  }
  if (!codes.event()) return;
  const Bundle<float>& some = codes.read();
  const double weight = coding_.read_weight(some.read) * slice_weight_;
  double* total = total_.data() + some.first;
  for (std::size_t i = 0; i < some.values.size(); ++i) total[i] += weight * double{some.values[i]};
  occupy(1);
  if (!some.last || some.read + 1 < coding_.reads()) return;
  vector_ = some.vector;
  wait_for(1);
}

}  // namespace ohmcarlo
