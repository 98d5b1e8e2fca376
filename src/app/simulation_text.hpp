#pragma once
// What a simulated chip did, as text. Built where SystemC is.

#include <string>

#include "accelerator/options.hpp"

namespace ohmcarlo {

class ArrayNetwork;
struct SimulatedRun;

/// The accelerator that holds where an experiment does not say: every key of [accelerator] at its default.
[[nodiscard]] AcceleratorOptions default_accelerator();

/// Cycles and time of every layer and of an inference, the busy share of every kind of module, and energy, area and
/// operations of an inference by the model of accelerator/account.hpp, of the longest input that was simulated.
/// `defaults`: whether the accelerator is default_accelerator(), which is then said. Several lines.
[[nodiscard]] std::string describe_simulation(const SimulatedRun& run, const ArrayNetwork& network,
                                              const AcceleratorOptions& accelerator, bool defaults);

/// "layer,module,busy_cycles,share", and a line for each module: share of all cycles.
[[nodiscard]] std::string module_csv(const SimulatedRun& run);

/// "layer,module,start,end", and a line for each period in which a module was busy, in order of start: whole cycles,
/// the last one not included.
[[nodiscard]] std::string timeline_csv(const SimulatedRun& run);

}  // namespace ohmcarlo
