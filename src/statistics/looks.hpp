#pragma once
// When a sequential experiment is looked at.

#include <cstddef>
#include <vector>

namespace ohmcarlo {

/// The numbers of chips at which a stopping rule looks: `group` chips (those of a unit) times ceil(min / group), then
/// each look a quarter further than the last, rounded up to whole groups, and `max` at the end. A list in ascending
/// order; {max} if the first look would lie beyond it. 1 <= min <= max, group >= 1.
[[nodiscard]] std::vector<std::size_t> looks(std::size_t min, std::size_t max, std::size_t group);

}  // namespace ohmcarlo
