#pragma once
// Several chips of one trained network side by side, evaluated together: their first layers share one large product.

#include <functional>

#include "chip/listed_images.hpp"
#include "chip/weight_chips.hpp"

namespace ohmcarlo {

/// Chips of a group.
inline constexpr std::uint32_t kChipsPerGroup = 8;

/// Whether a network can be a ChipGroup: a chain of dense layers, activations and normalisations that begins with a
/// dense layer.
[[nodiscard]] bool fits_group(const NetworkSpec& spec);

class ChipGroup final : public WeightChips {
 public:
  /// Throws std::logic_error unless the network fits_group.
  ChipGroup(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
            std::shared_ptr<const EvaluationSet> test, Index copies);

  [[nodiscard]] Matrix<float> read_back(Index copy, std::size_t layer) const override;
  [[nodiscard]] std::vector<ChipOutcome> evaluate(std::span<const std::uint32_t> images,
                                                  const Poll& poll) const override;
  [[nodiscard]] std::vector<ChipOutcome> evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                       const Poll& poll) const override;
  /// Chip by chip: images meet its weights while they are in the cache.
  [[nodiscard]] std::vector<ChipOutcome> program_and_evaluate_each(const ChipNumbers& chips,
                                                                   std::span<const std::vector<std::uint32_t>> images,
                                                                   const Poll& poll) override;
  [[nodiscard]] LabelledLogits logits(Index copy, std::span<const std::uint32_t> images,
                                      const Poll& poll) const override;

 private:
  struct StackedLayer {
    std::vector<PackedWeights> weights;  ///< one for all chips (first layer), or one a chip
    Vector<float> bias;                  ///< [copies * outputs]
    Index outputs = 0;
    Index inputs = 0;
  };
  class SideBySide;
  void hold(Index copy, std::size_t layer, Index first_row, View<const float> rows) override;
  /// The answers of chip number `copy` to a list of images, in the order of the list.
  [[nodiscard]] std::vector<Answer> answers_of(Index copy, std::span<const std::uint32_t> list, ListedImages& images,
                                               const Poll& poll) const;
  /// Is given the logits of one batch of packed images, [images, copies * classes].
  using TakeLogits = std::function<void(Index batch, View<const float> logits)>;
  void run(const PackedImages& images, const Poll& poll, const TakeLogits& take) const;

  Network<float> network_;
  std::vector<StackedLayer> layers_;
};

}  // namespace ohmcarlo
