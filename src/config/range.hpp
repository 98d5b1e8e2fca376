#pragma once
// Ranges of decimal numbers without the rounding of binary steps.

#include <cstddef>
#include <string>
#include <vector>

namespace ohmcarlo {

/// start, start + step, ... up to and including stop, computed in decimal: 0.15, not 0.15000000000000002.
/// Throws BadUsage, its message led by `what`, for a step of 0, one that leads away from stop, numbers that are
/// not finite, or more than `most` values.
[[nodiscard]] std::vector<double> decimal_range(double start, double stop, double step, std::size_t most,
                                                const std::string& what);

}  // namespace ohmcarlo
