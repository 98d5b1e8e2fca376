#include "simulator/recurrence.hpp"

#include <algorithm>

namespace ohmcarlo {

ActivationTables::ActivationTables(const sc_core::sc_module_name& name, const LstmSpec& spec) : ClockedModule(name) {
  if (spec.table_entries != 0)
    tables_ = GateTables<float>{ActivationTable<float>(GateFunction::sigmoid, spec.table_entries, spec.sigmoid_range),
                                ActivationTable<float>(GateFunction::tanh, spec.table_entries, spec.tanh_range)};
}

ElementWiseUnit::ElementWiseUnit(const sc_core::sc_module_name& name, const LstmSpec& spec, const Vector<float>& bias,
                                 ActivationTables& tables, Index units, Index lanes)
    : ClockedModule(name),
      hidden_(spec.hidden),
      units_(units),
      bias_(bias),
      tables_(tables),
      cells_(static_cast<std::size_t>(lanes), std::vector<float>(static_cast<std::size_t>(spec.hidden))),
      made_(static_cast<std::size_t>(spec.hidden)) {
  SC_METHOD(act);
  sensitive << edge() << gates;
  dont_initialize();
  SC_METHOD(show_finished);
  sensitive << ready_;
  dont_initialize();
}

void ElementWiseUnit::start() {
  const VectorName& vector = waiting_.front().vector;
  std::vector<float>& cells = cells_[static_cast<std::size_t>(vector.lane)];
  if (vector.position == 0) std::fill(cells.begin(), cells.end(), 0.0F);
  next_ = 0;
  occupy(3 * ((hidden_ + units_ - 1) / units_), 0);
  wait_for(3);
}

/// The new cells first, first + 1, ... and their h, as units beside each other make them.
void ElementWiseUnit::update(Index first, Index count) {
  const std::vector<float>& sums = waiting_.front().values;
  float* cells = cells_[static_cast<std::size_t>(waiting_.front().vector.lane)].data() + first;
  Matrix<float> part(1, 4 * count), squashed(1, count);
  Vector<float> bias(4 * count);
  for (Index gate = 0; gate < 4; ++gate)
    for (Index j = 0; j < count; ++j) {
      part(0, gate * count + j) = sums[static_cast<std::size_t>(gate * hidden_ + first + j)];
      bias(gate * count + j) = bias_(gate * hidden_ + first + j);
    }
  const View<float> state(cells, 1, count);
  lstm_step<float>({part, state, state, squashed, View<float>(made_.data() + first, 1, count)}, bias, tables_.tables());
}

void ElementWiseUnit::act() {
  if (is_due()) {
    const Index count = std::min(units_, hidden_ - next_);
    update(next_, count);
    next_ += count;
    add_work(3 * count);
    tables_.look_up(count);
    if (next_ < hidden_) {
      wait_for(3);
    } else {
      finished_.push_back({waiting_.front().vector, made_});
      waiting_.pop_front();
      ready_.notify(after(2));
    }
  }
  if (gates.event()) {
    const Bundle<float>& sums = gates.read();
    waiting_.push_back({sums.vector, {sums.values.begin(), sums.values.end()}});
  }
  if (!is_waiting() && !waiting_.empty()) start();
}

void ElementWiseUnit::show_finished() {
  h_ = std::move(finished_.front().values);
  show(h, {.vector = finished_.front().vector, .values = h_});
  finished_.pop_front();
}

Recurrence::Recurrence(const sc_core::sc_module_name& name, const LstmSpec& spec, Index lanes, InputBuffer& to)
    : sc_module(name), lanes_(static_cast<std::size_t>(lanes)), to_(to) {
  for (Lane& lane : lanes_) lane.h.resize(static_cast<std::size_t>(spec.hidden));
  SC_METHOD(act);
  sensitive << h;
  dont_initialize();
}

void Recurrence::offer(const VectorName& vector, std::span<const float> x) {
  Lane& lane = lanes_[static_cast<std::size_t>(vector.lane)];
  lane.frames.push_back({vector, {x.begin(), x.end()}});
  pass_on(lane);
}

void Recurrence::pass_on(Lane& lane) {
  if (!lane.ready || lane.frames.empty()) return;
  Frame& frame = lane.frames.front();
  if (frame.vector.position == 0) std::fill(lane.h.begin(), lane.h.end(), 0.0F);
  frame.x.insert(frame.x.end(), lane.h.begin(), lane.h.end());
  to_.store(frame.vector, frame.x);
  lane.frames.pop_front();
  lane.ready = false;
}

void Recurrence::act() {
  const Bundle<float>& cells = h.read();
  Lane& lane = lanes_[static_cast<std::size_t>(cells.vector.lane)];
  lane.h.assign(cells.values.begin(), cells.values.end());
  lane.ready = true;
  pass_on(lane);
}

}  // namespace ohmcarlo
