#pragma once
// Chips whose weights are floats that carry the errors of programming (hardware.simulate = "weights").

#include <memory>

#include "chip/chips.hpp"
#include "chip/evaluation_set.hpp"
#include "chip/programming.hpp"
#include "chip/trained_network.hpp"

namespace ohmcarlo {

/// What all kinds of them share: where weights come from, and which errors they get.
class WeightChips : public Chips {
 public:
  [[nodiscard]] Index count() const final { return copies_; }

  /// Biases and normalisations are digital and taken as they are.
  void program(const ChipNumbers& chips, const Poll& poll) final;

  void program_each(std::span<const Lineage> chips, std::uint32_t replica, const Poll& poll) final;

  /// The weights of weight layer `layer` as chip `copy` holds them: [weight outputs, weight inputs].
  [[nodiscard]] virtual Matrix<float> read_back(Index copy, std::size_t layer) const = 0;

  [[nodiscard]] std::vector<LayerContent> contents(Index copy) const final;

 protected:
  WeightChips(std::shared_ptr<const TrainedNetwork> network, const Variation& variation,
              std::shared_ptr<const EvaluationSet> test, Index copies);

  [[nodiscard]] const TrainedNetwork& trained() const { return *trained_; }
  [[nodiscard]] const EvaluationSet& test() const { return *test_; }

 private:
  /// Makes chip number `copy` hold these parameters.
  virtual void hold(Index copy, Parameters<float> written) = 0;

  std::shared_ptr<const TrainedNetwork> trained_;
  Variation variation_;
  std::shared_ptr<const EvaluationSet> test_;
  Index copies_;
};

/// Chips that are evaluated together. Part of the numerics: chip t is always number t % n of group t / n, and groups
/// are always whole, so that a chip's metrics do not depend on how many chips are asked for.
[[nodiscard]] std::uint32_t chips_per_group(const NetworkSpec& spec);

/// `copies` chips in the form that suits the network, not programmed yet.
[[nodiscard]] std::unique_ptr<WeightChips> make_weight_chips(std::shared_ptr<const TrainedNetwork> network,
                                                             const Variation& variation,
                                                             std::shared_ptr<const EvaluationSet> test, Index copies);

}  // namespace ohmcarlo
