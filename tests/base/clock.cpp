#include "base/clock.hpp"

#include <chrono>
#include <cmath>
#include <thread>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace clock_test {

TEST(Clock, NeverGoesBack) {
  const Clock clock = steady_clock();
  double last = clock();
  for (int i = 0; i < 1000; ++i) {
    const double now = clock();
    EXPECT_GE(now, last);
    last = now;
  }
}

TEST(Clock, OfTheProcessorCountsWorkAlone) {
  const Clock clock = processor_clock();
  const double start = clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const double slept = clock();
  EXPECT_LT(slept - start, 0.04);
  double x = 1;
  for (int i = 0; i < 10'000'000; ++i) x = std::sqrt(x + i);
  EXPECT_GT(x, 1);
  EXPECT_GT(clock() - slept, 1e-3);
}

}  // namespace clock_test
}  // namespace ohmcarlo
