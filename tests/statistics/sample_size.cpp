#include "statistics/sample_size.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmcarlo {
namespace sample_size_test {

using ::testing::ElementsAre;
using Counts = std::vector<std::uint32_t>;

constexpr double kImages = 10000, kCost = 150;

double variance(double between, double within, double n) {
  return between + within * (1 / n - 1 / kImages);
}

// Known answers, worked out by hand: size, variance, and how much less work than with all images.
TEST(BestSampleSize, KnownAnswers) {
  const struct {
    double between, within, n, variance, gain;
  } answers[] = {{3.306e-5, 0.0095, 210.663, 7.72058e-5, 12.0509},
                 {1.985e-3, 0.0750, 75.425, 2.9718591e-3, 30.0743},
                 {2.323e-6, 0.0014, 310.158, 6.6968e-6, 7.6514}};
  for (const auto& answer : answers) {
    const double n = best_sample_size(answer.between, answer.within, kImages, kCost, 60);
    EXPECT_NEAR(n, answer.n, 5e-4);
    const double of_sample = variance(answer.between, answer.within, n);
    EXPECT_NEAR(of_sample / answer.variance, 1, 1e-5);
    EXPECT_NEAR(answer.between * (kCost + kImages) / (of_sample * (kCost + n)) / answer.gain, 1, 1e-5);
  }
}

TEST(BestSampleSize, StaysWithinLeastAndAll) {
  EXPECT_EQ(best_sample_size(1e-8, 0.01, kImages, kCost, 60), kImages);  // images say all, chips nothing
  EXPECT_EQ(best_sample_size(1e-6, 0.01, kImages, kCost, 60), kImages);  // the bracket is 0
  EXPECT_EQ(best_sample_size(1.985e-3, 0.0750, kImages, 1, 60), 60);
  EXPECT_EQ(best_sample_size(1.985e-3, 0.0750, 40, kCost, 60), 40);
  EXPECT_EQ(best_sample_size(1e-3, 0.0, kImages, kCost, 60), 60);
  EXPECT_THROW(static_cast<void>(best_sample_size(-1e-3, 0.01, kImages, kCost, 60)), std::logic_error);
}

StratumSums share_of(std::uint32_t count, double correct) {
  return {count, correct, correct};
}

// Two strata of 30 and 10 images, three chips that work and one that failed, by hand: means of the strata (.5, .75),
// (.25, .5), (1, .75); chips .5625, .3125, .9375; squared deviations within 1, .75, 0 and .75, 1, .75, each with 3
// degrees of freedom; 1.75 / 9 and 2.5 / 9. p = 7 / 12, 8 / 12.
TEST(DigestPilot, OfSharesByHand) {
  const Counts counts = {30, 10};
  const std::vector<std::vector<StratumSums>> chips = {
      {share_of(4, 2), share_of(4, 3)}, {share_of(4, 1), share_of(4, 2)}, {}, {share_of(4, 4), share_of(4, 3)}};
  const PilotPoint point = digest_pilot(counts, chips, true, 150);
  EXPECT_EQ(point.cost_ratio, 150);
  ASSERT_EQ(point.within.size(), 2U);
  EXPECT_NEAR(point.within[0], 1.75 / 9, 1e-15);
  EXPECT_NEAR(point.within[1], 2.5 / 9, 1e-15);
  EXPECT_NEAR(point.spread[0], std::sqrt(35.0 / 144) + 0.02, 1e-15);
  EXPECT_NEAR(point.spread[1], std::sqrt(2.0 / 9) + 0.02, 1e-15);
  const double mean = (0.5625 + 0.3125 + 0.9375) / 3;
  const double squares = std::pow(0.5625 - mean, 2) + std::pow(0.3125 - mean, 2) + std::pow(0.9375 - mean, 2);
  const double sampling = 9.0 / 16 * 1.75 / 9 * (1.0 / 4 - 1.0 / 30) + 1.0 / 16 * 2.5 / 9 * (1.0 / 4 - 1.0 / 10);
  EXPECT_NEAR(point.between, squares / 2 - sampling, 1e-15);
}

// A quantity of mean m in stratum h: the sums of `count` images at m - d and m + d in turn (count even).
StratumSums sums_of(std::uint32_t count, double m, double d) {
  return {count, count * m, count * (m * m + d * d)};
}

TEST(DigestPilot, OfOtherQuantitiesByTheirOwnSpread) {
  const Counts counts = {30, 10};
  const std::vector<StratumSums> chip = {sums_of(4, 2.0, 0.5), sums_of(4, 5.0, 0.0)};
  const PilotPoint point = digest_pilot(counts, std::vector{chip, chip}, false, 1);
  EXPECT_NEAR(point.within[0], 1.0 / 3, 1e-14);  // 4 x .25 by 3
  EXPECT_NEAR(point.within[1], 0.0, 1e-14);
  const double overall = std::sqrt(0.75 / 3 + 0.75 * 0.5625 + 0.25 * 5.0625);  // about the mean 2.75
  EXPECT_NEAR(point.spread[0], std::sqrt(1.0 / 3) + 0.02 * overall, 1e-14);
  EXPECT_NEAR(point.spread[1], 0.02 * overall, 1e-14);
  EXPECT_EQ(point.between, 0.0);  // chips are equal
}

TEST(DigestPilot, ChipsDifferByAFiftiethOfTheirVarianceAtLeast) {
  const Counts counts = {1000};
  const std::vector<std::vector<StratumSums>> chips = {{share_of(10, 5)}, {share_of(10, 6)}};
  const PilotPoint point = digest_pilot(counts, chips, true, 1);
  EXPECT_NEAR(point.between, 0.005 / 50, 1e-15);
}

TEST(DigestPilot, OneImageOnEveryChipStillHasASpread) {
  const std::vector<std::vector<StratumSums>> chips = {{share_of(1, 1)}, {share_of(1, 0)}, {share_of(1, 1)}};
  EXPECT_NEAR(digest_pilot(Counts{10}, chips, true, 1).within[0], 1.0 / 3, 1e-15);
}

TEST(DigestPilot, OneChipSaysNothing) {
  const std::vector<std::vector<StratumSums>> chips = {{share_of(4, 2)}, {}, {}};
  const PilotPoint point = digest_pilot(Counts{10}, chips, true, 7);
  EXPECT_TRUE(std::isnan(point.between));
  EXPECT_EQ(point.cost_ratio, 7);
}

PilotPoint point_of(double between, std::vector<double> within, double cost_ratio = kCost) {
  PilotPoint point;
  point.between = between;
  for (const double s2 : within) point.spread.push_back(std::sqrt(s2));
  point.within = std::move(within);
  point.cost_ratio = cost_ratio;
  return point;
}

// One stratum, one point and a target that takes many chips: the best size of the point alone, to a step of the grid.
TEST(DesignSample, OfOnePointIsItsBestSize) {
  const Counts counts = {10000}, pilot = {640};
  for (const SampleTarget& target : {SampleTarget{.half_width = 1e-4}, SampleTarget{.fixed_count = true}}) {
    const SampleDesign design = design_sample(counts, std::vector{point_of(3.306e-5, {0.0095})}, pilot, target);
    EXPECT_FALSE(design.whole);
    EXPECT_NEAR(design.images, 210.663, 4.3);
    EXPECT_THAT(design.sizes, ElementsAre(design.images));
  }
}

TEST(DesignSample, TakesAllImagesWhereSamplingSavesLittle) {
  const Counts counts = {10000, 500}, pilot = {640, 32};
  const SampleTarget target{.half_width = 1e-5};
  const SampleDesign design = design_sample(counts, std::vector{point_of(1e-8, {0.01, 0.01})}, pilot, target);
  EXPECT_TRUE(design.whole);
  EXPECT_EQ(design.sizes, counts);
  EXPECT_EQ(design.images, 10500U);
  // A third of the images is not worth it, less is: sizes 3,000 and 3,700 are best.
  const auto at_size = [&](double n) {
    const double within = 0.01, between = within / 10000 + kCost * within / (n * n);
    return design_sample(Counts{10000}, std::vector{point_of(between, {within})}, Counts{640}, target);
  };
  EXPECT_FALSE(at_size(3000).whole);
  EXPECT_TRUE(at_size(3700).whole);
}

TEST(DesignSample, TakesAllImagesWhereNothingIsKnown) {
  const Counts counts = {600, 400}, pilot = {60, 40};
  EXPECT_TRUE(design_sample(counts, {}, pilot, {}).whole);
  EXPECT_TRUE(design_sample(counts, std::vector{PilotPoint{}}, pilot, {}).whole);
  const std::vector<PilotPoint> points = {PilotPoint{}, point_of(1e-3, {0.1, 0.1})};
  EXPECT_FALSE(design_sample(counts, points, pilot, {}).whole);
}

// Points that have enough with the least number of chips want as few images as there may be.
TEST(DesignSample, NoMoreImagesThanTheLeastChipsNeed) {
  const Counts counts = {5000, 5000}, pilot = {320, 320};
  const std::vector<PilotPoint> points = {point_of(1e-6, {0.04, 0.04})};
  const SampleDesign design = design_sample(counts, points, pilot, {.half_width = 0.1});
  EXPECT_THAT(design.sizes, ElementsAre(30, 30));
  const Counts strata(100, 100);
  const std::vector<PilotPoint> of_many = {point_of(1e-6, std::vector<double>(100, 0.04))};
  EXPECT_EQ(design_sample(strata, of_many, Counts(100, 7), {.half_width = 0.1}).images, 200U) << "two a stratum";
  const Counts lone(100, 1);
  EXPECT_TRUE(design_sample(lone, of_many, lone, {.half_width = 0.1}).whole);
}

// Three points of 40 strata against the words of the rule, at every number of images.
class ThreePoints : public ::testing::Test {
 protected:
  ThreePoints() {
    std::mt19937 generator(11);
    const auto uniform = [&] { return static_cast<double>(generator()) / 4294967296.0; };
    for (int h = 0; h < 40; ++h) counts_.push_back(50 + generator() % 400);
    for (const double between : {2e-3, 5e-5, 4e-4}) {
      std::vector<double> within;
      for (int h = 0; h < 40; ++h) within.push_back(0.25 * std::pow(uniform(), 3));
      points_.push_back(point_of(between, within, between == 5e-5 ? 400 : 120));
    }
    pilot_ = proportional_sizes(counts_, 640, 2);
  }

