#ifdef OHMCARLO_SYSTEMC

#include "app/simulation_text.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/core.h>

#include "accelerator/account.hpp"
#include "simulator/simulate.hpp"

namespace ohmcarlo {
namespace {

/// "adc" of "adc_0_1_0".
std::string component_of(const std::string& module) {
  const std::size_t place = module.find_first_of("0123456789");
  return place == std::string::npos ? module : module.substr(0, place - 1);
}

double share(Index busy, Index cycles) {
  return cycles == 0 ? 0 : static_cast<double>(busy) / static_cast<double>(cycles);
}

std::string layer_table(const SimulatedRun& run, double cycle_time) {
  std::string text = "  layer          vectors     cycles         us\n";
  for (const LayerActivity& layer : run.layers)
    text += fmt::format("  {:<12} {:>9} {:>10} {:>10.5g}\n", layer.name, layer.vectors, layer.cycles,
                        1e6 * cycle_time * static_cast<double>(layer.cycles));
  return text + fmt::format("  {:<12} {:>9} {:>10} {:>10.5g}\n", "in all", "", run.cycles,
                            1e6 * cycle_time * static_cast<double>(run.cycles));
}

/// Modules of one kind in one layer.
struct Kind {
  Index modules = 0;
  Index busy = 0;
};

std::string module_table(const SimulatedRun& run) {
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, Kind> kinds;
  for (const ModuleActivity& module : run.modules) {
    const std::pair name(module.layer, component_of(module.module));
    if (!kinds.contains(name)) order.push_back(name);
    Kind& kind = kinds[name];
    ++kind.modules;
    kind.busy += module.busy;
  }
  std::string text = "  layer        module            modules    busy\n";
  for (const auto& name : order) {
    const Kind& kind = kinds[name];
    text += fmt::format("  {:<12} {:<17} {:>7} {:>5.1f} %\n", name.first, name.second, kind.modules,
                        100 * share(kind.busy, run.cycles * kind.modules));
  }
  return text;
}

std::string energy_text(const Account& account, Index frames) {
  std::string components;
  for (std::size_t i = 0; i < kComponents; ++i)
    if (const double energy = account.inference_energy(static_cast<Component>(i)); energy > 0)
      components += fmt::format("{}{} {:.4g}", components.empty() ? "" : ", ", component_words()[i].name, energy);
  return fmt::format(
      "  one inference{}: {} cycles by the closed form, {:.6g} pJ ({})\n  area {:.4g} mm2, {:.4g} TOPS of "
      "{:.4g} at most\n",
      frames > 1 ? fmt::format(" of {} frames", frames) : "", account.cycles, account.inference_energy(), components,
      account.area_mm2, 1e-12 * account.achieved(), 1e-12 * account.ceilings().peak);
}

}  // namespace

AcceleratorOptions default_accelerator() {
  AcceleratorOptions options;
  options.components = component_tables().front().table;
  options.read_time = 1e-9 * options.components.read_ns;
  return options;
}

std::string describe_simulation(const SimulatedRun& run, const ArrayNetwork& network,
                                const AcceleratorOptions& accelerator, bool defaults) {
  std::vector<int> reads;
  for (const LayerScales& scales : network.scales()) reads.push_back(scales.coding.reads());
  std::size_t frames = 1;
  for (const std::uint32_t image : run.logits.images)
    if (network.test().data().is_sequences()) frames = std::max(frames, network.test().data().length(image));
  const std::vector<LayerDesign> designs = designs_of(network.network().spec(), network.layer(0).options(), reads);
  std::string text = fmt::format(
      "  accelerator{}: {} converters an array, buses of {} and {} values, cycles of {:.5g} ns, "
      "reads of {:.5g} ns\n",
      defaults ? " (defaults: no table [accelerator])" : "", accelerator.converters, accelerator.in_width,
      accelerator.out_width, 1e9 * accelerator.cycle_time(), 1e9 * accelerator.read_time);
  text += layer_table(run, accelerator.cycle_time());
  text += module_table(run);
  return text + energy_text(account_of(designs, accelerator, static_cast<Index>(frames)), static_cast<Index>(frames));
}

std::string module_csv(const SimulatedRun& run) {
  std::string text = "layer,module,busy_cycles,share\n";
  for (const ModuleActivity& module : run.modules)
    text += fmt::format("{},{},{},{:.6g}\n", module.layer, module.module, module.busy, share(module.busy, run.cycles));
  return text;
}

std::string timeline_csv(const SimulatedRun& run) {
  std::vector<std::tuple<Index, std::size_t, Index>> lines;  // start, module, end
  for (std::size_t i = 0; i < run.modules.size(); ++i)
    for (const Period& period : run.modules[i].periods) lines.emplace_back(period.first, i, period.last);
  std::ranges::sort(lines);
  std::string text = "layer,module,start,end\n";
  for (const auto& [start, module, end] : lines)
    text += fmt::format("{},{},{},{}\n", run.modules[module].layer, run.modules[module].module, start, end);
  return text;
}

}  // namespace ohmcarlo

#endif
