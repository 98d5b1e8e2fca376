#pragma once
// What a command prints.

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace ohmcarlo::test {

/// What `work` prints to standard output. What it throws goes on.
template <class Work>
std::string printed_by(Work&& work) {
  testing::internal::CaptureStdout();
  try {
    std::forward<Work>(work)();
  } catch (...) {
    (void)testing::internal::GetCapturedStdout();
    throw;
  }
  return testing::internal::GetCapturedStdout();
}

}  // namespace ohmcarlo::test
