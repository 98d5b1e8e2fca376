#pragma once
// Chips with float weights on a device: what WeightChips (chip/weight_chips.hpp) are on the processor. They hold the
// same weights, bit for bit; answers differ by the rounding of sums.

#include <memory>
#include <vector>

#include "chip/chips.hpp"
#include "chip/trained_network.hpp"
#include "device/variation.hpp"
#include "gpu/device_images.hpp"
#include "gpu/device_pass.hpp"
#include "gpu/programming.hpp"
#include "gpu/row_scores.hpp"

namespace ohmcarlo::gpu {

/// Groups of chips that go through the network together, always of the full GroupShape. Lists of images of their own
/// make no difference to that: a group sees all images that any of its chips is to see.
class DeviceChips final : public Chips {
 public:
  /// Not programmed yet. Throws std::logic_error where there is a network_problem, and std::runtime_error, with one
  /// line that names what is needed, if the device has too little memory even once the images have left it.
  DeviceChips(std::shared_ptr<Device> device, std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
              std::shared_ptr<DeviceImages> images, Index copies, const GroupShape& shape);

  /// Bytes that they take on a device, images aside.
  [[nodiscard]] static std::size_t bytes(const TrainedNetwork& network, const EvaluationSet& test, Index copies,
                                         const GroupShape& shape);

  [[nodiscard]] Index count() const override { return copies_; }
  void program(const ChipNumbers& chips, const Poll& poll) override;
  void program_each(std::span<const Lineage> chips, std::uint32_t replica, const Poll& poll) override;
  [[nodiscard]] std::vector<ChipOutcome> evaluate(std::span<const std::uint32_t> images,
                                                  const Poll& poll) const override;
  [[nodiscard]] std::vector<ChipOutcome> evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                       const Poll& poll) const override;
  [[nodiscard]] LabelledLogits logits(Index copy, std::span<const std::uint32_t> images,
                                      const Poll& poll) const override;
  [[nodiscard]] std::vector<LayerContent> contents(Index copy) const override;

 private:
  struct DeviceLayer {
    WeightLaw law;
    DeviceArray<float> clean;                 ///< [outputs, inputs]
    std::vector<DeviceArray<float>> weights;  ///< of every group [chips of the shape, outputs, inputs]
  };
  [[nodiscard]] std::size_t groups() const { return layers_.front().weights.size(); }
  /// Chips of a group, spare ones aside.
  [[nodiscard]] std::size_t chips_of(std::size_t group) const;
  /// Writes the chips of a group, with the draws of `lineages` at `addresses`, layer by layer.
  void write(std::size_t group, std::span<const Lineage> lineages, std::vector<Address> addresses);
  /// Runs the inputs of a list through a group; take(first, count, logits) is given those of each batch.
  template <class Take>
  void run(std::size_t group, const ListOnDevice& list, const Poll& poll, const Take& take) const;
  /// Runs them and keeps what they score.
  void score(std::size_t group, const ListOnDevice& list, const Poll& poll) const;
  /// The answers of chip `copy` to its list, from what its group scored for all images of `scored`.
  [[nodiscard]] std::vector<Answer> answers_of(Index copy, std::span<const std::uint32_t> list,
                                               const ScoredRows& scored, const std::vector<RowScore>& scores) const;

  std::shared_ptr<Device> device_;
  std::shared_ptr<const TrainedNetwork> trained_;
  Variation variation_;
  std::shared_ptr<DeviceImages> images_;
  Index copies_;
  GroupShape shape_;
  std::vector<DeviceLayer> layers_;
  ChipDraws draws_;
  // What an evaluation works with.
  std::unique_ptr<DevicePass> pass_;
  std::unique_ptr<RowScores> scores_;
};

}  // namespace ohmcarlo::gpu
