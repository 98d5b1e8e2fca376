#pragma once
// Several chips of one trained network side by side, evaluated together: their first layers share one large product.

#include <vector>

#include "base/stop.hpp"
#include "chip/evaluation_set.hpp"
#include "chip/programming.hpp"
#include "network/loss.hpp"
#include "network/network.hpp"

namespace ohmcarlo {

/// Chips evaluated side by side. Part of the numerics: chip t is always number t % kChipsPerGroup of group
/// t / kChipsPerGroup, and groups are always full, so that a chip's results do not depend on how many were asked for.
inline constexpr std::uint32_t kChipsPerGroup = 8;

class ChipGroup {
 public:
  /// `copies` chips of this network, not programmed yet. The first layer must be dense.
  ChipGroup(const NetworkSpec& spec, Index copies);

  /// Writes `clean`, whose weights must be finite, onto chip number `copy`, with the errors that `address` gives.
  void program(Index copy, const Parameters<float>& clean, const Variation& variation, std::uint64_t key,
               const Address& address);

  /// The weights of weight layer `layer` as chip `copy` holds them: [outputs, inputs].
  [[nodiscard]] Matrix<float> read_back(Index copy, std::size_t layer) const;

  /// Runs all images through all chips: one tally a chip.
  [[nodiscard]] std::vector<Tally> evaluate(const EvaluationSet& images, const Poll& poll);

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
};

}  // namespace ohmcarlo
