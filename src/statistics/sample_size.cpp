#include "statistics/sample_size.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr double kLeastSpread = 0.02;       // a stratum whose pilot images are all right may hold one that is not
constexpr double kLeastBetween = 1.0 / 50;  // share of s^2(a)
constexpr std::uint64_t kLeastImages = 60;
constexpr double kGridRatio = 1.02;
constexpr std::uint64_t kWorthwhile = 3;  // a sample of more than 1 / this of the images is not worth it

// One stratum over the chips of a pilot.
struct PooledStratum {
  StratumSums all;       // of all images of all chips
  double squares = 0.0;  // of the deviations from the chips' own means
  double freedom = 0.0;  // sum of n_h - 1

  void add(const StratumSums& chip) {
    all.count += chip.count;
    all.sum += chip.sum;
    all.squares += chip.squares;
    squares += std::max(0.0, chip.squares - chip.sum * chip.sum / chip.count);
    freedom += chip.count - 1.0;
  }

  [[nodiscard]] double mean() const { return all.sum / all.count; }
  [[nodiscard]] double variance() const {
    if (freedom > 0.0) return squares / freedom;
    return std::max(0.0, all.squares - all.sum * mean()) / (all.count - 1);
  }
};

double square(double x) {
  return x * x;
}

// The sd over all images, from the means and variances of their strata.
double overall_sd(std::span<const std::uint32_t> counts, const std::vector<PooledStratum>& strata) {
  double images = 0.0, mean = 0.0, variance = 0.0;
  for (const std::uint32_t count : counts) images += count;
  for (std::size_t h = 0; h < counts.size(); ++h) mean += counts[h] / images * strata[h].mean();
  for (std::size_t h = 0; h < counts.size(); ++h) {
    variance += counts[h] / images * (strata[h].variance() + square(strata[h].mean() - mean));
  }
  return std::sqrt(variance);
}

double chips_needed(double variance, const SampleTarget& target) {
  if (target.fixed_count) return 1.0;
  return std::max(target.min, square(target.t / target.half_width) * variance);
}

// The spread that one allocation for all points goes by.
std::vector<double> joint_spread(std::span<const std::uint32_t> counts, const std::vector<const PilotPoint*>& points,
                                 std::span<const std::uint32_t> pilot_sizes, const SampleTarget& target) {
  std::vector<double> spread(counts.size(), 0.0);
  double weights = 0.0;
  for (const PilotPoint* point : points) {
    const double variance = point->between + sampling_variance(counts, point->within, pilot_sizes);
    const double weight = chips_needed(variance, target);
    weights += weight;
    for (std::size_t h = 0; h < spread.size(); ++h) spread[h] += weight * square(point->spread[h]);
  }
  for (double& s : spread) s = std::sqrt(s / weights);
  return spread;
}

std::uint32_t sum_of(std::span<const std::uint32_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::uint32_t{0});
}

// Neyman's sizes, with two images of every stratum that has them: so each chip tells the variance in every stratum.
std::vector<std::uint32_t> sizes_for(std::span<const std::uint32_t> counts, std::span<const double> spread,
                                     std::uint64_t n) {
  std::vector<std::uint32_t> sizes = neyman_sizes(counts, spread, static_cast<std::uint32_t>(n));
  for (std::size_t h = 0; h < sizes.size(); ++h) sizes[h] = std::max(sizes[h], std::min(2U, counts[h]));
  return sizes;
}

double work(std::span<const std::uint32_t> counts, const std::vector<const PilotPoint*>& points,
            std::span<const std::uint32_t> sizes, const SampleTarget& target) {
  const double images = sum_of(sizes);
  double result = 0.0;
  for (const PilotPoint* point : points) {
    const double variance = point->between + sampling_variance(counts, point->within, sizes);
    result += (target.fixed_count ? variance : chips_needed(variance, target)) * (point->cost_ratio + images);
  }
  return result;
}

}  // namespace

double best_sample_size(double between, double within, double images, double cost_ratio, double least) {
  require(between >= 0.0 && within >= 0.0 && images >= 0.0 && cost_ratio >= 0.0, "variances and costs of at least 0");
  const double bracket = between - within / images;
  double n = images;
  if (within == 0.0) {
    n = least;
  } else if (bracket > 0.0) {
    n = std::sqrt(cost_ratio * within / bracket);
  }
  return std::min(std::max(n, least), images);
}

PilotPoint digest_pilot(std::span<const std::uint32_t> counts, std::span<const std::vector<StratumSums>> chips,
                        bool is_share, double cost_ratio) {
  PilotPoint point;
  point.cost_ratio = cost_ratio;
  std::vector<PooledStratum> strata(counts.size());
  std::vector<double> means;
  for (const std::vector<StratumSums>& chip : chips) {
    if (chip.empty()) continue;
    means.push_back(stratified_mean(counts, chip));
    for (std::size_t h = 0; h < strata.size(); ++h) strata[h].add(chip[h]);
  }
  if (means.size() < 2) return point;
  const double least = is_share ? kLeastSpread : kLeastSpread * overall_sd(counts, strata);
  for (const PooledStratum& stratum : strata) {
    point.within.push_back(stratum.variance());
    const double p = std::clamp(stratum.mean(), 0.0, 1.0);
    point.spread.push_back(std::sqrt(is_share ? p * (1 - p) : stratum.variance()) + least);
  }
  double sampling = 0.0;
  for (const std::vector<StratumSums>& chip : chips) {
    if (chip.empty()) continue;
    std::vector<std::uint32_t> sizes;
    for (const StratumSums& sums : chip) sizes.push_back(sums.count);
    sampling += sampling_variance(counts, point.within, sizes) / static_cast<double>(means.size());
  }
  const double variance = square(summarise(means).sd);
  point.between = std::max(variance - sampling, variance * kLeastBetween);
  return point;
}

SampleDesign design_sample(std::span<const std::uint32_t> counts, std::span<const PilotPoint> points,
                           std::span<const std::uint32_t> pilot_sizes, const SampleTarget& target) {
  require(target.fixed_count || target.half_width > 0.0, "a half-width above 0");
  const std::uint32_t images = sum_of(counts);
  SampleDesign design{.sizes = {counts.begin(), counts.end()}, .images = images, .whole = true};
  std::vector<const PilotPoint*> known;
  for (const PilotPoint& point : points) {
    if (!std::isnan(point.between)) known.push_back(&point);
  }
  if (known.empty()) return design;
  const std::vector<double> spread = joint_spread(counts, known, pilot_sizes, target);
  double least_work = std::numeric_limits<double>::infinity();
  std::uint64_t best = images;
  for (std::uint64_t n = std::min<std::uint64_t>(std::max(kLeastImages, counts.size()), images);;) {
    const double needed = work(counts, known, sizes_for(counts, spread, n), target);
    if (needed < least_work) {
      least_work = needed;
      best = n;
    }
    if (n >= images) break;
    const auto next = static_cast<std::uint64_t>(static_cast<double>(n) * kGridRatio);
    n = std::min<std::uint64_t>(std::max(n + 1, next), images);
  }
  if (best * kWorthwhile > images) return design;
  const std::vector<std::uint32_t> sizes = sizes_for(counts, spread, best);
  return {.sizes = sizes, .images = sum_of(sizes), .whole = false};
}

}  // namespace ohmcarlo
