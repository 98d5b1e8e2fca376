// Do intervals at a stop hold the true value as often as they say? Simulated experiments with fixed seeds.
//
// A cell is 4,000 experiments, or 10,000 where the true coverage is nearest to the limit. At least 93 % must cover, and
// at most 97.5 % where the interval must not be too wide either. The true coverages are 94.0 % (standard error .24 %)
// for the exponential at .2 sd and 95.0-96.3 % (.34 %) elsewhere: a correct rule is outside with probability below 2e-5
// (4.1 standard errors) and 3e-4 (3.5), and, with the seeds fixed, always passes or never.

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "statistics/chip_source.hpp"
#include "statistics/looks.hpp"
#include "statistics/stopping.hpp"

namespace ohmcarlo::test {
namespace stopping_statistical_test {

constexpr int kExperiments = 4000;
constexpr int kManyExperiments = 10000;
constexpr double kFewest = 0.93;
constexpr double kMost = 0.975;

bool holds(const Interval& interval, double truth) {
  return interval.low <= truth && truth <= interval.high;
}

double half_of(const Interval& interval) {
  return (interval.high - interval.low) / 2;
}

// Chips are drawn only when a look needs them.
void extend(std::vector<double>& values, ChipSource& chip, std::size_t count) {
  while (values.size() < count) values.push_back(chip());
}

double share_covered(int experiments, const std::function<bool()>& experiment) {
  int covered = 0;
  for (int i = 0; i < experiments; ++i) covered += experiment() ? 1 : 0;
  return static_cast<double>(covered) / experiments;
}

bool near_the_limit(const ChipLaw& law, double target) {
  return law.skewness == -2.0 && target == 0.2;
}

// Experiments that stop by the rule at a half-width of `target` standard deviations. The rule itself goes through all
// looks again, so every fiftieth experiment asks it.
double coverage_of_rule(const ChipLaw& law, double target, std::uint64_t seed) {
  ChipSource chip(law, seed);
  StoppingRule rule{.half_width = target * law.sd(), .group = 8};
  if (law.images > 0) rule.images = law.images;
  int number = 0;
  return share_covered(near_the_limit(law, target) ? kManyExperiments : kExperiments, [&] {
    std::vector<double> values;
    MeanEstimate estimate;
    for (const std::size_t look : looks(rule.min, rule.max, rule.group)) {
      extend(values, chip, look);
      estimate = estimate_mean(values, {.kind = rule.kind, .images = rule.images});
      if (estimate.half_width <= rule.half_width) break;
    }
    if (number++ % 50 == 0) {
      const StoppingDecision decision = apply_rule(rule, values);
      EXPECT_TRUE(decision.met && decision.chips == values.size());
      EXPECT_EQ(decision.estimate.interval.low, estimate.interval.low);
    }
    return holds(estimate.interval, law.mean);
  });
}

// The exponential at .2 sd with Student's interval in place of the rule's.
double coverage_of_student(std::uint64_t seed) {
  ChipSource chip({.skewness = -2.0}, seed);
  return share_covered(kManyExperiments, [&] {
    std::vector<double> values;
    Interval interval;
    for (const std::size_t look : looks(30, 5000, 8)) {
      extend(values, chip, look);
      interval = mean_interval(summarise(values));
      if (half_of(interval) <= 0.2) break;
    }
    return holds(interval, 0.0);
  });
}

void expect_covered(const ChipLaw& law, double target, std::uint64_t seed, double most = kMost) {
  const double covered = coverage_of_rule(law, target, seed);
  EXPECT_GE(covered, kFewest) << "skewness " << law.skewness << ", stop at " << target;
  EXPECT_LE(covered, most) << "skewness " << law.skewness << ", stop at " << target;
}

TEST(FixedWidthCoverage, NormalChips) {
  expect_covered({}, 0.35, 101);
  expect_covered({}, 0.2, 102);
  expect_covered({}, 0.1, 103);
}

TEST(FixedWidthCoverage, SkewedChips) {
  std::uint64_t seed = 110;
  for (const double skewness : {-1.0, -1.5, -2.0}) {
    for (const double target : {0.35, 0.2, 0.1}) expect_covered({.skewness = skewness}, target, seed++);
  }
}

// Accuracies of 20 images: skewness -.60 at 90 %, -1.53 at 98 %. Lattices may cover more than intended: no upper limit.
TEST(FixedWidthCoverage, AccuraciesOfTwentyImages) {
  std::uint64_t seed = 120;
  for (const double mean : {0.9, 0.98}) {
    for (const double target : {0.35, 0.2, 0.1}) expect_covered({.images = 20, .mean = mean}, target, seed++, 1.0);
  }
}

// Nearly all chips are equal, and often all of the first look: a mean of .999 of 20 images, to +-0.008.
TEST(FixedWidthCoverage, AccuraciesThatAreNearlyAlwaysEqual) {
  const ChipLaw law{.images = 20, .mean = 0.999};
  expect_covered(law, 0.008 / law.sd(), 130, 1.0);
}

TEST(FixedWidthCoverage, EqualChipsCoverAndAreNumbers) {
  for (const double images : {20.0, 10000.0, std::numeric_limits<double>::infinity()}) {
    for (const double value : {0.0, 0.7, 1.0}) {
      const StoppingDecision decision = apply_rule({.images = images}, std::vector<double>(5000, value));
      EXPECT_TRUE(decision.met && std::isfinite(decision.estimate.half_width));
      EXPECT_TRUE(holds(decision.estimate.interval, value));
    }
  }
}

// Why there is a term of skewness: without it the exponential at .2 sd is covered 90.9 %, 7 standard
// errors below the limit.
TEST(FixedWidthCoverage, StudentAsAStoppingRuleMissesSkewedChips) {
  EXPECT_LT(coverage_of_student(117), kFewest);
}

// Why only the width may be read: whoever stops at the first Student interval that excludes the truth finds one in a
// third of experiments (35.5 % over all 23 looks).
TEST(FixedWidthCoverage, PeekingAtStudentMissesInAThird) {
  ChipSource chip({}, 140);
  const double never_missed = share_covered(kExperiments, [&] {
    double sum = 0.0, squares = 0.0;
    std::size_t count = 0;
    bool missed = false;
    for (const std::size_t look : looks(30, 944, 8)) {
      for (; count < look; ++count) {
        const double value = chip();
        sum += value;
        squares += value * value;
      }
      const double n = static_cast<double>(count), mean = sum / n;
      missed |= std::fabs(mean) > 1.96 * std::sqrt((squares / n - mean * mean) / (n - 1));
    }
    return !missed;
  });
  EXPECT_LT(never_missed, 0.8);
}

}  // namespace stopping_statistical_test
}  // namespace ohmcarlo::test
