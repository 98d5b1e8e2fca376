#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace {

TEST(Clock, NeverGoesBack) {
  const Clock clock = steady_clock();
  double last = clock();
  for (int i = 0; i < 1000; ++i) {
    const double now = clock();
    EXPECT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace ohmcarlo
