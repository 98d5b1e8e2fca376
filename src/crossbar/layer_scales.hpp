#pragma once
// What is decided about one layer before any chip is programmed, and what its converters then did.

#include <vector>

#include "periphery/dac.hpp"
#include "periphery/quantiser.hpp"

namespace ohmcarlo {

struct LayerScales {
  InputCoding coding;                 ///< never `automatic`
  std::vector<Quantiser> quantisers;  ///< one for each ArrayLayer::granule(); empty without a converter
};

/// What training has found for the converters of one layer.
struct TrainedScale {
  double adc = 0;  ///< what one code stands for, in currents of one cell fully on, above 0; 0: not known
  double dac = 0;  ///< the input with the largest code, negative where codes have a sign; 0: not known
};

/// Conversions made, and those that the range clipped.
struct ConversionCounts {
  double conversions = 0;
  double saturated = 0;
};

}  // namespace ohmcarlo
