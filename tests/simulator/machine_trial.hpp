#pragma once
// One layer as a clocked machine, at random, beside what the same arrays compute at once and what a closed form says.

#include <functional>
#include <optional>

#include "accelerator/account.hpp"
#include "crossbar/calibration.hpp"
#include "crossbar/random_chain.hpp"
#include "simulator/systemc_session.hpp"

namespace ohmcarlo::machine {

/// A layer whose digits are single bits, with converters, and noise that is drawn for columns.
inline std::unique_ptr<RandomChain> serial_chain(std::uint32_t seed) {
  auto chain = random_chain(seed);
  make_noisy(*chain, seed);
  ArrayOptions& options = chain->options;
  options.dac.coding.bits = std::max(options.dac.coding.bits, 2);
  options.dac.coding.read_bits = 1;
  options.read_form = ReadForm::columns;
  if (options.adc.bits == 0) options.adc.bits = 5;
  return chain;
}

inline AcceleratorOptions random_accelerator(Choices& choose) {
  AcceleratorOptions options;
  options.converters = choose.number(1, 9);
  options.in_width = choose.number(1, 20);
  options.out_width = choose.number(1, 20);
  options.units = choose.number(1, 9);
  options.clock = 1e9;
  options.read_time = choose.number(1, 12) * 1e-9;
  return options;
}

inline LayerDesign design_of(const ArrayLayer& layer, const InputCoding& coding) {
  const CellFormat& format = layer.options().format;
  LayerDesign design;
  design.name = "layer";
  design.inputs = layer.tiles().inputs;
  design.outputs = layer.tiles().outputs;
  design.tiles = layer.tiles();
  design.reads = coding.reads();
  design.slices = format.slices();
  design.polarities = format.polarities();
  design.difference = format.polarities() == 2 && !layer.single_ended();
  design.reference_columns = format.has_reference() ? 1 : 0;
  return design;
}

/// Vectors in rows, all there at the start, through the machine of a dense layer.
struct DenseTrial {
  Matrix<float> outputs;
  Index first = 0, last = 0;  ///< cycles until the first and the last outputs were there
  std::vector<LayerMachine::Module> modules;
  std::vector<double> work;
  std::vector<Index> busy;

  DenseTrial(const ArrayLayer& layer, const LayerScales& scales, const ChipKey& chip, const AcceleratorOptions& options,
             View<const float> x, const RowNames& names)
      : outputs(x.rows, layer.tiles().outputs) {
    OwnKernel kernel;
    const MachineParts parts{layer, scales, chip, timing_of(design_of(layer, scales.coding), options), {}, nullptr};
    LayerMachine machine("layer", parts, options, [&](const VectorName& vector, std::span<const float> values) {
      if (vector.row == 0) first = ClockedModule::now();
      std::copy(values.begin(), values.end(), outputs.row(vector.row).data());
    });
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
    for (Index r = 0; r < x.rows; ++r)
      machine.store({names.image(r), names.position(r), r, 0}, {x.row(r), static_cast<std::size_t>(x.cols)});
    sc_core::sc_start();
    last = machine.last_output();
    for (const LayerMachine::Module& module : machine.modules()) {
      modules.push_back({module.name, nullptr});
      work.push_back(module.module->work());
      busy.push_back(module.module->activity().cycles());
    }
  }

  /// Work of all modules whose names begin so.
  [[nodiscard]] double work_of(const std::string& component) const {
    double sum = 0;
    for (std::size_t i = 0; i < modules.size(); ++i)
      if (modules[i].name.starts_with(component)) sum += work[i];
    return sum;
  }
};

}  // namespace ohmcarlo::machine