  [[nodiscard]] double var(const PilotPoint& point, const Counts& sizes) const {
    double sum = point.between;
    const double images = std::accumulate(counts_.begin(), counts_.end(), 0.0);
    for (std::size_t h = 0; h < sizes.size(); ++h) {
      sum += std::pow(counts_[h] / images, 2) * point.within[h] * (1.0 / sizes[h] - 1.0 / counts_[h]);
    }
    return sum;
  }
  [[nodiscard]] double chips(const PilotPoint& point, const Counts& sizes) const {
    if (target_.fixed_count) return 1.0;
    return std::max(target_.min, target_.t * target_.t * var(point, sizes) / std::pow(target_.half_width, 2));
  }
  [[nodiscard]] Counts sizes_at(double n) const {
    std::vector<double> product(counts_.size(), 0.0);
    for (std::size_t h = 0; h < product.size(); ++h) {
      double weighted = 0.0, weights = 0.0;
      for (const PilotPoint& point : points_) {
        weighted += chips(point, pilot_) * std::pow(point.spread[h], 2);
        weights += chips(point, pilot_);
      }
      product[h] = counts_[h] * std::sqrt(weighted / weights);
    }
    Counts sizes;
    for (std::size_t h = 0; h < product.size(); ++h) {
      const double size = std::round(n * product[h] / std::accumulate(product.begin(), product.end(), 0.0));
      sizes.push_back(static_cast<std::uint32_t>(std::clamp(size, 2.0, static_cast<double>(counts_[h]))));
    }
    return sizes;
  }
  [[nodiscard]] double work(const Counts& sizes) const {
    double sum = 0.0;
    for (const PilotPoint& point : points_) {
      sum += (target_.fixed_count ? var(point, sizes) : chips(point, sizes)) *
             (point.cost_ratio + std::accumulate(sizes.begin(), sizes.end(), 0.0));
    }
    return sum;
  }
  void expect_best() const {
    const SampleDesign design = design_sample(counts_, points_, pilot_, target_);
    double least = INFINITY;
    bool on_the_way = false;
    for (int n = 60; n <= 3000; ++n) {
      const Counts sizes = sizes_at(n);
      least = std::min(least, work(sizes));
      on_the_way |= sizes == design.sizes;
    }
    EXPECT_FALSE(design.whole);
    EXPECT_TRUE(on_the_way);
    EXPECT_LE(work(design.sizes), 1.002 * least);
    EXPECT_EQ(design.images, std::accumulate(design.sizes.begin(), design.sizes.end(), 0U));
  }

  Counts counts_, pilot_;
  std::vector<PilotPoint> points_;
  SampleTarget target_;
};

TEST_F(ThreePoints, ShareTheSampleOfLeastWork) {
  for (const double half_width : {0.0005, 0.002, 0.008}) {
    target_.half_width = half_width;
    expect_best();
  }
}

TEST_F(ThreePoints, ShareTheSampleOfLeastVarianceForTheWorkAtAFixedCount) {
  target_.fixed_count = true;
  expect_best();
}

}  // namespace sample_size_test
}  // namespace ohmcarlo
