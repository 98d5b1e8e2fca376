#include "simulator/input_path.hpp"

#include <algorithm>
#include <utility>

namespace ohmcarlo {

InputBuffer::InputBuffer(const sc_core::sc_module_name& name, Index width) : ClockedModule(name), width_(width) {
  SC_METHOD(act);
  sensitive << edge() << taken;
  dont_initialize();
}

void InputBuffer::store(const VectorName& vector, std::span<const float> x) {
  stored_.push_back({vector, {x.begin(), x.end()}});
  wake();
}

void InputBuffer::act() {
  if (is_due()) {
    const Index left = std::ssize(moving_.x) - moved_, count = std::min(width_, left);
    const auto values = std::span(std::as_const(moving_.x)).subspan(static_cast<std::size_t>(moved_));
    moved_ += count;
    show(beats, {.vector = moving_.vector,
                 .first = moved_ - count,
                 .last = count == left,
                 .values = values.first(static_cast<std::size_t>(count))});
    if (count == left)
      ++brought_;
    else
      wait_for(1);
  }
  if (is_waiting() || stored_.empty() || brought_ != taken.read()) return;
  moving_ = std::move(stored_.front());
  stored_.pop_front();
  moved_ = 0;
  occupy((std::ssize(moving_.x) + width_ - 1) / width_);
  wait_for(1);
}

Index arrays_of_row_tile(const ArrayLayer& layer) {
  const CellFormat& format = layer.options().format;
  return layer.tiles().column_tiles() * format.slices() * format.polarities();
}

SerialDac::SerialDac(const sc_core::sc_module_name& name, const ArrayLayer& layer, const InputCoding& coding,
                     Index row_tile, Index read, Index stage)
    : ClockedModule(name),
      coding_(coding),
      first_(row_tile / layer.tiles().row_tiles() * layer.tiles().inputs +
             layer.tiles().first_row(row_tile % layer.tiles().row_tiles())),
      rows_(layer.tiles().row_count(row_tile % layer.tiles().row_tiles())),
      arrays_(arrays_of_row_tile(layer)),
      read_cycles_(read),
      stage_(stage),
      arriving_(static_cast<std::size_t>(rows_)),
      codes_(arriving_.size()),
      digits_(arriving_.size()) {
  SC_METHOD(act);
  sensitive << edge() << beats;
  dont_initialize();
}

void SerialDac::act() {
  if (is_due()) {
    if (++digit_ < coding_.reads())
      apply_digit();
    else
      applying_ = false;
  }
  if (beats.event()) receive(beats.read());
  if (complete_ && !applying_) take_vector();
}

void SerialDac::receive(const Bundle<float>& beat) {
  const Index begin = std::max(first_, beat.first);
  const Index end = std::min(first_ + rows_, beat.first + std::ssize(beat.values));
  if (begin < end) {
    const auto count = static_cast<std::size_t>(end - begin);
    coding_.encode(beat.values.subspan(static_cast<std::size_t>(begin - beat.first), count),
                   std::span(arriving_).subspan(static_cast<std::size_t>(begin - first_), count));
  }
  if (!beat.last) return;
  complete_ = true;
  arrived_ = beat.vector;
}

void SerialDac::take_vector() {
  std::swap(arriving_, codes_);
  vector_ = arrived_;
  complete_ = false;
  applying_ = true;
  digit_ = 0;
  taken.write(++count_);
  apply_digit();
}

void SerialDac::apply_digit() {
  coding_.applied(codes_, digit_, digits_);
  show(digits, {.vector = vector_, .read = digit_, .values = digits_});
  occupy(read_cycles_, static_cast<double>(rows_ * arrays_));
  wait_for(stage_);
}

}  // namespace ohmcarlo
