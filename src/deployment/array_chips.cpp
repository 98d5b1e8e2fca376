#include "deployment/array_chips.hpp"

namespace ohmcarlo {

ArrayChips::ArrayChips(ArrayNetwork arrays, const DeploymentOptions& steps, const DeploymentImages& images,
                       const Poll& poll)
    : arrays_(std::move(arrays)) {
  if (steps.any()) deployment_.emplace(steps, arrays_, images, poll);
}

void ArrayChips::program(const ChipNumbers& chips, const Poll& poll) {
  deployed_ = {};
  arrays_.program(chips.key, chips.replica, chips.first_trial, poll);
}

void ArrayChips::program_each(std::span<const Lineage> chips, std::uint32_t replica, const Poll& poll) {
  require(chips.size() == 1, "every chip has a lineage");
  deployed_ = {};
  arrays_.program(chips.front(), replica, 0, poll);
}

void ArrayChips::deploy(const Poll& poll) {
  if (deployment_) deployed_ = deployment_->run(arrays_, poll);
}

std::vector<ChipOutcome> ArrayChips::evaluate(std::span<const std::uint32_t> images, const Poll& poll) const {
  std::vector<ChipOutcome> outcomes;
  outcomes.push_back(arrays_.evaluate(images, poll));
  outcomes.back().deployment = deployed_;
  return outcomes;
}

std::vector<ChipOutcome> ArrayChips::evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                   const Poll& poll) const {
  require(images.size() == 1, "every chip has a list of images");
  std::vector<ChipOutcome> outcomes;
  outcomes.push_back(arrays_.answer(images.front(), poll));
  outcomes.back().deployment = deployed_;
  return outcomes;
}

LabelledLogits ArrayChips::logits(Index /*copy*/, std::span<const std::uint32_t> images, const Poll& poll) const {
  return arrays_.logits(images, poll);
}

std::vector<LayerContent> ArrayChips::contents(Index /*copy*/) const {
  std::vector<LayerContent> contents;
  for (std::size_t i = 0; i < arrays_.layers(); ++i) contents.push_back(arrays_.content(i));
  return contents;
}

}  // namespace ohmcarlo
