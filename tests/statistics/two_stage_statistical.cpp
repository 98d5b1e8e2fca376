// Do intervals from few images a chip hold the truth, without bias, and is it less work? Simulated experiments whose
// chips are drawn with replacement from 500 real ones, so that the truth is known; fixed seeds.
//
// A cell is 2,000 experiments; 93 % to 97 % of them must cover. The number that covers is binomial: at a true coverage
// of 95 % it is fewer than 1,860 with probability 4e-05 and more than 1,940 with 4e-06; at 94.3 %, as for the few
// images of a skewed chip, fewer with 6.5e-03. With the seeds fixed, it always is or never. A bias beyond 4 standard
// errors has probability 6e-5 where there is none.

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "statistics/image_sample.hpp"
#include "statistics/looks.hpp"
#include "statistics/mean_estimate.hpp"
#include "statistics/outcomes.hpp"
#include "statistics/sample_size.hpp"
#include "statistics/strata.hpp"

namespace ohmcarlo::test {
namespace two_stage_statistical_test {

constexpr int kExperiments = 2000;
constexpr double kFewest = 0.93;
constexpr double kMost = 0.97;
constexpr double kCostRatio = 150.0;  // of programming a chip to testing it on one image
using Sizes = std::vector<std::uint32_t>;

const Outcomes& outcomes() {
  static const Outcomes made(OHMCARLO_OUTCOMES);
  return made;
}

// Draws chips of an experiment and the images that they are shown.
class Source {
 public:
  Source()
      : strata_(assign_strata(outcomes().labels, outcomes().ranks, 10, 640)),
        counts_(count_strata(strata_)),
        sampler_(strata_) {}

  void begin(std::uint64_t experiment) {
    experiment_ = experiment;
    generator_.seed(experiment);
    chips_.clear();
  }

  /// The outcomes' number of chip `trial` of the experiment.
  std::size_t chip(std::size_t trial) {
    while (chips_.size() <= trial) chips_.push_back(any_(generator_));
    return chips_[trial];
  }

  std::vector<StratumSums> test(std::size_t trial, const Sizes& sizes) {
    const std::size_t number = chip(trial);
    const std::vector<std::uint32_t> images = sampler_.draw(experiment_, 0, static_cast<std::uint32_t>(trial), sizes);
    std::vector<StratumSums> sums(sizes.size());
    std::size_t next = 0;
    for (std::size_t h = 0; h < sizes.size(); ++h) {
      for (std::uint32_t k = 0; k < sizes[h]; ++k) sums[h].sum += outcomes().correct(number, images[next++]) ? 1 : 0;
      sums[h].count = sizes[h];
      sums[h].squares = sums[h].sum;
    }
    return sums;
  }

  [[nodiscard]] const std::vector<std::uint16_t>& strata() const { return strata_; }
  [[nodiscard]] const Sizes& counts() const { return counts_; }

 private:
  std::vector<std::uint16_t> strata_;
  Sizes counts_;
  ImageSampler sampler_;
  std::uint64_t experiment_ = 0;
  std::mt19937_64 generator_;
  std::uniform_int_distribution<std::size_t> any_{0, Outcomes::kChips - 1};
  std::vector<std::size_t> chips_;
};

// How many intervals hold the truth, and how far estimates are off.
class Score {
 public:
  void add(const MeanEstimate& estimate) {
    covered_ += estimate.interval.low <= outcomes().truth && outcomes().truth <= estimate.interval.high ? 1 : 0;
    errors_.push_back(estimate.mean - outcomes().truth);
  }
  [[nodiscard]] double covered() const { return covered_ / static_cast<double>(errors_.size()); }
  /// Mean error in its own standard errors.
  [[nodiscard]] double bias() const {
    const Sample sample = summarise(errors_);
    return sample.mean / sample.sd * std::sqrt(static_cast<double>(sample.count));
  }

