#include "experiment/metric_range.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace ohmcarlo {
namespace {

constexpr double kNoEnd = std::numeric_limits<double>::infinity();

constexpr std::array<std::string_view, 4> kShares = {"accuracy", "accuracy_padded", "class_accuracy",
                                                     "validation_accuracy"};
constexpr std::array<std::string_view, 4> kCosts = {"loss", "ekl", "writes", "updates"};

template <class Names>
bool is_among(const Names& names, const Metric& metric) {
  return std::ranges::find(names, metric.name) != names.end();
}

}  // namespace

bool is_share(const Metric& metric) {
  return is_among(kShares, metric);
}

Interval range_of(const Metric& metric) {
  if (is_share(metric)) return {0, 1};
  return {is_among(kCosts, metric) || metric.name == "correct" ? 0 : -kNoEnd, kNoEnd};
}

bool is_better_when_lower(const Metric& metric) {
  return is_among(kCosts, metric);
}

}  // namespace ohmcarlo
