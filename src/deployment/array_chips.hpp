#pragma once
// Chips whose weights sit on arrays (hardware.simulate = "arrays"), with the steps of deployment.

#include <optional>

#include "chip/array_network.hpp"
#include "chip/chips.hpp"
#include "deployment/deployment.hpp"

namespace ohmcarlo {

/// One chip after the other.
class ArrayChips final : public Chips {
 public:
  /// Chips without steps of deployment: deploy() does nothing.
  explicit ArrayChips(ArrayNetwork arrays) : arrays_(std::move(arrays)) {}
  /// Chips on which `steps` are carried out, none or more; `arrays` keep their planes if these write cells. `images`
  /// are what the steps may see of the training set.
  ArrayChips(ArrayNetwork arrays, const DeploymentOptions& steps, const DeploymentImages& images, const Poll& poll);

  [[nodiscard]] Index count() const override { return 1; }
  void program(const ChipNumbers& chips, const Poll& poll) override;
  void program_each(std::span<const Lineage> chips, std::uint32_t replica, const Poll& poll) override;
  void deploy(const Poll& poll) override;
  [[nodiscard]] std::vector<ChipOutcome> evaluate(std::span<const std::uint32_t> images,
                                                  const Poll& poll) const override;
  [[nodiscard]] std::vector<ChipOutcome> evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                       const Poll& poll) const override;
  [[nodiscard]] LabelledLogits logits(Index copy, std::span<const std::uint32_t> images,
                                      const Poll& poll) const override;
  [[nodiscard]] std::vector<LayerContent> contents(Index copy) const override;

 private:
  ArrayNetwork arrays_;
  std::optional<Deployment> deployment_;
  DeploymentOutcome deployed_;  ///< what was done to the chip that was programmed last
};

}  // namespace ohmcarlo
