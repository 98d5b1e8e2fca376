#pragma once
// Labelled images in memory, as the file holds them: bytes, not yet scaled to numbers. Speech is seen as images too.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ohmcarlo {

/// Shape of one image.
struct ImageShape {
  std::size_t channels = 0;  ///< 1 grey, 3 red, green, blue
  std::size_t height = 0;    ///< rows of pixels
  std::size_t width = 0;     ///< columns of pixels

  [[nodiscard]] std::size_t pixels() const { return channels * height * width; }
  friend bool operator==(const ImageShape&, const ImageShape&) = default;
};

/// Images of one shape with one label each, in data-set order. An image's index here is its number in the data set,
/// which is part of the address of every random draw made for it: nothing may reorder a set.
struct ImageSet {
  std::size_t count = 0;             ///< number of images
  std::size_t channels = 0;          ///< 1 grey, 3 red, green, blue
  std::size_t height = 0;            ///< rows of pixels
  std::size_t width = 0;             ///< columns of pixels
  std::vector<std::uint8_t> pixels;  ///< [count, channels, height, width], 0..255
  std::vector<std::uint8_t> labels;  ///< [count], each in 0..classes-1
  std::size_t classes = 0;           ///< number of classes

  // Of speech, instead of pixels: one channel, a row a frame, a column a coefficient.
  std::vector<float> values{};       ///< [rows of all samples, width]
  std::vector<std::size_t> first{};  ///< of sequences of different lengths, at most `height`: [count + 1] the first row
                                     ///< of each, and the number of all
  bool frame_wise = false;           ///< of sequences: labels [rows of all], kUnlabelled where there is none
  std::string content{};             ///< hash of what the values were made from

  [[nodiscard]] ImageShape shape() const { return {channels, height, width}; }
  [[nodiscard]] std::size_t pixels_per_image() const { return shape().pixels(); }
  [[nodiscard]] bool is_sequences() const { return !first.empty(); }
  /// Of a sequence.
  [[nodiscard]] std::size_t frames(std::size_t sample) const { return first[sample + 1] - first[sample]; }
};

/// `content`, or SHA-256 of the shape, the number of classes, the pixels and the labels: the data's part in a model's
/// identity. It does not depend on the file format, on compression or on the folder.
[[nodiscard]] std::string content_sha256(const ImageSet& images);

/// Throws Error (exit 3) if the two sets differ in the shape of an image or in the number of classes.
void check_same_kind(const ImageSet& training, const ImageSet& test);

/// What a network is given for a pixel: (pixel / 255 - mean) / sd, with a mean and an sd for each channel, in units of
/// the full scale of a pixel. Both empty: pixel / 255. Of speech likewise (value - mean) / sd of each coefficient.
struct InputScaling {
  std::vector<float> mean;  ///< [channels] (of speech [width]), or empty
  std::vector<float> sd;    ///< the same, each above 0, or empty

  friend bool operator==(const InputScaling&, const InputScaling&) = default;
};

/// Writes `shape.pixels()` inputs for as many bytes: channel, row, column, like the bytes. The scaling has no channels
/// or those of the shape.
void scale_pixels(const std::uint8_t* bytes, const ImageShape& shape, const InputScaling& scaling, float* row);

/// The inputs of image `index` of a set; of a sequence those of all its frames.
void fill_row(const ImageSet& images, std::size_t index, const InputScaling& scaling, float* row);

}  // namespace ohmcarlo
