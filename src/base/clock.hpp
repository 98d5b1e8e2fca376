#pragma once
// Time as a value that is passed in, so that tests can make their own.

#include <functional>

namespace ohmcarlo {

/// Seconds since some fixed moment, never going back.
using Clock = std::function<double()>;

[[nodiscard]] Clock steady_clock();

}  // namespace ohmcarlo
