#pragma once
// Retraining of a chip's network around its defects, once these are known.

#include <cstdint>

#include "chip/array_network.hpp"
#include "deployment/images.hpp"
#include "deployment/options.hpp"

namespace ohmcarlo {

/// Trains a digital copy of the weights that the cells hold, except those of pairs with a defective cell, and writes
/// it to the other pairs, whose cells are exact: each cell at most once. Weights stay within +-max|W| of the clean
/// layer and are rounded as it is. Returns the writes made.
std::uint64_t retrain(ArrayNetwork& chip, const DeploymentImages& images, const RetrainOptions& options,
                      const Poll& poll);

}  // namespace ohmcarlo
