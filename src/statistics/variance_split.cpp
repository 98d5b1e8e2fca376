#include "statistics/variance_split.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"

namespace ohmcarlo {

VarianceSplit split_variance(const TrialGrid& metric, double image_variance) {
  metric.check();
  require(image_variance >= 0.0, "a variance of at least 0");
  std::vector<double> means, within, of_means;  // of_means: what chips alone give a replica's mean
  for (std::size_t replica = 0; replica < metric.replicas; ++replica) {
    const Sample chips = summarise(metric.chips(replica));
    if (chips.count == 0) continue;
    means.push_back(chips.mean);
    of_means.push_back(chips.sd * chips.sd / static_cast<double>(chips.count));  // NaN for a single chip
    if (chips.count > 1) within.push_back(chips.sd * chips.sd);
  }
  VarianceSplit split;
  split.images = image_variance;
  if (!within.empty()) split.chips = std::max(0.0, summarise(within).mean - image_variance);
  if (means.size() > 1 && within.size() == means.size()) {
    split.trainings = std::max(0.0, std::pow(summarise(means).sd, 2) - summarise(of_means).mean);
  }
  return split;
}

}  // namespace ohmcarlo
