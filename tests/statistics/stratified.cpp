#include "statistics/stratified.hpp"

#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ohmcarlo {
namespace stratified_test {

using ::testing::ElementsAre;
using Counts = std::vector<std::uint32_t>;
using Population = std::vector<std::vector<double>>;  // [strata][images]

Counts counts_of(const Population& population) {
  Counts counts;
  for (const auto& stratum : population) counts.push_back(static_cast<std::uint32_t>(stratum.size()));
  return counts;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double variance_of(const std::vector<double>& values, double divisor) {
  double sum = 0.0;
  for (const double value : values) sum += (value - mean_of(values)) * (value - mean_of(values));
  return sum / divisor;
}

std::vector<double> within_of(const Population& population) {
  std::vector<double> within;
  for (const auto& stratum : population) {
    within.push_back(stratum.size() > 1 ? variance_of(stratum, static_cast<double>(stratum.size()) - 1) : 0.0);
  }
  return within;
}

// Calls use(sums) with every sample of the given sizes, which are all equally likely.
void for_samples(const Population& population, const Counts& sizes,
                 const std::function<void(const std::vector<StratumSums>&)>& use) {
  std::vector<StratumSums> sums(population.size());
  const std::function<void(std::size_t)> choose = [&](std::size_t h) {
    if (h == population.size()) return use(sums);
    for (unsigned chosen = 0; chosen < 1U << population[h].size(); ++chosen) {
      sums[h] = {};
      for (std::size_t i = 0; i < population[h].size(); ++i) {
        if ((chosen >> i & 1U) == 0) continue;
        ++sums[h].count;
        sums[h].sum += population[h][i];
        sums[h].squares += population[h][i] * population[h][i];
      }
      if (sums[h].count == sizes[h]) choose(h + 1);
    }
  };
  choose(0);
}

// What an estimate is on average over all samples, and its variance.
struct Exact {
  std::vector<double> means, variances;

  Exact(const Population& population, const Counts& sizes) {
    for_samples(population, sizes, [&](const std::vector<StratumSums>& sums) {
      means.push_back(stratified_mean(counts_of(population), sums));
      variances.push_back(estimated_sampling_variance(counts_of(population), sums));
    });
  }
  [[nodiscard]] double mean() const { return mean_of(means); }
  [[nodiscard]] double variance() const { return variance_of(means, static_cast<double>(means.size())); }
  [[nodiscard]] double estimated() const { return mean_of(variances); }
};

const Population kPopulation = {{0, 1, 0, 0, 1}, {1, 1, 0.5, 0.25}, {1}, {0.9, 1, 0.7}};
constexpr double kMean = (2 + 2.75 + 1 + 2.6) / 13;

// All samples of a tiny population: what holds on average holds exactly.
TEST(StratifiedSamples, MeanAndVarianceAreUnbiased) {
  for (const Counts& sizes : {Counts{2, 2, 1, 2}, Counts{3, 2, 1, 3}, Counts{4, 3, 1, 2}, Counts{5, 4, 1, 3}}) {
    const Exact exact(kPopulation, sizes);
    EXPECT_NEAR(exact.mean(), kMean, 1e-14);
    const double variance = sampling_variance(counts_of(kPopulation), within_of(kPopulation), sizes);
    EXPECT_NEAR(exact.variance(), variance, 1e-15);
    EXPECT_NEAR(exact.estimated(), variance, 1e-15);
  }
}

// The variance of one image of stratum h about its mean, with its weight: what a lone image's term stands for.
double lone(std::size_t h) {
  const auto n = static_cast<double>(kPopulation[h].size());
  return n / 13 * (n / 13) * variance_of(kPopulation[h], n);
}

// (N_h / N)^2 times the expected squared difference between a lone image of h and a mean of m images of j.
double term(std::size_t h, std::size_t j, double m, double weight) {
  const double distance = mean_of(kPopulation[h]) - mean_of(kPopulation[j]);
  const double of_h = lone(h) * 13 * 13 / std::pow(static_cast<double>(kPopulation[h].size()), 2);
  const auto n = static_cast<double>(kPopulation[j].size());
  const double of_j = n > 1 ? variance_of(kPopulation[j], n - 1) * (1 / m - 1 / n) : 0.0;
  return weight * weight / (13 * 13) * (distance * distance + of_h + of_j);
}

TEST(StratifiedSamples, LoneImagesAreJoinedWithTheirNeighboursAndOverestimate) {
  const Exact last(kPopulation, {2, 2, 1, 1});  // the stratum before it is whole
  const double others = sampling_variance(Counts{5, 4, 4}, std::vector<double>{0.3, 0.140625, 0.0}, Counts{2, 2, 4});
  EXPECT_NEAR(last.mean(), kMean, 1e-14);
  EXPECT_NEAR(last.estimated(), others + term(3, 2, 1, 3), 1e-15);
  EXPECT_GT(last.estimated(), last.variance());

  const Exact first(kPopulation, {1, 2, 1, 3});  // has none before it
  EXPECT_NEAR(first.estimated(), term(0, 1, 2, 5) + 16.0 / 169 * 0.140625 * (1.0 / 2 - 1.0 / 4), 1e-15);
  EXPECT_GT(first.estimated(), first.variance());

  const Exact pair(kPopulation, {1, 1, 1, 3});  // one difference for both, with the larger weight
  EXPECT_NEAR(pair.estimated(), term(0, 1, 1, 5), 1e-15);
  EXPECT_GT(pair.estimated(), pair.variance());

  const Exact all(kPopulation, {1, 1, 1, 1});
  EXPECT_NEAR(all.mean(), kMean, 1e-14);
  EXPECT_NEAR(all.estimated(), term(0, 1, 1, 5) + term(3, 2, 1, 3), 1e-15);
  EXPECT_NEAR(all.variance(), lone(0) + lone(1) + lone(3), 1e-15);
}

TEST(StratifiedSamples, AnyTwoImagesGiveANumber) {
  const StratumSums one{1, 0.5, 0.25};
  EXPECT_EQ(estimated_sampling_variance(Counts{9, 9}, std::vector{one, one}), 0.0);
  EXPECT_EQ(estimated_sampling_variance(Counts{9}, std::vector{StratumSums{2, 1.0, 0.5}}), 0.0);
  EXPECT_EQ(estimated_sampling_variance(Counts{1}, std::vector{one}), 0.0);  // that is all of them
  EXPECT_TRUE(std::isnan(estimated_sampling_variance(Counts{9}, std::vector{one})));
}

TEST(StratifiedSamples, EveryStratumHasASample) {
  const std::vector<StratumSums> none{{2, 1.0, 1.0}, {0, 0.0, 0.0}}, many{{2, 1.0, 1.0}, {4, 0.0, 0.0}};
  EXPECT_THROW(static_cast<void>(stratified_mean(Counts{3, 3}, none)), std::logic_error);
  EXPECT_THROW(static_cast<void>(stratified_mean(Counts{3, 3}, many)), std::logic_error);
  EXPECT_THROW(static_cast<void>(estimated_sampling_variance(Counts{3}, none)), std::logic_error);
  EXPECT_THROW(static_cast<void>(sampling_variance(Counts{3}, std::vector{0.1}, Counts{0})), std::logic_error);
}

TEST(ProportionalSizes, ByHand) {
  const Counts counts = {60, 30, 10};
  EXPECT_THAT(proportional_sizes(counts, 10, 0), ElementsAre(6, 3, 1));
  EXPECT_THAT(proportional_sizes(counts, 5, 0), ElementsAre(3, 2, 0));   // 3, 1.5, .5: a tie
  EXPECT_THAT(proportional_sizes(counts, 5, 1), ElementsAre(3, 1, 1));   // 4 for the first two: 2.67, 1.33
  EXPECT_THAT(proportional_sizes(counts, 10, 2), ElementsAre(5, 3, 2));  // 8 for the first two: 5.33, 2.67
  EXPECT_THAT(proportional_sizes(counts, 4, 2), ElementsAre(2, 2, 2));
  EXPECT_THAT(proportional_sizes(counts, 1000, 2), ElementsAre(60, 30, 10));
  EXPECT_THAT(proportional_sizes(Counts{1, 9990, 1}, 640, 2), ElementsAre(1, 638, 1));
}

// Rounded shares of 50 random populations: they add up, and no two strata are off their proportion by more than an
// image each.
TEST(ProportionalSizes, AddUpAndKeepTheirProportion) {
  std::mt19937 generator(5);
  for (int round = 0; round < 50; ++round) {
    Counts counts;
    for (int h = 0; h < 30; ++h) counts.push_back(1 + generator() % (round % 2 == 0 ? 1000 : 20));
    const auto images = std::accumulate(counts.begin(), counts.end(), 0U);
    const std::uint32_t n = std::min(images, 60 + static_cast<std::uint32_t>(generator() % images));
    const Counts sizes = proportional_sizes(counts, n, 2);
    EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), 0U), n);
    double low = 0.0, high = 1.0;  // of the sampled share that all strata above their least sizes have in common
    for (std::size_t h = 0; h < counts.size(); ++h) {
      EXPECT_GE(sizes[h], std::min(2U, counts[h]));
      EXPECT_LE(sizes[h], counts[h]);
      if (sizes[h] > 2) low = std::max(low, (sizes[h] - 1.0) / counts[h]);
      high = std::min(high, (sizes[h] + 1.0) / counts[h]);
    }
    EXPECT_LE(low, high + 1e-12);
  }
}

