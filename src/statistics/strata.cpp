#include "statistics/strata.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

constexpr std::array<std::size_t, 5> kCuts = {2, 5, 10, 20, 40};  // per cent of a class
constexpr std::size_t kBandsOfClass = kCuts.size() + 1;
constexpr std::size_t kBandsOfAll = 20;

// The images by class and, within it, by value, ties by number.
std::vector<std::uint32_t> order_images(std::span<const Label> labels, std::span<const double> values) {
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (!labels.empty() && labels[a] != labels[b]) return labels[a] < labels[b];
    return values[a] < values[b];
  });
  return order;
}

// Calls use(first, count) with every stretch of `order` that is of one class.
template <class Use>
void for_classes(std::span<const Label> labels, std::span<const std::uint32_t> order, const Use& use) {
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    while (end < order.size() && labels[order[end]] == labels[order[first]]) ++end;
    use(first, end - first);
  }
}

std::size_t band_of(std::size_t position, std::size_t count) {
  return static_cast<std::size_t>(
      std::count_if(kCuts.begin(), kCuts.end(), [&](std::size_t cut) { return 100 * position >= cut * count; }));
}

// Numbers that are never taken are left out; the others keep their order.
std::vector<std::uint16_t> close_gaps(const std::vector<std::size_t>& numbers) {
  std::vector<std::size_t> taken = numbers;
  std::sort(taken.begin(), taken.end());
  taken.erase(std::unique(taken.begin(), taken.end()), taken.end());
  require(taken.size() <= std::size_t{std::numeric_limits<std::uint16_t>::max()} + 1, "at most 65536 strata");
  std::vector<std::uint16_t> result;
  result.reserve(numbers.size());
  for (const std::size_t number : numbers) {
    result.push_back(static_cast<std::uint16_t>(std::lower_bound(taken.begin(), taken.end(), number) - taken.begin()));
  }
  return result;
}

}  // namespace

std::vector<double> ranks_in_class(std::span<const Label> labels, std::span<const double> margins) {
  require(labels.size() == margins.size(), "a margin for every image");
  std::vector<double> hardness(margins.begin(), margins.end());
  for (double& value : hardness) {
    if (std::isnan(value)) value = -std::numeric_limits<double>::infinity();
  }
  std::vector<double> ranks(margins.size());
  const std::vector<std::uint32_t> order = order_images(labels, hardness);
  for_classes(labels, order, [&](std::size_t first, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) ranks[order[first + k]] = static_cast<double>(k);
  });
  return ranks;
}

bool has_class_strata(std::size_t classes, std::uint32_t sample) {
  return 2 * kBandsOfClass * classes <= sample;
}

std::vector<std::uint16_t> assign_strata(std::span<const Label> labels, std::span<const double> mean_ranks,
                                         std::size_t classes, std::uint32_t sample) {
  require(labels.size() == mean_ranks.size(), "a rank for every image");
  require(std::none_of(mean_ranks.begin(), mean_ranks.end(), [](double rank) { return std::isnan(rank); }),
          "ranks are numbers");
  require(std::all_of(labels.begin(), labels.end(),
                      [&](Label label) { return label >= 0 && static_cast<std::size_t>(label) < classes; }),
          "labels within the classes");
  std::vector<std::size_t> numbers(labels.size());
  if (!has_class_strata(classes, sample)) {
    const std::vector<std::uint32_t> order = order_images({}, mean_ranks);
    const std::size_t bands = std::clamp<std::size_t>(sample / 2, 1, kBandsOfAll);
    for (std::size_t k = 0; k < order.size(); ++k) numbers[order[k]] = k * bands / order.size();
    return close_gaps(numbers);
  }
  const std::vector<std::uint32_t> order = order_images(labels, mean_ranks);
  for_classes(labels, order, [&](std::size_t first, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      const std::uint32_t image = order[first + k];
      numbers[image] = static_cast<std::size_t>(labels[image]) * kBandsOfClass + band_of(k, count);
    }
  });
  return close_gaps(numbers);
}

std::vector<std::uint32_t> count_strata(std::span<const std::uint16_t> strata) {
  std::vector<std::uint32_t> counts;
  for (const std::uint16_t stratum : strata) {
    if (stratum >= counts.size()) counts.resize(stratum + std::size_t{1});
    ++counts[stratum];
  }
  return counts;
}

}  // namespace ohmcarlo
