#pragma once
// Labelled samples in memory, images or speech, and the inputs that networks are given for them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/label.hpp"
#include "data/input_scaling.hpp"
#include "data/sample_shape.hpp"
#include "data/split.hpp"

namespace ohmcarlo {

/// Sequences of frames of different lengths, one after the other.
struct FrameSequences {
  std::size_t coefficients = 0;    ///< of a frame
  std::vector<float> values;       ///< [frames of all sequences, coefficients], not scaled
  std::vector<std::size_t> first;  ///< [count + 1] first frame of each sequence, and the number of all frames
  bool frame_wise = false;         ///< whether a label belongs to a frame; otherwise to a sequence
  std::vector<Label> labels;       ///< [frames], kUnlabelled among them, or [count]
};

/// Samples of one kind with their labels, in data-set order: images as the bytes that files hold, blocks of as many
/// frames of speech each, or sequences of frames of different lengths. A sample is length(i) frames of one shape;
/// images and blocks are one frame long. A sample's index here is its number in the data set, which is part of the
/// address of every random draw made for it: nothing reorders a set.
class SampleSet {
 public:
  /// No samples.
  SampleSet() = default;
  /// Images: pixels [labels.size(), channels, height, width], 0..255. Throws std::logic_error for another number of
  /// pixels, or a label that is not one of 0..classes-1.
  [[nodiscard]] static SampleSet of_images(const SampleShape& shape, std::vector<std::uint8_t> pixels,
                                           std::vector<Label> labels, std::size_t classes);
  /// Blocks of frames: values [labels.size(), frames, coefficients], not scaled. `content`: hash of what they were made
  /// from. Throws std::logic_error for another number of values, or a label that is not one of 0..classes-1.
  [[nodiscard]] static SampleSet of_blocks(std::size_t frames, std::size_t coefficients, std::vector<float> values,
                                           std::vector<Label> labels, std::size_t classes, std::string content = {});
  /// Sequences. `content`: hash of what they were made from. Throws std::logic_error unless the sizes are those that
  /// FrameSequences promises, every sequence has a frame, and labels are of 0..classes-1 (of frames also kUnlabelled).
  [[nodiscard]] static SampleSet of_sequences(FrameSequences sequences, std::size_t classes, std::string content = {});

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t classes() const { return classes_; }
  /// Shape of an image, of a block, or of one frame of a sequence.
  [[nodiscard]] const SampleShape& shape() const { return shape_; }

  [[nodiscard]] bool is_sequences() const { return !first_.empty(); }
  /// Frames of sample i; 1 of an image or a block.
  [[nodiscard]] std::size_t length(std::size_t i) const { return first_frame(i + 1) - first_frame(i); }
  /// Frames of the samples before sample i; of i = count() those of all.
  [[nodiscard]] std::size_t first_frame(std::size_t i) const { return is_sequences() ? first_[i] : i; }
  /// Frames of the longest sample; 1 of images and blocks.
  [[nodiscard]] std::size_t longest() const;
  /// Numbers that a network is given for all frames of sample i.
  [[nodiscard]] std::size_t inputs(std::size_t i) const { return length(i) * shape_.values(); }

  /// Whether labels belong to the frames of sequences; otherwise each sample has one.
  [[nodiscard]] bool frame_wise() const { return frame_wise_; }
  /// All labels: [count], or frame-wise [frames of all sequences].
  [[nodiscard]] std::span<const Label> labels() const { return labels_; }
  /// Those of sample i: one, or frame-wise length(i).
  [[nodiscard]] std::span<const Label> labels(std::size_t i) const;

  /// Whether samples are bytes (images), not features.
  [[nodiscard]] bool is_images() const { return std::holds_alternative<std::vector<std::uint8_t>>(values_); }
  /// [count, channels, height, width]. Throws std::logic_error unless is_images().
  [[nodiscard]] std::span<const std::uint8_t> pixels() const;
  /// [channels, height, width] of image i. Throws std::logic_error unless is_images().
  [[nodiscard]] std::span<const std::uint8_t> pixels(std::size_t i) const;
  /// [frames of all samples, values of a frame], not scaled. Throws std::logic_error if is_images().
  [[nodiscard]] std::span<const float> features() const;

  /// SHA-256 of what the features were made from; empty of images.
  [[nodiscard]] const std::string& content() const { return content_; }

 private:
  std::size_t count_ = 0;
  std::size_t classes_ = 0;
  SampleShape shape_;
  std::variant<std::vector<std::uint8_t>, std::vector<float>> values_;
  std::vector<std::size_t> first_;  ///< as FrameSequences::first; empty unless sequences
  bool frame_wise_ = false;
  std::vector<Label> labels_;
  std::string content_;

  SampleSet(const SampleShape& shape, std::vector<Label> labels, std::size_t classes)
      : count_(labels.size()), classes_(classes), shape_(shape), labels_(std::move(labels)) {}
  void check_labels() const;
};

/// The data's part in a model's identity. Of features content(); of images SHA-256 of count, shape, number of classes,
/// pixels and labels (a byte each up to 256 classes, above them four, the lowest first), whatever file format,
/// compression or folder they came from. Throws std::logic_error for features without content().
[[nodiscard]] std::string content_sha256(const SampleSet& samples);

/// Throws BadData if the two sets differ in shape or in the number of classes.
void check_same_kind(const SampleSet& training, const SampleSet& test);

/// Writes the samples.inputs(index) inputs of sample `index`: those of an image as scale_pixels does, those of all
/// frames of a sequence one after the other. Throws std::logic_error for an index beyond the set.
void fill_row(const SampleSet& samples, std::size_t index, const InputScaling& scaling, float* row);

/// The scaling of features: every coefficient to mean 0 and standard deviation 1 over the frames of the samples that
/// are trained on. Those that are held out for validation have no part in it. Throws std::logic_error without any.
[[nodiscard]] InputScaling scaling_of_training(const SampleSet& samples, const Split& split);

}  // namespace ohmcarlo
