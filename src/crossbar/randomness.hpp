#pragma once
// Whether anything about arrays is left to chance.

#include "crossbar/options.hpp"

namespace ohmcarlo {

/// Whether chips may differ from each other, or reads of one chip: false only where nothing is drawn of any cell, read
/// or conversion. Whoever adds something to ArrayOptions that is drawn adds it here.
[[nodiscard]] bool is_random(const ArrayOptions& options);

}  // namespace ohmcarlo
