#pragma once
// A network on the arrays of one chip, simulated clock cycle by clock cycle.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "accelerator/options.hpp"
#include "base/stop.hpp"
#include "chip/array_network.hpp"
#include "simulator/activity.hpp"

namespace ohmcarlo {

struct SimulationOptions {
  AcceleratorOptions accelerator;
  bool keeps_periods = false;  ///< whether ModuleActivity::periods are kept, which takes memory
  std::string vcd;             ///< file for a trace of all modules (IEEE 1364, value change dump); empty: none
};

/// What a module did during a simulation.
struct ModuleActivity {
  std::string layer;   ///< name of its weight layer
  std::string module;  ///< component, and where there are several: row tile, column tile, slice
  Index busy = 0;      ///< cycles
  double work = 0;     ///< cycles in which pieces of it were busy (a driver, a converter), added up over the pieces
  std::vector<Period> periods;
};

/// What a weight layer did during a simulation.
struct LayerActivity {
  std::string name;
  Index vectors = 0;  ///< input vectors
  Index cycles = 0;   ///< from the first vector of an inference to the last outputs, added up over inferences
};

struct SimulatedRun {
  LabelledLogits logits;
  std::vector<Index> inferences;  ///< cycles of each image, or of each group of sequences that ran in turn
  std::vector<LayerActivity> layers;
  std::vector<ModuleActivity> modules;  ///< layer by layer
  Index cycles = 0;                     ///< of all inferences
};

/// Why a network on such arrays cannot be simulated, naming the key and what is allowed; empty if it can.
[[nodiscard]] std::string why_not_simulated(const NetworkSpec& network, const ArrayOptions& arrays);

/// Runs the test images (or sequences) with these numbers through the chip that `network` was programmed as, module by
/// module: logits equal ArrayNetwork::logits bit for bit. Images go through the layers one after the other; sequences
/// frame by frame, several in turn as options.accelerator.interleave says. The chip has no corrections of outputs.
/// One simulation at a time in a process. Throws BadUsage for what why_not_simulated() says and for a file that cannot
/// be written, and what `poll` throws.
[[nodiscard]] SimulatedRun simulate(const ArrayNetwork& network, const SimulationOptions& options,
                                    std::span<const std::uint32_t> images, const Poll& poll);

}  // namespace ohmcarlo
