#include "records/metric.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"

namespace ohmcarlo {
namespace {

std::string kind(const Metric& metric) {
  std::string text;
  for (const Dimension& dimension : metric.dimensions) text += (text.empty() ? "" : " and ") + dimension.name;
  return "one number a " + (text.empty() ? "chip" : text);
}

bool same_names(const Metric& a, const Metric& b) {
  return std::ranges::equal(a.dimensions, b.dimensions, {}, &Dimension::name, &Dimension::name);
}

}  // namespace

const std::vector<Metric>& standard_metrics() {
  static const std::vector<Metric> metrics = {
      {"accuracy", "1", "fraction of the test images classified correctly", {}},
      {"loss", "nat", "mean cross-entropy over the test images", {}},
      {"ekl", "nat", "mean of -ln p(label) over the test images classified correctly", {}, "correct"},
      {"correct", "images", "number of test images classified correctly", {}},
  };
  return metrics;
}

std::size_t Metric::size() const {
  std::size_t count = 1;
  for (const Dimension& dimension : dimensions) count *= dimension.size;
  return count;
}

std::vector<std::size_t> places(const Metric& part, const Metric& whole) {
  require(same_names(part, whole), "a metric keeps its dimensions");
  std::vector<std::size_t> found(part.size(), 0);
  for (std::size_t place = 0; place < found.size(); ++place) {
    std::size_t rest = place, step = 1;
    for (std::size_t d = part.dimensions.size(); d-- > 0;) {
      require(part.dimensions[d].size <= whole.dimensions[d].size, "no dimension of a metric becomes shorter");
      found[place] += rest % part.dimensions[d].size * step;
      rest /= part.dimensions[d].size;
      step *= whole.dimensions[d].size;
    }
  }
  return found;
}

std::optional<std::size_t> find_metric(const std::vector<Metric>& metrics, std::string_view name) {
  const auto found = std::ranges::find(metrics, name, &Metric::name);
  if (found == metrics.end()) return std::nullopt;
  return static_cast<std::size_t>(found - metrics.begin());
}

std::size_t values_per_chip(const std::vector<Metric>& metrics) {
  std::size_t count = 0;
  for (const Metric& metric : metrics) count += metric.size();
  return count;
}

std::vector<Metric> merge_metrics(const std::vector<Metric>& wanted, const std::vector<Metric>& old) {
  std::vector<Metric> united = wanted;
  for (const Metric& metric : old) {
    const auto known = std::find_if(wanted.begin(), wanted.end(), [&](const auto& m) { return m.name == metric.name; });
    if (known == wanted.end())
      united.push_back(metric);
    else if (!same_names(*known, metric))
      fail_results("the results file has {} of '{}', the experiment {}; another file is needed", kind(metric),
                   metric.name, kind(*known));
  }
  std::map<std::string, std::size_t> sizes;
  for (const std::vector<Metric>* metrics : {&wanted, &old})
    for (const Metric& metric : *metrics)
      for (const Dimension& dimension : metric.dimensions)
        sizes[dimension.name] = std::max(sizes[dimension.name], dimension.size);
  for (Metric& metric : united)
    for (Dimension& dimension : metric.dimensions) dimension.size = sizes[dimension.name];
  return united;
}

}  // namespace ohmcarlo
