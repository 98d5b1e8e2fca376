#pragma once
// How hard the test images are for a trained network: what strata of images are made from.

#include <memory>

#include "experiment/sampling.hpp"
#include "trial/data_source.hpp"
#include "trial/models.hpp"

namespace ohmcarlo {

/// Runs the network itself over all test samples. Of recordings with a label a frame it looks at their lengths alone.
[[nodiscard]] ImageHardness measure_hardness(const Experiment& experiment, const LoadedModel& model,
                                             const std::shared_ptr<const EvaluationSet>& test, const Poll& poll);

}  // namespace ohmcarlo
