#pragma once
// The scales of converters that a network was trained with, as arrays of one number in files:
//
//   LAYER.adc_scale   what one code stands for, in currents of one cell fully on
//   LAYER.adc_bits    bits of a code
//   LAYER.dac_scale   the input with the largest code
//   LAYER.adc_differential   1 where converters see sums of both signs (differences of pairs, cells with signs), else
//                            absent: they see single lines
//   LAYER.dac_signed  1 where codes of inputs have a sign, else absent
//
// of every weight layer that was trained through converters.

#include <string>
#include <vector>

#include "network/network.hpp"
#include "records/model.hpp"

namespace ohmcarlo {

/// The arrays of `scales`, which have an entry a weight layer of `spec`, or none.
[[nodiscard]] std::vector<NamedArray> converter_arrays(const NetworkSpec& spec, const ConverterScales<float>& scales);

/// Whether a layer of `spec` could have an array of this name.
[[nodiscard]] bool is_converter_array(const NetworkSpec& spec, const std::string& name);

/// The scales among `arrays`; empty if there are none. Throws std::runtime_error that names the array at fault: one of
/// the first three is missing, has another shape, a scale is not above 0, bits are not 2 to 24, a mark is not 1, or
/// bits or adc_differential differ between layers.
[[nodiscard]] ConverterScales<float> converter_scales(const NetworkSpec& spec, const std::vector<NamedArray>& arrays);

}  // namespace ohmcarlo
