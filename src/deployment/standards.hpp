#pragma once
// Standard inputs of every layer of a network.

#include <memory>
#include <vector>

#include "base/stop.hpp"
#include "chip/array_network.hpp"
#include "deployment/images.hpp"
#include "deployment/options.hpp"

namespace ohmcarlo {

/// The mean input [inputs] of every weight layer over the first ArrayNetwork::kCalibrationImages images of the training
/// set, in data-set order, in the clean network; of convolutions over all patches.
[[nodiscard]] std::vector<Vector<float>> mean_inputs(const ArrayNetwork& arrays, const DeploymentImages& images,
                                                     const Poll& poll);

/// Standard inputs, one a weight layer, shared with the corrections that are made from them.
using LayerStandards = std::vector<std::shared_ptr<const StandardInputs>>;

/// The standard inputs of every weight layer of the clean network in `arrays`.
[[nodiscard]] LayerStandards standard_inputs(const CalibrateOptions& options, const ArrayNetwork& arrays,
                                             const DeploymentImages& images, const Poll& poll);

}  // namespace ohmcarlo
