#pragma once
// Cheap checks that every run makes of its own arrays before it believes them.

#include <string>

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// Throws std::runtime_error unless a layer whose cells have no errors reads back the quantised weights, and its chain
/// gives for the first rows of x what those weights give, within the rounding that its converters declare: half an LSB
/// of the converter for every conversion that counts. Rows whose conversions clip are not checked. The rows are inputs
/// of group `group`.
void check_chain(const ArrayLayer& ideal, View<const float> x, const LayerScales& scales, Index group = 0);

/// Why what programming realised contradicts what was asked for: a share of stuck cells or a spread of the others that
/// would come about by chance less than once in 10^8 chips. Empty if it does not, or where no simple law says.
[[nodiscard]] std::string contradiction(const CellModel& asked, const ProgramReport& realised);

}  // namespace ohmcarlo
