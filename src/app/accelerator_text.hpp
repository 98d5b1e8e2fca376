#pragma once
// What an inference takes on an accelerator, as text.

#include <string>

#include "accelerator/options.hpp"
#include "crossbar/options.hpp"
#include "network/graph.hpp"

namespace ohmcarlo {

/// Arrays, cycles, energy and use of the converters of every layer and in all; operations a second and picojoule with
/// their ceilings. Of sequences one frame, and what each further one adds, since their lengths are a matter of data. A
/// code of inputs that calibration decides on counts as unsigned. Several lines, each indented.
[[nodiscard]] std::string describe_accelerator(const AcceleratorOptions& options, const ArrayOptions& arrays,
                                               const NetworkSpec& network);

}  // namespace ohmcarlo
