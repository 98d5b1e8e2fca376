#include "simulator/layer_machine.hpp"

#include <utility>

#include <fmt/format.h>

namespace ohmcarlo {

template <class T>
Wires<T>& LayerMachine::wires(const std::string& name) {
  auto made = std::make_shared<Wires<T>>(name.c_str());
  Wires<T>& result = *made;
  owned_.push_back(std::move(made));
  if constexpr (std::is_same_v<T, float>) shown_.push_back(&result);
  return result;
}

template <class M, class... Arguments>
M& LayerMachine::make(const std::string& name, Arguments&&... arguments) {
  auto made = std::make_shared<M>(name.c_str(), std::forward<Arguments>(arguments)...);
  M& result = *made;
  owned_.push_back(std::move(made));
  if constexpr (std::is_base_of_v<ClockedModule, M>) modules_.push_back({name, &result});
  return result;
}

LayerMachine::LayerMachine(const sc_core::sc_module_name& name, const MachineParts& parts,
                           const AcceleratorOptions& options, Outlet::Take take)
    : sc_module(name), places_(converted_arrays(parts.layer)) {
  make_input(parts, options);
  make_arrays(parts, options);
  make_output(parts, options, std::move(take));
}

void LayerMachine::make_input(const MachineParts& parts, const AcceleratorOptions& options) {
  input_ = &make<InputBuffer>("input_buffer", options.in_width);
  Wires<float>& beats = wires<float>("beats");
  input_->beats(beats);
  for (Index tile = 0; tile < parts.layer.groups() * parts.layer.tiles().row_tiles(); ++tile) {
    auto& dac = make<SerialDac>(fmt::format("dac_{}", tile), parts.layer, parts.scales.coding, tile, parts.timing.read,
                                parts.timing.stage);
    dac.beats(beats);
    // All drivers take a vector at the same edge: the buffer looks at those of the first row tile.
    auto taken = std::make_shared<sc_core::sc_signal<std::uint64_t>>(fmt::format("taken_{}", tile).c_str());
    dac.taken(*taken);
    if (tile == 0) input_->taken(*taken);
    owned_.push_back(std::move(taken));
    Wires<float>& digits = wires<float>(fmt::format("digits_{}", tile));
    dac.digits(digits);
    auto& crossbar = make<Crossbar>(fmt::format("crossbar_{}", tile), parts.layer, parts.scales.coding, parts.chip,
                                    tile, parts.timing.read);
    crossbar.digits(digits);
    sums_of_tiles_.push_back(&wires<float>(fmt::format("sums_{}", tile)));
    crossbar.sums(*sums_of_tiles_.back());
  }
}

void LayerMachine::make_arrays(const MachineParts& parts, const AcceleratorOptions& options) {
  const ArrayLayer& layer = parts.layer;
  tree_ = &make<AdderTree>("adder_tree", layer, parts.scales, places_, parts.timing.tree);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const ArrayPlace& place = places_[i];
    const std::string at =
        fmt::format("{}_{}_{}{}", place.row_tile, place.column_tile, place.slice, place.negative ? "_negative" : "");
    std::vector<Index> columns;  // among the sums of the row tile
    std::vector<Quantiser> ranges;
    for (const Index column : place.columns) {
      columns.push_back(place.slice * layer.columns() + column);
      const Index row_tiles = layer.tiles().row_tiles();
      ranges.push_back(
          parts.scales.quantisers[layer.granule(place.row_tile % row_tiles, column, place.row_tile / row_tiles)]);
    }
    const auto count = static_cast<Index>(columns.size());
    auto& hold = make<SampleAndHold>("sample_and_hold_" + at, std::move(columns), parts.timing.stage);
    hold.sums(*sums_of_tiles_[static_cast<std::size_t>(place.row_tile)]);
    Wires<float>& held = wires<float>("held_" + at);
    hold.held(held);
    auto& converters = make<Converters>("adc_" + at, std::move(ranges), options.converters);
    converters.held(held);
    Wires<float>& codes = wires<float>("codes_" + at);
    converters.codes(codes);
    auto& shift_add =
        make<ShiftAdd>("shift_add_" + at, parts.scales.coding, layer.options().format.slice_weight(place.slice), count);
    shift_add.codes(codes);
    Wires<double>& totals = wires<double>("totals_" + at);
    shift_add.sums(totals);
    tree_->sums[i](totals);
  }
}

void LayerMachine::make_output(const MachineParts& parts, const AcceleratorOptions& options, Outlet::Take take) {
  Wires<float>& outputs = wires<float>("outputs");
  tree_->outputs(outputs);
  auto& buffer = make<OutputBuffer>("output_buffer", options.out_width);
  buffer.outputs(outputs);
  Wires<float>* taken = &wires<float>("products");
  buffer.taken(*taken);
  if (parts.lstm) {
    auto& tables = make<ActivationTables>("activation_table", *parts.lstm);
    auto& units =
        make<ElementWiseUnit>("element_wise", *parts.lstm, *parts.bias, tables, options.units, options.interleave);
    units.gates(*taken);
    taken = &wires<float>("cells");
    units.h(*taken);
    recurrence_ = &make<Recurrence>("recurrence", *parts.lstm, options.interleave, *input_);
    recurrence_->h(*taken);
  }
  outlet_ = &make<Outlet>("outlet", std::move(take));
  outlet_->vectors(*taken);
}

void LayerMachine::store(const VectorName& vector, std::span<const float> x) {
  if (recurrence_ != nullptr)
    recurrence_->offer(vector, x);
  else
    input_->store(vector, x);
}

void LayerMachine::trace_modules(sc_core::sc_trace_file* file) {
  for (const Module& module : modules_) module.module->show_busy(file);
  for (const Wires<float>* wires_shown : shown_) sc_core::sc_trace(file, *wires_shown, wires_shown->name());
}

}  // namespace ohmcarlo
