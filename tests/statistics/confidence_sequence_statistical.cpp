// Does the sequence hold at all looks at once? 4,000 paths of 5,000 chips a law, with fixed seeds. At most 5 % may
// miss at any look. True shares: 1.8 % for normal chips, 2.5, 2.8 and 3.7 % for skewness -1, -1.5 and -2, 2.0 and 2.7 %
// for accuracies of 20 images: with a standard error of .3 % a correct sequence fails with probability below 1e-5 (4.3
// standard errors, the exponential; the others below 1e-9).

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "statistics/chip_source.hpp"
#include "statistics/confidence_sequence.hpp"
#include "statistics/fixed_width.hpp"
#include "statistics/looks.hpp"

namespace ohmcarlo::test {
namespace confidence_sequence_statistical_test {

constexpr int kPaths = 4000;

struct Missed {
  double by_interval = 0.0;  // share of paths in which the interval misses at any look
  double by_p_value = 0.0;   // share of paths in which the p-value falls to .05 at any look
};

// `narrower` multiplies the half-width, to see that the limit has power.
Missed share_missed(const ChipLaw& law, std::uint64_t seed, double narrower = 1.0) {
  ChipSource chip(law, seed);
  const double rho2 = tuned_rho2(0.05);
  const double images = law.images > 0 ? law.images : std::numeric_limits<double>::infinity();
  const std::vector<std::size_t> all = looks(30, 5000, 8);
  Missed missed;
  for (int path = 0; path < kPaths; ++path) {
    double sum = 0.0, squares = 0.0;
    std::size_t count = 0;
    bool interval_missed = false, p_missed = false;
    for (const std::size_t look : all) {
      for (; count < look; ++count) {
        const double value = chip() - law.mean;
        sum += value;
        squares += value * value;
      }
      const double n = static_cast<double>(count), mean = sum / n;
      const double sd = guarded_sd(std::sqrt(std::max(0.0, squares - n * mean * mean) / (n - 1)), count, images);
      interval_missed |= std::fabs(mean) > narrower * sequence_half_width(count, sd, 0.05, rho2);
      p_missed |= sequence_p_value(count, mean, sd, rho2) <= 0.05;
    }
    missed.by_interval += interval_missed ? 1.0 / kPaths : 0.0;
    missed.by_p_value += p_missed ? 1.0 / kPaths : 0.0;
  }
  return missed;
}

void expect_held(const ChipLaw& law, std::uint64_t seed) {
  const Missed missed = share_missed(law, seed);
  EXPECT_LE(missed.by_interval, 0.05) << "skewness " << law.skewness << ", mean " << law.mean;
  EXPECT_LE(missed.by_p_value, 0.05) << "skewness " << law.skewness << ", mean " << law.mean;
}

TEST(SequenceCoverage, NormalChips) {
  expect_held({}, 201);
}

TEST(SequenceCoverage, SkewedChips) {
  expect_held({.skewness = -1.0}, 202);
  expect_held({.skewness = -1.5}, 203);
  expect_held({.skewness = -2.0}, 204);
}

TEST(SequenceCoverage, AccuraciesOfTwentyImages) {
  expect_held({.images = 20, .mean = 0.9}, 205);
  expect_held({.images = 20, .mean = 0.98}, 206);
  expect_held({.images = 20, .mean = 0.999}, 207);  // half of the paths have equal chips at the first look
}

// The limit has power: three quarters of the width miss too often.
TEST(SequenceCoverage, NarrowerSequencesMiss) {
  EXPECT_GT(share_missed({}, 201, 0.75).by_interval, 0.05);
}

TEST(SequenceCoverage, EqualChipsAreHeldAtEveryNumber) {
  for (std::size_t count = 2; count <= 5000; ++count) {
    const double sd = guarded_sd(0.0, count, 20);
    EXPECT_GT(sequence_half_width(count, sd, 0.05, tuned_rho2(0.05)), 0.0);
    EXPECT_GE(sequence_half_width(count, 0.0, 0.05, tuned_rho2(0.05)), 0.0);  // not NaN either
  }
}

}  // namespace confidence_sequence_statistical_test
}  // namespace ohmcarlo::test
