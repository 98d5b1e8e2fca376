#include "app/metric_page.hpp"

#include <fmt/ranges.h>

#include "trial/metrics.hpp"

namespace ohmcarlo {

std::string metrics_as_markdown() {
  std::string page =
      "# Metrics\n\n"
      "Written by `ohmcarlo check --metrics`; do not edit by hand.\n\n"
      "Each is a dataset `/results/NAME` [swept keys ..., replica, trial, dimensions of its own], NaN where a chip has "
      "no "
      "value;\nits attributes repeat unit and meaning. `show --metric NAME`, `compare --metric NAME` and the figures "
      "take "
      "any of them.\n\"network\": the same for all chips of a trained network.\n\n"
      "| metric | own dimensions | unit | meaning | there with |\n| --- | --- | --- | --- | --- |\n";
  for (const MetricDescription& metric : describe_metrics())
    page += fmt::format("| `{}` | {} | {} | {} | {}{} |\n", metric.name, fmt::join(metric.dimensions, ", "),
                        metric.units, metric.meaning, metric.when, metric.of_training ? "; network" : "");
  return page;
}

}  // namespace ohmcarlo
