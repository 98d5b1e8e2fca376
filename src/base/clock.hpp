#pragma once
// Time as a value that is passed in, so that tests can make their own.

#include <functional>

namespace ohmcarlo {

/// Seconds since some fixed moment, never going back.
using Clock = std::function<double()>;

[[nodiscard]] Clock steady_clock();

/// Seconds that the processor has spent on the thread that asks: what others do at the same time does not count.
[[nodiscard]] Clock processor_clock();

}  // namespace ohmcarlo
