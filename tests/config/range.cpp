#include "config/range.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "experiment/refusal.hpp"

namespace ohmcarlo {
namespace {

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

}  // namespace
}  // namespace ohmcarlo
