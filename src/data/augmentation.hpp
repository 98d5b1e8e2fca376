#pragma once
// Shifted and mirrored copies of training images: padded with black, cropped at random to the old size, flipped with
// probability 1/2 (He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016, section 4.2).

#include <cstddef>
#include <cstdint>

#include "data/samples.hpp"
#include "random/stream.hpp"

namespace ohmcarlo {

struct Augmentation {
  int crop_padding = 0;  ///< black pixels added on every side before the crop, 0 or more; 0: no shift
  bool flip = false;     ///< whether every second copy, at random, is mirrored left to right

  friend bool operator==(const Augmentation&, const Augmentation&) = default;
};

/// Where a copy is cut out of the padded image, and whether it is mirrored afterwards.
struct Placement {
  int down = 0;   ///< first row of the crop, 0..2 crop_padding; crop_padding leaves the image where it is
  int along = 0;  ///< first column of the crop, 0..2 crop_padding
  bool flipped = false;
};

/// Writes the copy of an image: `shape.values()` bytes from `bytes` to `copy`. What lies beyond the border is 0
/// (black).
void copy_placed(const std::uint8_t* bytes, const SampleShape& shape, int crop_padding, const Placement& placement,
                 std::uint8_t* copy);

/// The copies of one epoch. How an image is placed is a function of (key, replica, epoch, number of the image in the
/// data set): it depends neither on the order of the images nor on the batch, and the same words are drawn for a shift
/// and a flip whether or not the other is asked for.
class AugmentedEpoch {
 public:
  /// `key` is the experiment's seed, or derived_key(). Throws as Stream does: epoch below 2^40.
  AugmentedEpoch(const Augmentation& augmentation, std::uint64_t key, std::uint32_t replica, std::uint64_t epoch);

  /// Each offset has probability 1 / (2 crop_padding + 1) to within 2^-32, each flip 1/2. `image` below 2^32.
  [[nodiscard]] Placement placement(std::uint64_t image) const;

  /// The inputs of the copy of image `index`: cropped as bytes, then scaled, so that a pixel beyond the border becomes
  /// (0 - mean) / sd as in an image that was black there. Without any augmentation what fill_row of the image gives.
  void fill_row(const SampleSet& images, std::size_t index, const InputScaling& scaling, float* row) const;

 private:
  Augmentation augmentation_;
  Stream stream_;
};

}  // namespace ohmcarlo
