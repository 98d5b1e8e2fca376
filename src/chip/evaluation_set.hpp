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

/// Whether a first, dense layer is given an image as bytes times kPixelScale, most of them zero in many sets. Features,
/// and pixels that are shifted, are floats.
[[nodiscard]] bool are_scaled_bytes(const SampleSet& images, const InputScaling& scaling);
inline constexpr float kPixelScale = 1.0F / 255.0F;

/// What a first, dense layer is given of images `which`, or of the labelled frames of recordings `which` of a set with
/// a label a frame: one row each. Throws std::logic_error for recordings with one label.
[[nodiscard]] Matrix<float> dense_rows(const SampleSet& images, const InputScaling& scaling,
                                       std::span<const std::uint32_t> which);

/// Images packed so that a first, dense layer's product skips what is zero, in an order of their own. They stay bytes
/// unless pixels are shifted, which leaves no zeros. Results of an image do not depend on its neighbours.
class PackedImages {
 public:
  static constexpr Index kBatch = 100 * PackedInputs::kGroup;

  /// All images of the set. Of sequences with a label a frame, every frame with a label is an image.
  explicit PackedImages(const SampleSet& images, const InputScaling& scaling = {});
  /// Images (or sequences) `which` of the set, in the order that the list has before they are reordered.
  PackedImages(const SampleSet& images, const InputScaling& scaling, std::span<const std::uint32_t> which);

  [[nodiscard]] Index batches() const { return (inputs_.rows() + kBatch - 1) / kBatch; }
  /// Share of the first layer's multiplications that is left once zeros are skipped.
  [[nodiscard]] double density() const { return inputs_.density(); }
  [[nodiscard]] std::span<const Label> labels(Index batch) const;
  /// Places of the images of a batch in the order that the list had before they were reordered.
  [[nodiscard]] std::span<const std::uint32_t> places(Index batch) const;

  /// The first layer's product for one batch: y [images of the batch, weights.outputs()] = x W^T.
  void multiply(Index batch, const PackedWeights& weights, Matrix<float>& y) const;

 private:
  [[nodiscard]] Index size(Index batch) const;

  PackedInputs inputs_;
  std::vector<Label> labels_;  ///< in packed order
};

/// The images that chips are evaluated on. They stay bytes: many ranks on a node need little memory.
///
/// Besides the test images there may be some that are held out of training. Their numbers begin at kFirstHeldOut, so
/// that no read of theirs has the address of a test image's: chips are evaluated on held_out() as on all(). Lists of
/// both kinds together, or of some that are held out, are refused, and single answers and logits are of test images.
class EvaluationSet {
 public:
  static constexpr std::uint32_t kFirstHeldOut = 1U << 19;  ///< of the 2^20 numbers that reads have for images

  /// Throws Error (bad_usage) for more images than have numbers.
  explicit EvaluationSet(SampleSet images, InputScaling scaling = {}, SampleSet held_out = {});

  [[nodiscard]] Index images() const { return static_cast<Index>(images_.count()); }
  [[nodiscard]] Index features() const { return static_cast<Index>(images_.shape().values()); }
  [[nodiscard]] Index classes() const { return static_cast<Index>(images_.classes()); }

  /// As the data set holds them, and what networks are given for a pixel.
  [[nodiscard]] const SampleSet& data() const { return images_; }
  [[nodiscard]] const InputScaling& scaling() const { return scaling_; }
  /// Those that are held out: number kFirstHeldOut + i is sample i of them.
  [[nodiscard]] const SampleSet& held_out_data() const { return held_out_; }

  /// The numbers of all images, 0, 1, ...: the list for an evaluation of the whole set.
  [[nodiscard]] std::span<const std::uint32_t> all() const { return all_; }
  /// The numbers of all images that are held out, kFirstHeldOut, kFirstHeldOut + 1, ...; none if there are none.
  [[nodiscard]] std::span<const std::uint32_t> held_out() const { return held_out_numbers_; }

  /// Throws std::logic_error if one of `which` is not the number of a test image.
  void require_inside(std::span<const std::uint32_t> which) const;

  /// Images `which`, test images or such as are held out, as inputs of a network, in this order. Throws
  /// std::logic_error for one that is not in the set.
  void fill_batch(std::span<const std::uint32_t> which, Batch& batch) const;

  /// Images `which` for networks that begin with a dense layer. The whole set is packed when first asked for and kept,
  /// and so are all that are held out, and the last other list. Not for several threads at once.
  [[nodiscard]] const PackedImages& packed(std::span<const std::uint32_t> which) const;

 private:
  struct PackedPart {
    std::vector<std::uint32_t> which;
    PackedImages images;
  };

  SampleSet images_;
  InputScaling scaling_;
  SampleSet held_out_;
  std::vector<std::uint32_t> all_, held_out_numbers_;
  mutable std::unique_ptr<PackedImages> packed_, packed_held_out_;
  mutable std::unique_ptr<PackedPart> packed_part_;
};

}  // namespace ohmcarlo
