#pragma once
// Whether chips can have the converter ranges that a network was trained with.

#include <string>
#include <vector>

#include "crossbar/options.hpp"
#include "network/pass.hpp"

namespace ohmcarlo {

/// Why these arrays cannot have the ranges `trained` of a network with these weight layers; empty if they can, or want
/// other ranges.
[[nodiscard]] std::string why_not_trained(const ArrayOptions& arrays, const std::vector<Node>& weight_layers,
                                          const ConverterScales<float>& trained);

}  // namespace ohmcarlo
