#pragma once
// Test images made ready for many chips.

#include <cstdint>
#include <span>
#include <vector>

#include "data/images.hpp"
#include "linalg/packed_inputs.hpp"

namespace ohmcarlo {

/// Images as inputs of a network: pixel / 255. They stay bytes, packed so that products skip what is zero, in an order
/// of their own: many ranks on a node need little memory. Results of an image do not depend on its neighbours.
class EvaluationSet {
 public:
  static constexpr Index kBatch = 100 * PackedInputs::kGroup;

  explicit EvaluationSet(const ImageSet& images);

  [[nodiscard]] Index images() const { return inputs_.rows(); }
  [[nodiscard]] Index features() const { return inputs_.features(); }
  [[nodiscard]] Index classes() const { return classes_; }
  [[nodiscard]] Index batches() const { return (images() + kBatch - 1) / kBatch; }
  /// Share of the first layer's multiplications that is left once zeros are skipped.
  [[nodiscard]] double density() const { return inputs_.density(); }
  [[nodiscard]] std::span<const std::uint8_t> labels(Index batch) const;

  /// The first layer's product for one batch: y [images of the batch, weights.outputs()] = x W^T.
  void multiply(Index batch, const PackedWeights& weights, Matrix<float>& y) const;

 private:
  [[nodiscard]] Index size(Index batch) const;

  Index classes_;
  PackedInputs inputs_;
  std::vector<std::uint8_t> labels_;  ///< in packed order
};

}  // namespace ohmcarlo
