#pragma once
// Whether anything about cells is left to chance.

#include "device/programming.hpp"

namespace ohmcarlo {

/// Whether the cells of chips may differ: false only where nothing is drawn of any of them. Whoever adds something to
/// CellModel that is drawn adds it here.
[[nodiscard]] bool is_random(const CellModel& model);

}  // namespace ohmcarlo
