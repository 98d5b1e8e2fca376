#pragma once
// Reads of arrays by somebody else than the processor.

#include <cstddef>

#include "base/stop.hpp"
#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// What read_polled() is asked for: see ArrayLayer::read.
struct LayerRead {
  const ArrayLayer& layer;
  const LayerScales& scales;
  const ChipKey& chip;  ///< whose noise
  View<const float> x;  ///< [rows, inputs of a group]
  const RowNames& rows;
  View<float> y;             ///< [rows, outputs of a group]
  ConversionCounts* counts;  ///< null: conversions are not counted
  const Poll& poll;
};

/// Reads the arrays of one network. May keep what it knows of them from read to read.
class ArrayReads {
 public:
  ArrayReads() = default;
  ArrayReads(const ArrayReads&) = delete;
  ArrayReads& operator=(const ArrayReads&) = delete;
  virtual ~ArrayReads() = default;

  /// Reads weight layer `i`, whose scales never change. Noise is that of ArrayLayer::read; sums are rounded otherwise,
  /// but what a row gets depends on the row and the arrays alone, to the bit.
  virtual void read(std::size_t i, const LayerRead& read) = 0;
};

}  // namespace ohmcarlo
