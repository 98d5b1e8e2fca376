#pragma once
// How much memory and disk a job will need.

#include <cstddef>
#include <filesystem>
#include <vector>

#include "app/forecast.hpp"
#include "experiment/plan.hpp"
#include "records/metric.hpp"

namespace ohmcarlo {

/// Bytes of the file of a finished job with as many chips as there may be, but for what differs from run to run.
/// `metrics`: of every chip of the experiment.
[[nodiscard]] std::size_t results_size(const Experiment& experiment, const Plan& plan,
                                       const std::vector<Metric>& metrics);

/// What a job needs that writes `out`: a rank as much memory as this process has needed so far, which has read the
/// data.
[[nodiscard]] Space measure_space(const Experiment& experiment, const Plan& plan, const std::vector<Metric>& metrics,
                                  const std::filesystem::path& out);

}  // namespace ohmcarlo
