#pragma once
// How long-running work is asked to give up.

#include <functional>
#include <stdexcept>

namespace ohmcarlo {

/// Thrown out of a training or a trial that was told to give up; nothing of it is kept.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted") {}
};

/// Called every few milliseconds of work; throws Interrupted when the work shall be given up.
using Poll = std::function<void()>;

}  // namespace ohmcarlo
