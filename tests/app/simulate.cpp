#include <gtest/gtest.h>

#include "app/command.hpp"
#include "base/error.hpp"

namespace ohmcarlo {
namespace simulate_test {

// What it does with an experiment is tested by whole runs of the program.
TEST(SimulateCommand, NeedsAnExperiment) {
  EXPECT_THROW((void)simulate_command({}), BadUsage);
  EXPECT_THROW((void)simulate_command({"--inputs", "many"}), BadUsage);
}

}  // namespace simulate_test
}  // namespace ohmcarlo
