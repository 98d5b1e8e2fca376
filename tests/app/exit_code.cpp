#include "app/exit_code.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace ohmcarlo {
namespace exit_code_test {

// The contract with batch scripts, as README.md states it.
TEST(ExitCode, EveryErrorHasItsNumber) {
  EXPECT_EQ(static_cast<int>(exit_code_of(std::runtime_error("weights are not finite"))), 1);
  EXPECT_EQ(static_cast<int>(exit_code_of(std::logic_error("internal error"))), 1);
  EXPECT_EQ(static_cast<int>(exit_code_of(BadUsage("no such key"))), 2);
  EXPECT_EQ(static_cast<int>(exit_code_of(BadData("cut short"))), 3);
  EXPECT_EQ(static_cast<int>(exit_code_of(UnusableResults("disk full"))), 4);
  EXPECT_EQ(static_cast<int>(exit_code_of(Resumable("stopped"))), 75);
}

}  // namespace exit_code_test
}  // namespace ohmcarlo
