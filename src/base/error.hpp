#pragma once
// Errors that reach the user: one line of text, and a type that says what is to blame.

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace ohmcarlo {

/// An error with a message for the person who wrote the experiment: problem (reason), what is allowed. Its type
/// says what is to blame; any other exception is a failure of a training, a trial or the program itself.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  /// Throws an error of the type of this one with another message: for callers that know where it happened.
  [[noreturn]] virtual void raise_with(const std::string& message) const = 0;
};

/// What the types of errors share.
template <class Type>
class ErrorOf : public Error {
 public:
  using Error::Error;
  [[noreturn]] void raise_with(const std::string& message) const override { throw Type(message); }
};

/// The command line or the experiment asks for what cannot be.
class BadUsage final : public ErrorOf<BadUsage> {
 public:
  using ErrorOf::ErrorOf;
};

/// A data file, or another file that the experiment reads, is missing or does not hold what it should.
class BadData final : public ErrorOf<BadData> {
 public:
  using ErrorOf::ErrorOf;
};

/// A results file or the store of models cannot be read, written or continued.
class UnusableResults final : public ErrorOf<UnusableResults> {
 public:
  using ErrorOf::ErrorOf;
};

/// Stopped by a signal before there was anything to save: the same command later does it all.
class Resumable final : public ErrorOf<Resumable> {
 public:
  using ErrorOf::ErrorOf;
};

template <class... Args>
[[noreturn]] void fail_usage(fmt::format_string<Args...> text, Args&&... args) {
  throw BadUsage(fmt::format(text, std::forward<Args>(args)...));
}

template <class... Args>
[[noreturn]] void fail_data(fmt::format_string<Args...> text, Args&&... args) {
  throw BadData(fmt::format(text, std::forward<Args>(args)...));
}

template <class... Args>
[[noreturn]] void fail_results(fmt::format_string<Args...> text, Args&&... args) {
  throw UnusableResults(fmt::format(text, std::forward<Args>(args)...));
}

/// Throws std::logic_error: a broken invariant inside the program, never the user's fault.
void require(bool condition, const char* what);

}  // namespace ohmcarlo
