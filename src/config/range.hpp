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

/// start and every further value of `per_decade` a factor of 10, evenly on a logarithmic axis, up to and including stop
/// (or down to it), rounded to three significant digits: 0.316, not 0.31622776601683794. Throws BadUsage, its message
/// led by `what`, unless start and stop are finite and above 0, start has three significant digits at most, and there
/// are at most `most` values.
[[nodiscard]] std::vector<double> decade_range(double start, double stop, int per_decade, std::size_t most,
                                               const std::string& what);

}  // namespace ohmcarlo
