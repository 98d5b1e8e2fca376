#pragma once
// Several chips of one trained network side by side, evaluated together: their first layers share one large product.

#include "chip/weight_chips.hpp"

namespace ohmcarlo {

/// Chips of a group.
inline constexpr std::uint32_t kChipsPerGroup = 8;

/// Whether a network can be a ChipGroup: a chain of dense layers, activations and normalisations that begins with a
/// dense layer.
[[nodiscard]] bool fits_group(const NetworkSpec& spec);

class ChipGroup final : public WeightChips {
 public:
  /// `copies` chips of this network, not programmed yet. Throws std::logic_error unless it fits_group.
  ChipGroup(const NetworkSpec& spec, Index copies);

  void program(Index copy, const NetworkState<float>& clean, const Variation& variation, std::uint64_t key,
               const Address& address) override;
  [[nodiscard]] Matrix<float> read_back(Index copy, std::size_t layer) const override;
  [[nodiscard]] std::vector<Tally> evaluate(const EvaluationSet& images, const Poll& poll) override;

 private:
  struct StackedLayer {
    std::vector<PackedWeights> weights;  ///< one for all chips (first layer), or one a chip
    Vector<float> bias;                  ///< [copies * outputs]
    Index outputs = 0;
    Index inputs = 0;
  };
  class SideBySide;

  Network<float> network_;
  Index copies_;
  std::vector<StackedLayer> layers_;
  Normalisations<float> normalisations_;  ///< the same on all chips
};

}  // namespace ohmcarlo
