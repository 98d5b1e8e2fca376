#include "statistics/paired.hpp"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

namespace ohmcarlo {
namespace paired_test {

constexpr std::array kX{.91, .93, .90, .95, .92};
constexpr std::array kY{.89, .92, .90, .91, .90};

std::vector<double> repeated(std::span<const double> values, int times) {
  std::vector<double> result;
  for (int i = 0; i < times; ++i) result.insert(result.end(), values.begin(), values.end());
  return result;
}

// Reference values: NumPy and SciPy.
TEST(Paired, HasItsKnownValues) {
  const PairedDifference result = compare_pairs(kX, kY);
  EXPECT_EQ(result.count, 5U);
  EXPECT_NEAR(result.mean, .018, 1e-12);
  EXPECT_NEAR(result.sd, .0148323970, 1e-9);
  EXPECT_NEAR(result.student_half, .0184168533, 1e-9);
  EXPECT_NEAR(result.t, 2.7136021, 1e-6);
  EXPECT_NEAR(result.p, .0533382611, 1e-9);
  EXPECT_NEAR(result.correlation, .6383451, 1e-6);
  EXPECT_NEAR(result.pairing_gain, 2.2727272727, 1e-9);  // (.00037 + .00013) / .00022
  EXPECT_TRUE(std::isinf(result.sequence_half));         // five pairs are too few
}

TEST(Paired, SequenceAndItsPHoldAtAllLooks) {
  const std::vector<double> x = repeated(kX, 8), y = repeated(kY, 8);
  EXPECT_NEAR(compare_pairs(x, y).sequence_half, 0.008200278638299554, 1e-9);
  EXPECT_NEAR(compare_pairs(x, y).anytime_p, 0.00015744611079043552, 1e-12);
  // Equal differences from chip 41 on that pull the mean back: the p-value keeps what it had at 40 chips.
  std::vector<double> later = x, others = y;
  later.insert(later.end(), 20, .88);
  others.insert(others.end(), 20, .91);
  const double at_the_end = compare_pairs(later, others).anytime_p;
  EXPECT_GT(at_the_end, 0.5);
  EXPECT_NEAR(compare_pairs(later, others, {.looks = {32, 40, 50, 75}}).anytime_p, 0.00015744611079043552, 1e-12);
  EXPECT_NEAR(compare_pairs(later, others, {.looks = {33}}).anytime_p, 0.0019296077686412898, 1e-12);
  EXPECT_EQ(compare_pairs(later, others, {.looks = {75}}).anytime_p, at_the_end);
}

TEST(Paired, OrderOfTheTwoChangesTheSignAlone) {
  const PairedDifference one = compare_pairs(kX, kY), other = compare_pairs(kY, kX);
  EXPECT_NEAR(other.mean, -one.mean, 1e-15);
  EXPECT_NEAR(other.p, one.p, 1e-12);
  EXPECT_NEAR(other.correlation, one.correlation, 1e-12);
}

TEST(Paired, CommonPrefixWithoutFailedChips) {
  std::vector<double> x(kX.begin(), kX.end()), y(kY.begin(), kY.end());
  x.insert(x.begin() + 1, kNaN);
  y.insert(y.begin() + 1, .5);
  x.insert(x.begin() + 3, .5);
  y.insert(y.begin() + 3, kNaN);
  x.insert(x.end(), 10, .1);  // chips that the other does not have
  const PairedDifference result = compare_pairs(x, y);
  EXPECT_EQ(result.count, 5U);
  EXPECT_EQ(result.left_out, 2U);
  EXPECT_NEAR(result.p, .0533382611, 1e-9);
}

TEST(Paired, EqualValuesDoNotDiffer) {
  const std::vector<double> x = repeated(kX, 8);
  const PairedDifference result = compare_pairs(x, x);
  EXPECT_EQ(result.mean, 0.0);
  EXPECT_EQ(result.p, 1.0);
  EXPECT_EQ(result.anytime_p, 1.0);
  EXPECT_NEAR(result.correlation, 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(result.t));
  const PairedDifference constant = compare_pairs(std::vector<double>(40, .5), std::vector<double>(40, .5));
  EXPECT_TRUE(std::isnan(constant.correlation) && std::isnan(constant.pairing_gain));
}

TEST(Paired, EqualDifferencesAreCertainForStudentAlone) {
  const PairedDifference result = compare_pairs(std::vector<double>(40, .75), std::vector<double>(40, .5));
  EXPECT_EQ(result.p, 0.0);
  EXPECT_TRUE(std::isinf(result.t));
  EXPECT_TRUE(result.anytime_p > 0.0 && result.anytime_p < 1e-4);
  EXPECT_FALSE(std::isnan(result.sequence_half));
}

TEST(Paired, OnePairSaysNothing) {
  const PairedDifference result = compare_pairs(std::array{.5}, std::array{.4, .3});
  EXPECT_NEAR(result.mean, .1, 1e-12);
  EXPECT_TRUE(std::isnan(result.sd) && std::isnan(result.p) && std::isinf(result.student_half));
  EXPECT_EQ(result.anytime_p, 1.0);
  EXPECT_TRUE(std::isnan(compare_pairs({}, {}).mean));
}

TEST(Paired, ConfidenceSetsBothHalves) {
  const std::vector<double> x = repeated(kX, 8), y = repeated(kY, 8);
  const PairedDifference usual = compare_pairs(x, y), surer = compare_pairs(x, y, {.confidence = 0.99});
  EXPECT_GT(surer.student_half, 1.2 * usual.student_half);
  EXPECT_GT(surer.sequence_half, 1.1 * usual.sequence_half);
}

}  // namespace paired_test
}  // namespace ohmcarlo
