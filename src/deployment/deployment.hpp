#pragma once
// The steps of deployment, on one chip after the other.

#include <cstdint>
#include <vector>

#include "chip/array_network.hpp"
#include "deployment/images.hpp"
#include "deployment/options.hpp"

namespace ohmcarlo {

/// What the steps did to one chip.
struct DeploymentOutcome {
  std::uint64_t writes = 0;          ///< of cells, by in-situ training and retraining
  std::int64_t updates = 0;          ///< of in-situ training
  std::vector<double> error_before;  ///< output_errors() of the weight layers before all steps
  std::vector<double> error_after;   ///< and after them
};

class Deployment {
 public:
  static constexpr std::size_t kProbeImages = 256;

  /// Works out standard inputs, and takes the first kProbeImages training images to see errors of outputs. `options`,
  /// with a step or more, and `chip` must outlive this; a chip whose cells are written keeps its planes.
  Deployment(const DeploymentOptions& options, ArrayNetwork& chip, DeploymentImages images, const Poll& poll);
  Deployment(const Deployment&) = delete;
  Deployment& operator=(const Deployment&) = delete;

  /// Carries out the steps on the chip that was programmed last. Calibration and in-situ training take turns: as long
  /// as the error of any layer is above the threshold, some updates with the corrected forward pass, then a new
  /// calibration.
  DeploymentOutcome run(const Poll& poll);

 private:
  const DeploymentOptions* options_;
  ArrayNetwork* chip_;
  DeploymentImages images_;
  Batch probe_;
  std::vector<StandardInputs> standards_;
};

}  // namespace ohmcarlo
