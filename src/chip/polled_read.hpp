#pragma once
// Reads of arrays that let the program answer in between.

#include "base/stop.hpp"
#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// ArrayLayer::read of x [rows, inputs] into y [rows, outputs of a group], to the same bits, with so few rows at a time
/// that `poll` is called about every tenth of a second.
void read_polled(const ArrayLayer& layer, View<const float> x, const RowNames& rows, const LayerScales& scales,
                 const ChipKey& chip, View<float> y, ConversionCounts* counts, const Poll& poll);

}  // namespace ohmcarlo
