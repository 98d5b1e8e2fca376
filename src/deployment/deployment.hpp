#pragma once
// The steps of deployment, on one chip after the other.

#include "chip/array_network.hpp"
#include "deployment/images.hpp"
#include "deployment/options.hpp"
#include "deployment/standards.hpp"

namespace ohmcarlo {

class Deployment {
 public:
  static constexpr std::size_t kProbeImages = 256;

  /// Works out standard inputs for a network on arrays, and takes the first kProbeImages training images to see errors
  /// of outputs. `options` have a step or more.
  Deployment(DeploymentOptions options, const ArrayNetwork& arrays, DeploymentImages images, const Poll& poll);

  /// Carries out the steps on the chip that `chip`, the network that this was made for, was programmed as last; one
  /// whose cells are written keeps its planes. Calibration and in-situ training take turns: as long as the error of any
  /// layer is above the threshold, some updates with the corrected forward pass, then a new calibration.
  DeploymentOutcome run(ArrayNetwork& chip, const Poll& poll) const;

 private:
  DeploymentOptions options_;
  DeploymentImages images_;
  Batch probe_;
  LayerStandards standards_;
};

}  // namespace ohmcarlo
