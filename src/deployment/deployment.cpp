#include "deployment/deployment.hpp"

#include <algorithm>

#include "deployment/calibrate.hpp"
#include "deployment/in_situ.hpp"
#include "deployment/retrain.hpp"

namespace ohmcarlo {

Deployment::Deployment(DeploymentOptions options, const ArrayNetwork& arrays, DeploymentImages images, const Poll& poll)
    : options_(std::move(options)), images_(std::move(images)) {
  const std::size_t count = std::min(images_.training.size(), kProbeImages);
  fill_batch(*images_.images, images_.scaling, std::span(images_.training).first(count), probe_);
  if (options_.calibrate) standards_ = standard_inputs(*options_.calibrate, arrays, images_, poll);
}

DeploymentOutcome Deployment::run(ArrayNetwork& chip, const Poll& poll) const {
  DeploymentOutcome outcome;
  std::uint64_t looks = 0, calibrations = 0;
  const auto errors = [&] { return output_errors(chip, probe_.x, looks++, poll); };
  const auto calibrated = [&] {
    if (options_.calibrate) calibrate(chip, standards_, options_.calibrate->reads, calibrations++, poll);
  };
  outcome.error_before = errors();
  if (options_.retrain) outcome.writes += retrain(chip, images_, *options_.retrain, poll);
  calibrated();
  outcome.error_after = errors();
  if (!options_.in_situ) return outcome;
  const InSituOptions& options = *options_.in_situ;
  InSituTraining training(chip, images_, options);
  while (training.updates() < options.updates && *std::ranges::max_element(outcome.error_after) > options.threshold) {
    outcome.writes += training.train(std::min(options.check_every, options.updates - training.updates()), poll);
    calibrated();
    outcome.error_after = errors();
  }
  outcome.updates = training.updates();
  return outcome;
}

}  // namespace ohmcarlo
