#pragma once
// Chips of one trained network, whatever they are made of: programmed, deployed, evaluated.

#include <cstdint>
#include <span>
#include <vector>

#include "base/stop.hpp"
#include "chip/layer_content.hpp"
#include "chip/logits.hpp"
#include "device/programming.hpp"
#include "network/loss.hpp"
#include "random/lineage.hpp"

namespace ohmcarlo {

/// Which chips are programmed together: numbers first_trial, first_trial + 1, ... of a replica.
struct ChipNumbers {
  std::uint64_t key = 0;  ///< of all random numbers of these chips
  std::uint32_t replica = 0;
  std::uint32_t first_trial = 0;
};

/// What became of one weight layer on arrays.
struct ArrayLayerOutcome {
  double correlation = 0;  ///< Pearson's, of the layer's products with those of the clean network, over the first
                           ///< ArrayNetwork::kCorrelationImages images evaluated; NaN if either does not vary
  double saturation = 0;   ///< share of the conversions that the range clipped; NaN without converters
  ProgramReport cells;
};

/// What the steps of deployment did to one chip.
struct DeploymentOutcome {
  std::uint64_t writes = 0;          ///< of cells, by in-situ training and retraining
  std::int64_t updates = 0;          ///< of in-situ training
  std::vector<double> error_before;  ///< output_errors() of the weight layers before all steps
  std::vector<double> error_after;   ///< output_errors() of the weight layers after all steps
};

struct ChipOutcome {
  Tally tally;                  ///< of evaluate(); empty after evaluate_each(), whose caller weighs the answers
  std::vector<Answer> answers;  ///< of evaluate_each() alone
  std::vector<ArrayLayerOutcome> layers;  ///< of the weight layers; none where weights are not on arrays
  DeploymentOutcome deployment;           ///< empty where nothing was done
};

/// Some chips of one network that are evaluated together. They keep what they need of network, options and images.
class Chips {
 public:
  Chips() = default;
  Chips(const Chips&) = delete;
  Chips& operator=(const Chips&) = delete;
  virtual ~Chips() = default;

  /// Number of chips.
  [[nodiscard]] virtual Index count() const = 0;

  /// Writes the network onto all chips, chip i of them being number first_trial + i. Nothing is left of the chips
  /// before them.
  virtual void program(const ChipNumbers& chips, const Poll& poll) = 0;

  /// Writes the network onto all chips, chip i of them with the draws of lineage i, at the addresses of chip 0 of
  /// `replica`; reads have the key of its last move. Throws std::logic_error unless there is a lineage a chip.
  virtual void program_each(std::span<const Lineage> chips, std::uint32_t replica, const Poll& poll) = 0;

  /// Carries out the steps of deployment on every chip; none unless a kind of chip has some.
  virtual void deploy(const Poll& /*poll*/) {}

  /// Runs the test images with these numbers (places in the test set) through every chip: one outcome a chip. What an
  /// image yields depends on the chip and on its own number alone, bit for bit; sums over images are made in an order
  /// that the list decides.
  [[nodiscard]] virtual std::vector<ChipOutcome> evaluate(std::span<const std::uint32_t> images,
                                                          const Poll& poll) const = 0;

  /// Runs the test images images[i] (places in the test set, in any order, repeated or none) through chip i alone: one
  /// outcome a chip, whose answers are in the order of its list, those of frames with labels recording by recording.
  /// Each has the bits that evaluate() counts for its image. `images` holds count() lists.
  [[nodiscard]] virtual std::vector<ChipOutcome> evaluate_each(std::span<const std::vector<std::uint32_t>> images,
                                                               const Poll& poll) const = 0;
  /// program(), deploy() and evaluate_each(), to the bit, which a kind of chip may do chip by chip.
  [[nodiscard]] virtual std::vector<ChipOutcome> program_and_evaluate_each(
      const ChipNumbers& chips, std::span<const std::vector<std::uint32_t>> images, const Poll& poll) {
    program(chips, poll);
    deploy(poll);
    return evaluate_each(images, poll);
  }

  /// The logits of chip `copy` for the test images with these numbers: bit for bit those that evaluate() counts.
  [[nodiscard]] virtual LabelledLogits logits(Index copy, std::span<const std::uint32_t> images,
                                              const Poll& poll) const = 0;

  /// What chip `copy` holds of every weight layer, after deployment if there was one. Corrections of outputs are
  /// digital and not part of it.
  [[nodiscard]] virtual std::vector<LayerContent> contents(Index copy) const = 0;
};

}  // namespace ohmcarlo
