#pragma once
// How long-running work is asked to give up, and says how it goes.

#include <functional>
#include <stdexcept>
#include <string>

namespace ohmcarlo {

/// Thrown out of a training or a trial that was told to give up; nothing of it is kept.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted") {}
};

/// Called every few milliseconds of work; throws Interrupted when the work shall be given up.
using Poll = std::function<void()>;

/// Says a line to whoever follows the job.
using Say = std::function<void(const std::string& line)>;

}  // namespace ohmcarlo
