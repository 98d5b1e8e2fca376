#pragma once
// Errors that reach the user: one line of text and the exit status of the process.

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace ohmcarlo {

/// Exit status of every command (the contract with batch scripts).
enum class ExitCode : int {
  done = 0,
  failed = 1,       ///< a trial or a training threw; what was finished is saved
  bad_usage = 2,    ///< bad command line or experiment
  bad_data = 3,     ///< bad data file
  bad_results = 4,  ///< the results file cannot be used
  resumable = 75,   ///< stopped by time limit or signal with everything saved
};

/// An error with a message for the person who wrote the experiment: problem (reason), what is allowed.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

template <class... Args>
[[noreturn]] void fail_usage(fmt::format_string<Args...> text, Args&&... args) {
  throw Error(ExitCode::bad_usage, fmt::format(text, std::forward<Args>(args)...));
}

template <class... Args>
[[noreturn]] void fail_data(fmt::format_string<Args...> text, Args&&... args) {
  throw Error(ExitCode::bad_data, fmt::format(text, std::forward<Args>(args)...));
}

template <class... Args>
[[noreturn]] void fail_results(fmt::format_string<Args...> text, Args&&... args) {
  throw Error(ExitCode::bad_results, fmt::format(text, std::forward<Args>(args)...));
}

/// Throws std::logic_error: a broken invariant inside the program, never the user's fault.
void require(bool condition, const char* what);

}  // namespace ohmcarlo
