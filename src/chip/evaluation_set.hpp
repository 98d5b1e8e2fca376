#pragma once
// Test images made ready for many chips.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "chip/batch.hpp"
#include "data/samples.hpp"
#include "linalg/packed_inputs.hpp"

namespace ohmcarlo {

/// Images [first, first + count) as inputs of a network, one row an image.
void fill_inputs(const SampleSet& images, const InputScaling& scaling, std::size_t first, std::size_t count,
                 Matrix<float>& x);

/// Images packed so that a first, dense layer's product skips what is zero, in an order of their own. They stay bytes
/// unless pixels are shifted, which leaves no zeros. Results of an image do not depend on its neighbours.
class PackedImages {
 public:
  static constexpr Index kBatch = 100 * PackedInputs::kGroup;

  /// Of sequences with a label a frame, every frame with a label is an image.
  explicit PackedImages(const SampleSet& images, const InputScaling& scaling = {});

  [[nodiscard]] Index batches() const { return (inputs_.rows() + kBatch - 1) / kBatch; }
  /// Share of the first layer's multiplications that is left once zeros are skipped.
  [[nodiscard]] double density() const { return inputs_.density(); }
  [[nodiscard]] std::span<const Label> labels(Index batch) const;

  /// The first layer's product for one batch: y [images of the batch, weights.outputs()] = x W^T.
  void multiply(Index batch, const PackedWeights& weights, Matrix<float>& y) const;

 private:
  [[nodiscard]] Index size(Index batch) const;

  PackedInputs inputs_;
  std::vector<Label> labels_;  ///< in packed order
};

/// The images on which chips are judged. They stay bytes: many ranks on a node need little memory.
class EvaluationSet {
 public:
  explicit EvaluationSet(SampleSet images, InputScaling scaling = {})
      : images_(std::move(images)), scaling_(std::move(scaling)) {}

  [[nodiscard]] Index images() const { return static_cast<Index>(images_.count()); }
  [[nodiscard]] Index features() const { return static_cast<Index>(images_.shape().values()); }
  [[nodiscard]] Index classes() const { return static_cast<Index>(images_.classes()); }

  /// As the data set holds them, and what networks are given for a pixel.
  [[nodiscard]] const SampleSet& data() const { return images_; }
  [[nodiscard]] const InputScaling& scaling() const { return scaling_; }

  /// In data-set order.
  void inputs(Index first, Index count, Matrix<float>& x) const;
  /// The same for whatever the set holds.
  void batch(Index first, Index count, Batch& filled) const;
  [[nodiscard]] std::span<const Label> labels(Index first, Index count) const;

  /// For networks that begin with a dense layer; packed when first asked for. Not for several threads at once.
  [[nodiscard]] const PackedImages& packed() const;

 private:
  SampleSet images_;
  InputScaling scaling_;
  mutable std::unique_ptr<PackedImages> packed_;
};

}  // namespace ohmcarlo
