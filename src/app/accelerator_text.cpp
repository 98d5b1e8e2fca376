#include "app/accelerator_text.hpp"

#include <cmath>

#include <fmt/core.h>

#include "accelerator/account.hpp"

namespace ohmcarlo {
namespace {

constexpr double kTera = 1e-12;

std::string layer_line(const std::string& name, double arrays, double reads, double cycles, double energy, double use) {
  const auto number = [](double value) { return std::isnan(value) ? std::string("-") : fmt::format("{:g}", value); };
  return fmt::format("      {:<12} {:>7} {:>6} {:>10} {:>12} {:>11}\n", name, arrays, number(reads), cycles,
                     fmt::format("{:.6g}", energy), std::isnan(use) ? "-" : fmt::format("{:.1f} %", 100 * use));
}

std::string layer_table(const Account& account) {
  std::string text = "      layer         arrays  reads     cycles    energy pJ  converters\n";
  double arrays = 0;
  for (const LayerAccount& layer : account.layers) {
    const ModuleUse& converters = layer.of(Component::adc);
    text += layer_line(layer.design.name, static_cast<double>(layer.design.arrays()),
                       static_cast<double>(layer.design.reads), static_cast<double>(layer.timing.frame_latency),
                       layer.energy() / account.inferences, converters.busy / (converters.count * account.cycles));
    arrays += static_cast<double>(layer.design.arrays());
  }
  return text + layer_line("in all", arrays, std::nan(""), account.inference_cycles(), account.inference_energy(),
                           account.utilisation(Component::adc));
}

std::string component_list(const Account& account) {
  std::string text;
  for (std::size_t i = 0; i < kComponents; ++i) {
    const double energy = account.inference_energy(static_cast<Component>(i));
    if (energy > 0) text += fmt::format("{}{} {:.4g}", text.empty() ? "" : ", ", component_words()[i].name, energy);
  }
  return text;
}

}  // namespace

std::string describe_accelerator(const AcceleratorOptions& options, const ArrayOptions& arrays,
                                 const NetworkSpec& network) {
  const std::vector<LayerDesign> layers = designs_of(network, arrays);
  const Account account = account_of(layers, options, 1);
  const bool frames = network.takes_sequences();
  const Ceilings ceilings = account.ceilings();
  std::string text = fmt::format(
      "    accelerator: {} converters an array, cycles of {:.5g} ns, reads of {:.5g} ns; {}{}\n", options.converters,
      1e9 * options.cycle_time(), 1e9 * options.read_time, frames ? "one frame" : "one image",
      options.interleave > 1 ? fmt::format(" of {} sequences in turn", options.interleave) : "");
  text += layer_table(account);
  if (frames)
    text += fmt::format("      each further frame takes {} cycles\n",
                        inference_cycles(layers, options, 2) - inference_cycles(layers, options, 1));
  text += fmt::format("      pJ by component: {}\n", component_list(account));
  text +=
      fmt::format("      area {:.4g} mm2; use of crossbars {:.1f} %, of input buffers {:.1f} %\n", account.area_mm2,
                  100 * account.utilisation(Component::crossbar), 100 * account.utilisation(Component::input_buffer));
  text += fmt::format(
      "      {:.4g} TOPS achieved, peak {:.4g} (ceiling of reads {:.4g}, of converters {:.4g}, of buses {:.4g})\n",
      kTera * account.achieved(), kTera * ceilings.peak, kTera * ceilings.reads, kTera * ceilings.converters,
      kTera * ceilings.buses);
  const double bits_16 = account.efficiency_16_bits();
  text += fmt::format("      {:.4g} TOPS/W{}; {:.4g} if the power of crossbars grew with their cells from 128 x 128\n",
                      account.efficiency(),
                      std::isnan(bits_16) ? "" : fmt::format(", {:.4g} in operations on 16 bits", bits_16),
                      account.inference_operations() / account.energy_with_scaled_crossbars());
  if (arrays.dac.coding.encoding == InputEncoding::automatic)
    text += "      inputs counted without a sign; calibration may find one, and one read fewer\n";
  return text;
}

}  // namespace ohmcarlo
