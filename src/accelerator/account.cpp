#include "accelerator/account.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace ohmcarlo {
namespace {

constexpr double kTableCells = 128 * 128;  ///< of the crossbar whose power component tables have

// An LSTM's cell takes three products and sums, and looks up five functions: those of its gates and of its state.
constexpr Index kElementWise = 3, kLookUps = 5;

/// Modules of one layer, with the cycles that they are busy for one input vector.
std::array<ModuleUse, kComponents> uses_of_vector(const LayerDesign& layer, const LayerTiming& time,
                                                  const AcceleratorOptions& options) {
  std::array<ModuleUse, kComponents> modules{};
  const auto set = [&](Component component, Index count, Index busy) {
    modules[static_cast<std::size_t>(component)] = {static_cast<double>(count), static_cast<double>(busy)};
  };
  const auto turns = [&](Index columns) { return (columns + options.converters - 1) / options.converters; };
  Index columns = 0, conversion_turns = 0, output_turns = 0;  // of one bank in every column tile
  for (Index tile = 0; tile < layer.column_tiles(); ++tile) {
    columns += layer.columns(tile);
    conversion_turns += turns(layer.columns(tile));
    output_turns += turns(layer.outputs_of(tile));
  }
  const Index banks = layer.row_tiles() * layer.banks();
  const Index rows = layer.inputs * layer.column_tiles() * layer.planes();
  const Index elements = (layer.arrays() + options.arrays_per_element - 1) / options.arrays_per_element;
  // A converter that has no column left in the last turn waits.
  set(Component::adc, layer.converted_arrays() * options.converters, layer.reads * banks * columns);
  set(Component::dac, rows, layer.reads * time.read * rows);
  set(Component::sample_and_hold, banks * columns, layer.reads * time.stage * banks * columns);
  set(Component::crossbar, layer.arrays(), layer.reads * time.read * layer.arrays());
  set(Component::shift_add, layer.converted_arrays(), layer.reads * banks * conversion_turns);
  set(Component::adder_tree, (layer.row_tiles() - 1) * layer.column_tiles(), (layer.row_tiles() - 1) * output_turns);
  set(Component::input_buffer, elements, time.input * elements);
  set(Component::output_buffer, elements, time.output * elements);
  if (layer.kind == LayerKind::lstm) {
    set(Component::activation_table, kLookUps * options.units, kLookUps * layer.hidden);
    set(Component::element_wise, options.units, kElementWise * layer.hidden);
  } else if (layer.activation == LayerActivation::table) {
    set(Component::activation_table, options.out_width, layer.outputs);
  } else if (layer.activation == LayerActivation::rectifier) {
    set(Component::rectifier, options.out_width, layer.outputs);
  }
  return modules;
}

Ceilings ceilings_of(const LayerDesign& layer, const LayerTiming& time, double cycle_time) {
  const double operations = 2 * layer.macs();
  const auto each = [&](Index cycles) { return operations / (static_cast<double>(cycles) * cycle_time); };
  return {each(layer.reads * time.read), each(layer.reads * time.conversion), each(std::max(time.input, time.output)),
          each(layer.reads * time.stage)};
}

template <class Value>
double sum_over(const std::vector<LayerAccount>& layers, Value value) {
  return std::transform_reduce(layers.begin(), layers.end(), 0.0, std::plus<>(), value);
}

}  // namespace

double LayerAccount::energy() const {
  return std::reduce(energy_pj.begin(), energy_pj.end(), 0.0);
}

double Account::inference_energy(Component component) const {
  return sum_over(layers,
                  [&](const LayerAccount& layer) { return layer.energy_pj[static_cast<std::size_t>(component)]; }) /
         inferences;
}

double Account::inference_energy() const {
  return sum_over(layers, [](const LayerAccount& layer) { return layer.energy(); }) / inferences;
}

double Account::utilisation(Component component) const {
  const double count = sum_over(layers, [&](const LayerAccount& layer) { return layer.of(component).count; });
  const double busy = sum_over(layers, [&](const LayerAccount& layer) { return layer.of(component).busy; });
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : busy / (count * cycles);
}

double Account::inference_operations() const {
  return sum_over(layers, [](const LayerAccount& layer) { return layer.operations; }) / inferences;
}

double Account::achieved() const {
  return inference_operations() / (inference_cycles() * cycle_time);
}

Ceilings Account::ceilings() const {
  Ceilings sum;
  for (const LayerAccount& layer : layers) {
    sum.reads += layer.ceilings.reads;
    sum.converters += layer.ceilings.converters;
    sum.buses += layer.ceilings.buses;
    sum.peak += layer.ceilings.peak;
  }
  return sum;
}

double Account::efficiency_16_bits() const {
  const double operations = sum_over(layers, [](const LayerAccount& layer) {
    const double bits = layer.design.weight_bits * layer.design.input_bits;
    return bits == 0 ? std::numeric_limits<double>::quiet_NaN() : layer.operations * bits / (16 * 16);
  });
  return operations / inferences / inference_energy();
}

double Account::energy_with_scaled_crossbars() const {
  return inference_energy() +
         sum_over(layers, [](const LayerAccount& layer) {
           const double cells = static_cast<double>(layer.design.array_cells);
           return layer.energy_pj[static_cast<std::size_t>(Component::crossbar)] * (cells / kTableCells - 1);
         }) / inferences;
}

Account account_of(const std::vector<LayerDesign>& layers, const AcceleratorOptions& options, Index frames) {
  Account account;
  account.inferences = static_cast<double>(options.interleave);
  account.cycles = static_cast<double>(inference_cycles(layers, options, frames));
  account.cycle_time = options.cycle_time();
  for (const LayerDesign& design : layers) {
    LayerAccount layer{.design = design, .timing = timing_of(design, options), .modules = {}, .ceilings = {}};
    layer.vectors = static_cast<double>(design.vectors * (design.each_frame ? frames : 1)) * account.inferences;
    layer.operations = 2 * design.macs() * layer.vectors;
    layer.modules = uses_of_vector(design, layer.timing, options);
    layer.ceilings = ceilings_of(design, layer.timing, account.cycle_time);
    for (std::size_t i = 0; i < kComponents; ++i) {
      ModuleUse& use = layer.modules[i];
      use.busy *= layer.vectors;
      const double waiting = use.count * account.cycles - use.busy;
      const double milliwatt_seconds =
          options.components.costs[i].power_mw * (use.busy + options.idle_share() * waiting) * account.cycle_time;
      layer.energy_pj[i] = 1e9 * milliwatt_seconds;
      account.area_mm2 += use.count * options.components.costs[i].area_mm2;
    }
    account.layers.push_back(std::move(layer));
  }
  return account;
}

}  // namespace ohmcarlo
