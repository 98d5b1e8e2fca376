#include "base/clock.hpp"

#include <ctime>

#include <gtest/gtest.h>

namespace ohmcarlo::clock_test {
namespace {

double system_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

TEST(Clock, GivesTheSecondsOfTheSystemsMonotonicClock) {
  const Clock clock = steady_clock();
  for (int i = 0; i < 100; ++i) {
    const double before = system_seconds(), now = clock(), after = system_seconds();
    ASSERT_LE(before, now);
    ASSERT_LE(now, after);
  }
}

}  // namespace
}  // namespace ohmcarlo::clock_test
