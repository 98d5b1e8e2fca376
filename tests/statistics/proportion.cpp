#include "statistics/proportion.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace proportion_test {

void expect_interval(const Interval& interval, double low, double high) {
  EXPECT_NEAR(interval.low, low, 1e-6);
  EXPECT_NEAR(interval.high, high, 1e-6);
}

TEST(Wilson, HasItsKnownValues) {
  expect_interval(wilson_interval(0, 10), 0, .277533);
  expect_interval(wilson_interval(190, 200), .910422, .972617);
  expect_interval(wilson_interval(200, 200), .981155, 1);
  expect_interval(wilson_interval(7, 368), .009244, .038737);
  expect_interval(wilson_interval(291, 300), .943977, .984138);
  expect_interval(wilson_interval(7, 368, .99), .007464312540066201, .047615704800114934);
}

TEST(Wilson, StaysWithinItsBounds) {
  for (std::size_t count = 0; count <= 400; ++count) {
    EXPECT_EQ(wilson_interval(0, count).low, 0.0);
    EXPECT_EQ(wilson_interval(count, count).high, 1.0);
  }
  EXPECT_EQ(wilson_interval(0, 0).high, 1.0);
  EXPECT_THROW(static_cast<void>(wilson_interval(3, 2)), std::logic_error);
}

}  // namespace proportion_test
}  // namespace ohmcarlo
