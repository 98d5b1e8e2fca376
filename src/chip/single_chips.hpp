#pragma once
// Chips of any network, evaluated one after the other: convolutions leave little for chips to share.

#include <functional>
#include <optional>

#include "chip/weight_chips.hpp"

namespace ohmcarlo {

class SingleChips final : public WeightChips {
 public:
  SingleChips(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
              std::shared_ptr<const EvaluationSet> test, Index copies);

  [[nodiscard]] Matrix<float> read_back(Index copy, std::size_t layer) const override;
  [[nodiscard]] std::vector<ChipOutcome> evaluate(std::span<const std::uint32_t> images,
                                                  const Poll& poll) const override;
  [[nodiscard]] std::vector<ChipOutcome> evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                       const Poll& poll) const override;
  [[nodiscard]] LabelledLogits logits(Index copy, std::span<const std::uint32_t> images,
                                      const Poll& poll) const override;

 private:
  /// A convolution's weights stay a matrix, others are packed for their product.
  struct HeldLayer {
    std::optional<PackedWeights> packed;
    Matrix<float> matrix;
    Vector<float> bias;  ///< digital, as it was trained
  };
  void hold(Index copy, std::size_t layer, Index first_row, View<const float> rows) override;
  /// Is given the logits of one batch, and the places of its images in their list.
  using TakeLogits =
      std::function<void(std::span<const std::uint32_t> places, View<const float> logits, const Batch& batch)>;
  void run(const std::vector<HeldLayer>& chip, std::span<const std::uint32_t> images, const Poll& poll,
           const TakeLogits& take) const;

  Network<float> network_;
  Index images_at_once_;
  std::vector<std::vector<HeldLayer>> chips_;
};

}  // namespace ohmcarlo
