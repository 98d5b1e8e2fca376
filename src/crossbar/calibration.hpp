#pragma once
// What is fixed before a chip is programmed: the scale of the inputs, the ranges of the converters.

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// The scales of one layer from calibration inputs x [n, inputs], read by `ideal`, a layer whose cells have no errors:
/// the largest |input| gets the largest code; the range of a converter is +-(largest |sum| of a column over all inputs,
/// digits and slices), from 0 where sums cannot be negative. What options fix is taken from there.
/// A range in which nothing ever flows, or nothing below the percentile, is that of one cell fully on.
[[nodiscard]] LayerScales calibrate(const ArrayLayer& ideal, View<const float> x);

}  // namespace ohmcarlo
