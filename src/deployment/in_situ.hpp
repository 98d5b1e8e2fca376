#pragma once
// In-situ training of a chip.

#include <cstdint>
#include <vector>

#include "chip/array_network.hpp"
#include "deployment/cell_writer.hpp"
#include "deployment/images.hpp"
#include "deployment/options.hpp"

namespace ohmcarlo {

/// The derivatives of the mean softmax cross-entropy of a batch by the weights that the cells hold: forward through the
/// chip with its corrections, back through effective_weights(). `round` names the reads.
[[nodiscard]] NetworkGradient<float> chip_gradient(const ArrayNetwork& chip, const Batch& batch, std::uint64_t round,
                                                   const Poll& poll);

class InSituTraining {
 public:
  /// For the chip as it is now. All must outlive this.
  InSituTraining(ArrayNetwork& chip, const DeploymentImages& images, const InSituOptions& options);

  /// Makes updates number updates() ... updates() + count - 1 and returns how many cells were written.
  std::uint64_t train(std::int64_t count, const Poll& poll);
  [[nodiscard]] std::int64_t updates() const { return updates_; }

 private:
  ArrayNetwork* chip_;
  const DeploymentImages* images_;
  const InSituOptions* options_;
  std::vector<CellWriter> writers_;
  std::int64_t updates_ = 0;
};

}  // namespace ohmcarlo
