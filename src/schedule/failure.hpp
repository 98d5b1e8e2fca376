#pragma once
// An exception on its way from the thread or process in which it was thrown to another one.

#include <cstdint>
#include <exception>
#include <string>
#include <tuple>

#include "base/error.hpp"

namespace ohmcarlo {

/// What another thread or process threw, if it was no Error: a training or a trial failed.
class TaskFailure final : public ErrorOf<TaskFailure> {
 public:
  using ErrorOf::ErrorOf;
};

/// The type of an exception, as far as it is an Error, and its message.
struct Failure {
  std::uint8_t type = 0;  ///< number of the type of Error, counted from 1; 0 for any other exception
  std::string message;

  /// Throws an exception of that type (TaskFailure for 0) with that message.
  [[noreturn]] void raise() const;

  static auto members(auto& self) { return std::tie(self.type, self.message); }
};

[[nodiscard]] Failure failure_of(const std::exception& error);

}  // namespace ohmcarlo