TEST(NeymanSizes, ByHand) {
  const Counts counts = {600, 300, 100};
  const std::vector<double> spread = {0.1, 0.2, 0.5};  // products 60, 60, 50
  EXPECT_THAT(neyman_sizes(counts, spread, 85), ElementsAre(30, 30, 25));
  EXPECT_THAT(neyman_sizes(counts, spread, 100), ElementsAre(35, 35, 29));     // 35.3, 35.3, 29.4
  EXPECT_THAT(neyman_sizes(counts, spread, 1), ElementsAre(1, 1, 1));          // none is empty
  EXPECT_THAT(neyman_sizes(counts, spread, 850), ElementsAre(300, 300, 100));  // no more than there are
  EXPECT_THAT(neyman_sizes(counts, std::vector<double>(3, 0.0), 10), ElementsAre(6, 3, 1));
}

// No other sizes of the same sum have less variance: those of all triples are tried.
TEST(NeymanSizes, HaveTheLeastVariance) {
  const Counts counts = {600, 300, 100};
  const std::vector<double> spread = {0.1, 0.2, 0.5}, within = {0.01, 0.04, 0.25};
  const double best = sampling_variance(counts, within, neyman_sizes(counts, spread, 85));
  for (std::uint32_t a = 1; a < 84; ++a) {
    for (std::uint32_t b = 1; a + b < 85; ++b) {
      EXPECT_GE(sampling_variance(counts, within, Counts{a, b, 85 - a - b}), best * (1 - 1e-12));
    }
  }
}

}  // namespace stratified_test
}  // namespace ohmcarlo
