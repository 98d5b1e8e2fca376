#include "statistics/stratified.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "base/error.hpp"
#include "statistics/sample.hpp"

namespace ohmcarlo {
namespace {

double count_images(std::span<const std::uint32_t> counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

void check_size(std::uint32_t size, std::uint32_t count) {
  require(size >= 1 && size <= count, "a sample of 1 to all images of every stratum");
}

void check_sums(std::span<const std::uint32_t> counts, std::span<const StratumSums> sums) {
  require(!counts.empty() && counts.size() == sums.size(), "sums of every stratum");
  for (std::size_t h = 0; h < counts.size(); ++h) check_size(sums[h].count, counts[h]);
}

double mean_of(const StratumSums& sums) {
  return sums.sum / sums.count;
}

// Divisor count - 1; never below 0 by rounding.
double variance_of(const StratumSums& sums) {
  return std::max(0.0, sums.squares - sums.sum * mean_of(sums)) / (sums.count - 1);
}

// Shares n among the strata that are not fixed, by largest remainders. n <= the images of those.
void share(std::span<const std::uint32_t> counts, const std::vector<bool>& fixed, std::uint64_t n,
           std::vector<std::uint32_t>& sizes) {
  std::uint64_t images = 0;
  for (std::size_t h = 0; h < counts.size(); ++h) images += fixed[h] ? 0 : counts[h];
  std::vector<std::size_t> order;
  std::vector<std::uint64_t> remainders(counts.size());
  for (std::size_t h = 0; h < counts.size(); ++h) {
    if (fixed[h]) continue;
    sizes[h] = static_cast<std::uint32_t>(n * counts[h] / images);
    remainders[h] = n * counts[h] % images;
    order.push_back(h);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  std::uint64_t left = n;
  for (const std::size_t h : order) left -= sizes[h];
  for (std::size_t i = 0; i < left; ++i) ++sizes[order[i]];
}

}  // namespace

std::vector<std::uint32_t> proportional_sizes(std::span<const std::uint32_t> counts, std::uint32_t n,
                                              std::uint32_t least) {
  std::vector<std::uint32_t> sizes;
  for (const std::uint32_t count : counts) sizes.push_back(std::min(least, count));
  const std::uint64_t wanted = std::min<std::uint64_t>(n, std::accumulate(counts.begin(), counts.end(), 0ULL));
  std::uint64_t left = wanted, images = std::accumulate(counts.begin(), counts.end(), 0ULL);
  if (wanted <= std::accumulate(sizes.begin(), sizes.end(), 0ULL)) return sizes;
  std::vector<bool> fixed(counts.size(), false);
  for (bool changed = true; changed;) {  // a stratum that gets more than its share leaves less to the others
    changed = false;
    const std::uint64_t all = images, shared = left;
    for (std::size_t h = 0; h < counts.size(); ++h) {
      if (fixed[h] || shared * counts[h] >= all * sizes[h]) continue;
      fixed[h] = changed = true;
      left -= sizes[h];
      images -= counts[h];
    }
  }
  share(counts, fixed, left, sizes);
  return sizes;
}

std::vector<std::uint32_t> neyman_sizes(std::span<const std::uint32_t> counts, std::span<const double> spread,
                                        std::uint32_t n) {
  require(counts.size() == spread.size(), "a spread for every stratum");
  double sum = 0.0;
  for (std::size_t h = 0; h < counts.size(); ++h) {
    require(spread[h] >= 0.0, "a spread of at least 0");
    sum += counts[h] * spread[h];
  }
  const double images = count_images(counts);
  std::vector<std::uint32_t> sizes;
  for (std::size_t h = 0; h < counts.size(); ++h) {
    const double share = sum > 0.0 ? counts[h] * spread[h] / sum : counts[h] / images;
    sizes.push_back(static_cast<std::uint32_t>(std::clamp(std::round(n * share), 1.0, double{1} * counts[h])));
  }
  return sizes;
}

double sampling_variance(std::span<const std::uint32_t> counts, std::span<const double> within,
                         std::span<const std::uint32_t> sizes) {
  require(counts.size() == within.size() && counts.size() == sizes.size(), "a variance and a size for every stratum");
  const double images = count_images(counts);
  double variance = 0.0;
  for (std::size_t h = 0; h < counts.size(); ++h) {
    check_size(sizes[h], counts[h]);
    const double weight = counts[h] / images;
    variance += weight * weight * within[h] * (1.0 / sizes[h] - 1.0 / counts[h]);
  }
  return variance;
}

double stratified_mean(std::span<const std::uint32_t> counts, std::span<const StratumSums> sums) {
  check_sums(counts, sums);
  const double images = count_images(counts);
  double mean = 0.0;
  for (std::size_t h = 0; h < counts.size(); ++h) mean += counts[h] / images * mean_of(sums[h]);
  return mean;
}

double estimated_sampling_variance(std::span<const std::uint32_t> counts, std::span<const StratumSums> sums) {
  check_sums(counts, sums);
  const double images = count_images(counts);
  const auto is_alone = [&](std::size_t h) { return h < counts.size() && sums[h].count == 1 && counts[h] > 1; };
  if (counts.size() == 1 && is_alone(0)) return kNaN;
  double variance = 0.0;
  for (std::size_t h = 0; h < counts.size(); ++h) {
    double weight = counts[h] / images;
    if (!is_alone(h)) {
      if (sums[h].count < counts[h]) {
        variance += weight * weight * variance_of(sums[h]) * (1.0 / sums[h].count - 1.0 / counts[h]);
      }
      continue;
    }
    std::size_t neighbour = h > 0 ? h - 1 : 1;
    const bool is_pair = is_alone(h + 1);
    if (is_pair) {
      neighbour = h + 1;
      weight = std::max(weight, counts[neighbour] / images);
    }
    const double difference = mean_of(sums[h]) - mean_of(sums[neighbour]);
    variance += weight * weight * difference * difference;
    if (is_pair) ++h;
  }
  return variance;
}

}  // namespace ohmcarlo
