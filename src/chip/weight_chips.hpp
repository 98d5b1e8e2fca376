#pragma once
// Chips of one trained network whose weights carry the errors of programming (hardware.simulate = "weights").

#include <memory>
#include <vector>

#include "base/stop.hpp"
#include "chip/evaluation_set.hpp"
#include "chip/programming.hpp"
#include "network/loss.hpp"
#include "network/network.hpp"

namespace ohmcarlo {

/// Some chips of one network, each programmed at its place and all evaluated together.
class WeightChips {
 public:
  WeightChips() = default;
  WeightChips(const WeightChips&) = default;
  WeightChips& operator=(const WeightChips&) = default;
  virtual ~WeightChips() = default;

  /// Writes `clean`, whose weights must be finite, onto chip number `copy`, with the errors that `address` gives.
  /// Biases and normalisations are digital and taken as they are.
  virtual void program(Index copy, const NetworkState<float>& clean, const Variation& variation, std::uint64_t key,
                       const Address& address) = 0;

  /// The weights of weight layer `layer` as chip `copy` holds them: [weight outputs, weight inputs].
  [[nodiscard]] virtual Matrix<float> read_back(Index copy, std::size_t layer) const = 0;

  /// Runs all images through all chips: one tally a chip.
  [[nodiscard]] virtual std::vector<Tally> evaluate(const EvaluationSet& images, const Poll& poll) = 0;
};

/// Chips that are evaluated together. Part of the numerics: chip t is always number t % n of group t / n, and groups
/// are always full, so that a chip's results do not depend on how many were asked for.
[[nodiscard]] std::uint32_t chips_per_group(const NetworkSpec& spec);

/// `copies` chips, not programmed yet: side by side (chip/group.hpp) where layers are dense, otherwise one after the
/// other (chip/single_chips.hpp).
[[nodiscard]] std::unique_ptr<WeightChips> make_weight_chips(const NetworkSpec& spec, Index copies);

}  // namespace ohmcarlo
