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

  /// Chip number `copy` alone is written.
  void program_one(const ChipNumbers& chips, Index copy) {
    write(copy, chips.key,
          chip_address(variation_, chips.replica, chips.first_trial + static_cast<std::uint32_t>(copy)));
  }

  [[nodiscard]] const TrainedNetwork& trained() const { return *trained_; }
  [[nodiscard]] const EvaluationSet& test() const { return *test_; }

 private:
  void write(Index copy, const Lineage& chip, Address address);
  /// Makes chip number `copy` hold `rows`, rows first_row, ... of the weights of layer `layer`.
  virtual void hold(Index copy, std::size_t layer, Index first_row, View<const float> rows) = 0;

  std::shared_ptr<const TrainedNetwork> trained_;
  Variation variation_;
  std::shared_ptr<const EvaluationSet> test_;
  Index copies_;
  std::vector<float> largest_;  ///< |weight| of every layer
  Matrix<float> rows_;          ///< rows of a layer on their way into a chip
};

/// Chips that are evaluated together: what a group costs. No chip feels the others of its group, nor how many there
/// are.
[[nodiscard]] std::uint32_t chips_per_group(const NetworkSpec& spec);

/// `copies` chips in the form that suits the network, not programmed yet.
[[nodiscard]] std::unique_ptr<WeightChips> make_weight_chips(std::shared_ptr<const TrainedNetwork> network,
                                                             const Variation& variation,
                                                             std::shared_ptr<const EvaluationSet> test, Index copies);

}  // namespace ohmcarlo
