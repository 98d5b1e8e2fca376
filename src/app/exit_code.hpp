#pragma once
// Exit statuses of the commands, and which error ends in which.

#include <exception>

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

/// The exit status that stands for an error of this type; `failed` for what is no Error.
[[nodiscard]] ExitCode exit_code_of(const std::exception& error);

}  // namespace ohmcarlo
