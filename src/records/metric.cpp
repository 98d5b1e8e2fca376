#include "records/metric.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

std::string kind(const Metric& metric) {
  return metric.dimension.empty() ? "one number a chip" : "one number a " + metric.dimension;
}

}  // namespace

const std::vector<Metric>& standard_metrics() {
  static const std::vector<Metric> metrics = {
      {"accuracy", "1", "fraction of the test images classified correctly", "", 1},
      {"loss", "nat", "mean cross-entropy over the test images", "", 1},
      {"ekl", "nat", "mean of -ln p(label) over the correctly classified images", "", 1},
      {"correct", "images", "test images classified correctly", "", 1},
  };
  return metrics;
}

std::size_t values_per_chip(const std::vector<Metric>& metrics) {
  std::size_t count = 0;
  for (const Metric& metric : metrics) count += metric.size;
  return count;
}

std::vector<Metric> unite(const std::vector<Metric>& wanted, const std::vector<Metric>& old) {
  std::vector<Metric> united = wanted;
  for (const Metric& metric : old) {
    const auto known = std::find_if(wanted.begin(), wanted.end(), [&](const auto& m) { return m.name == metric.name; });
    if (known == wanted.end())
      united.push_back(metric);
    else if (known->dimension != metric.dimension)
      fail_results("the results file has {} of '{}', the experiment {}; another file is needed", kind(metric),
                   metric.name, kind(*known));
  }
  std::map<std::string, std::size_t> sizes;
  for (const std::vector<Metric>* metrics : {&wanted, &old})
    for (const Metric& metric : *metrics) sizes[metric.dimension] = std::max(sizes[metric.dimension], metric.size);
  for (Metric& metric : united) metric.size = sizes[metric.dimension];
  return united;
}

}  // namespace ohmcarlo