 private:
  int covered_ = 0;
  std::vector<double> errors_;
};

// The spread within strata over the first 50 chips and all images: for sizes that do not depend on the experiment.
std::vector<double> known_spread(const Source& source) {
  constexpr std::size_t kSome = 50;
  std::vector<double> spread(source.counts().size(), 0.0);
  for (std::size_t i = 0; i < Outcomes::kImages; ++i) {
    for (std::size_t chip = 0; chip < kSome; ++chip) spread[source.strata()[i]] += outcomes().correct(chip, i) ? 1 : 0;
  }
  for (std::size_t h = 0; h < spread.size(); ++h) {
    const double p = spread[h] / (kSome * source.counts()[h]);
    spread[h] = std::sqrt(p * (1 - p)) + 0.02;
  }
  return spread;
}

// 40 chips of a design that is given, Student's interval; and the same without the weights of the strata.
void expect_given_design(std::uint32_t n, std::uint64_t first) {
  Source source;
  const Sizes sizes = neyman_sizes(source.counts(), known_spread(source), n);
  Score weighted, unweighted;
  for (int i = 0; i < kExperiments; ++i) {
    source.begin(first + static_cast<std::uint64_t>(i));
    std::vector<double> means, plain;
    for (std::uint32_t trial = 0; trial < 40; ++trial) {
      const std::vector<StratumSums> sums = source.test(trial, sizes);
      means.push_back(stratified_mean(source.counts(), sums));
      double sum = 0.0, images = 0.0;
      for (const StratumSums& stratum : sums) {
        sum += stratum.sum;
        images += stratum.count;
      }
      plain.push_back(sum / images);
    }
    weighted.add(estimate_mean(means, {}));
    unweighted.add(estimate_mean(plain, {}));
  }
  EXPECT_GE(weighted.covered(), kFewest);
  EXPECT_LE(weighted.covered(), kMost);
  EXPECT_LE(std::fabs(weighted.bias()), 4.0);
  EXPECT_GE(std::fabs(unweighted.bias()), 40.0);  // the test sees weights that were forgotten
  EXPECT_LT(unweighted.covered(), 0.5);
}

TEST(TwoStage, GivenDesignCoversWithoutBias) {
  expect_given_design(60, 100000);
  expect_given_design(110, 200000);
  expect_given_design(230, 300000);
}

// Goes on to the look at which the interval is narrow enough; values(count) makes that many.
template <class Values>
MeanEstimate stop(const Values& values, double half_width) {
  MeanEstimate estimate;
  for (const std::size_t look : looks(32, 5000, 8)) {
    estimate = estimate_mean(values(look), {.kind = IntervalKind::fixed_width});
    if (estimate.half_width <= half_width) break;
  }
  return estimate;
}

// The whole way: a pilot of 32 chips with 640 images, whose values count like all others, a design, and looks until
// +-.4 % is reached; and the same with all images on every chip. The rule has a bias of its own, as skewed chips that
// differ little are good ones: of 4 % of the half-width or less here, with all images as well.
TEST(TwoStage, PilotDesignAndStopCoverWithoutBiasForAFifthOfTheWork) {
  constexpr double kHalfWidth = 0.004;
  Source source;
  const Sizes pilot = proportional_sizes(source.counts(), 640, 2);
  Score sampled;
  double work = 0.0, full_work = 0.0;
  for (int i = 0; i < kExperiments; ++i) {
    source.begin(400000 + static_cast<std::uint64_t>(i));
    std::vector<std::vector<StratumSums>> chips;
    std::vector<double> values, whole;
    for (std::uint32_t trial = 0; trial < 32; ++trial) {
      chips.push_back(source.test(trial, pilot));
      values.push_back(stratified_mean(source.counts(), chips.back()));
    }
    const std::vector<PilotPoint> points = {digest_pilot(source.counts(), chips, true, kCostRatio)};
    const SampleDesign design = design_sample(source.counts(), points, pilot, {.half_width = kHalfWidth});
    EXPECT_FALSE(design.whole);
    const MeanEstimate estimate = stop(
        [&](std::size_t count) {
          while (values.size() < count) {
            values.push_back(stratified_mean(source.counts(), source.test(values.size(), design.sizes)));
          }
          return values;
        },
        kHalfWidth);
    static_cast<void>(stop(
        [&](std::size_t count) {
          while (whole.size() < count) {
            whole.push_back(outcomes().accuracies[source.chip(whole.size())]);
          }
          return whole;
        },
        kHalfWidth));
    sampled.add(estimate);
    work += 32 * (kCostRatio + 640) + static_cast<double>(values.size() - 32) * (kCostRatio + design.images);
    full_work += static_cast<double>(whole.size()) * (kCostRatio + Outcomes::kImages);
  }
  RecordProperty("times_less_work", std::to_string(full_work / work));
  EXPECT_GE(sampled.covered(), kFewest);
  EXPECT_LE(std::fabs(sampled.bias()), 4.0);
  EXPECT_GE(full_work, 5 * work);
}

}  // namespace two_stage_statistical_test
}  // namespace ohmcarlo::test
