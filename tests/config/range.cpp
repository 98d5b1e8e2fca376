#include "config/range.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace range_test {

std::vector<double> range(double start, double stop, double step, std::size_t most = 100000) {
  return decimal_range(start, stop, step, most, "x");
}

TEST(DecimalRange, GivesTheNumbersOnePutsDown) {
  EXPECT_EQ(range(0, 0.4, 0.05), (std::vector<double>{0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4}));
  EXPECT_EQ(range(0.1, 0.5, 0.1), (std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5}));
  EXPECT_EQ(range(1e-5, 3e-5, 1e-5), (std::vector<double>{1e-5, 2e-5, 3e-5}));
  EXPECT_EQ(range(10, 30, 10), (std::vector<double>{10, 20, 30}));
  EXPECT_EQ(range(0.25, 1, 0.5), (std::vector<double>{0.25, 0.75}));
}

TEST(DecimalRange, LongRangesDoNotDrift) {
  const std::vector<double> values = range(0, 1, 0.001);
  ASSERT_EQ(values.size(), 1001U);
  for (int i = 0; i <= 1000; ++i) EXPECT_EQ(values[static_cast<std::size_t>(i)], std::stod(fmt::format("{}e-3", i)));
}

TEST(DecimalRange, GoesDownWithANegativeStep) {
  EXPECT_EQ(range(0.3, 0, -0.1), (std::vector<double>{0.3, 0.2, 0.1, 0}));
  EXPECT_EQ(range(0.1, -0.1, -0.1), (std::vector<double>{0.1, 0, -0.1}));
  EXPECT_FALSE(std::signbit(range(0.3, 0, -0.1).back()));
}

TEST(DecimalRange, StopsBeforeAStopThatNoStepMeets) {
  EXPECT_EQ(range(0, 0.19, 0.1), (std::vector<double>{0, 0.1}));
}

TEST(DecimalRange, OfNoLengthHasOneValue) {
  EXPECT_EQ(range(0.2, 0.2, 0.1), std::vector<double>{0.2});
  EXPECT_EQ(range(0.2, 0.2, -0.1), std::vector<double>{0.2});
}

TEST(DecimalRange, ThatNeverArrivesIsRefused) {
  EXPECT_EQ(refusal([] { (void)range(0, 0.4, -0.05); }),
            "x: the range { start = 0, stop = 0.4, step = -0.05 } never arrives (allowed: a step that leads from start "
            "to stop)");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const auto& [start, stop, step] : {std::array{0.4, 0.0, 0.05},
                                          {0.0, 1.0, 0.0},
                                          {0.0, 0.0, 0.0},
                                          {std::nan(""), 1.0, 1.0},
                                          {0.0, std::nan(""), 1.0},
                                          {0.0, 1.0, std::nan("")},
                                          {0.0, kInfinity, 1.0},
                                          {-kInfinity, 0.0, 1.0},
                                          {0.0, 1.0, kInfinity}})
    EXPECT_THAT(refusal([&] { (void)range(start, stop, step); }), testing::HasSubstr("never arrives"));
}

TEST(DecimalRange, WithTooManyValuesIsRefused) {
  EXPECT_EQ(range(1, 10, 1, 10).size(), 10U);
  EXPECT_EQ(refusal([] { (void)range(0, 10, 1, 10); }), "x: the range has 11 values (allowed: 10)");
  EXPECT_THAT(refusal([] { (void)range(0, 1, 1e-300); }), testing::HasSubstr("(allowed: 100000)"));
  EXPECT_THAT(refusal([] { (void)range(-1e308, 1e308, 1); }), testing::HasSubstr("(allowed: 100000)"));
}

// 10^(1/2) is 3.1623, 10^(1/3) is 2.1544 and 10^(2/3) 4.6416.
TEST(DecadeRange, GivesThreeDigits) {
  const auto decades = [](double start, double stop, int per_decade, std::size_t most = 100000) {
    return decade_range(start, stop, per_decade, most, "x");
  };
  EXPECT_EQ(decades(1e-4, 1, 2), (std::vector<double>{1e-4, 3.16e-4, 1e-3, 3.16e-3, 0.01, 0.0316, 0.1, 0.316, 1}));
  EXPECT_EQ(decades(1, 10, 3), (std::vector<double>{1, 2.15, 4.64, 10}));
  EXPECT_EQ(decades(5e-3, 0.5, 1), (std::vector<double>{5e-3, 0.05, 0.5}));
  EXPECT_EQ(decades(1, 0.01, 1), (std::vector<double>{1, 0.1, 0.01}));
  EXPECT_EQ(decades(1, 9.99, 1), std::vector<double>{1});
  EXPECT_EQ(decades(2, 2, 5), std::vector<double>{2});
  EXPECT_EQ(decades(1e-300, 1e300, 1).size(), 601U);
  EXPECT_EQ(refusal([&] { (void)decades(0, 1, 2); }),
            "x: the decades from 0 to 1 (allowed: numbers above 0; also = [0] adds others)");
  EXPECT_EQ(refusal([&] { (void)decades(1.234, 9, 2); }),
            "x: the decades start at 1.234 (allowed: a number of three significant digits)");
  EXPECT_EQ(refusal([&] { (void)decades(1, 1000, 10, 30); }), "x: the range has 31 values (allowed: 30)");
  const std::vector<double> dense = decades(1, 10, 100);
  EXPECT_EQ(dense.size(), 101U);
  for (std::size_t i = 1; i < dense.size(); ++i) EXPECT_LT(dense[i - 1], dense[i]);
}

}  // namespace range_test
}  // namespace ohmcarlo
