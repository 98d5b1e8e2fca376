#include "chip/evaluation_set.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/unlabelled.hpp"

namespace ohmcarlo {

namespace {

std::vector<std::uint32_t> numbers_of(const ImageSet& images) {
  std::vector<std::uint32_t> numbers(images.count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

/// The labelled frames of sequences `which`, one row each.
Matrix<float> labelled_frames(const ImageSet& set, const InputScaling& scaling, std::span<const std::uint32_t> which) {
  const auto is_labelled = [](std::uint8_t label) { return label != kUnlabelled; };
  Index count = 0;
  for (const std::uint32_t sample : which)
    count += std::ranges::count_if(std::span(set.labels).subspan(set.first[sample], set.frames(sample)), is_labelled);
  Matrix<float> x(count, static_cast<Index>(set.width));
  Index row = 0;
  std::vector<float> frames;
  for (const std::uint32_t sample : which) {
    frames.resize(set.frames(sample) * set.width);
    fill_row(set, sample, scaling, frames.data());
    for (std::size_t frame = 0; frame < set.frames(sample); ++frame)
      if (is_labelled(set.labels[set.first[sample] + frame]))
        std::copy_n(frames.data() + frame * set.width, set.width, x.row(row++).data());
  }
  return x;
}

/// The labels of the rows that packed_inputs makes of images `which`.
std::vector<std::uint8_t> labels_of(const ImageSet& set, std::span<const std::uint32_t> which) {
  std::vector<std::uint8_t> labels;
  for (const std::uint32_t sample : which) {
    if (!set.frame_wise) {
      labels.push_back(set.labels[sample]);
      continue;
    }
    const auto frames = std::span(set.labels).subspan(set.first[sample], set.frames(sample));
    std::ranges::copy_if(frames, std::back_inserter(labels), [](std::uint8_t label) { return label != kUnlabelled; });
  }
  return labels;
}

PackedInputs packed_inputs(const ImageSet& images, const InputScaling& scaling, std::span<const std::uint32_t> which) {
  if (images.frame_wise) {
    const Matrix<float> x = labelled_frames(images, scaling, which);
    return PackedInputs(View<const float>(x));
  }
  require(!images.is_sequences(), "sequences are not images");
  const auto rows = static_cast<Index>(which.size()), pixels = static_cast<Index>(images.pixels_per_image());
  if (scaling.mean.empty() && images.values.empty()) {
    constexpr float kScale = 1.0F / 255.0F;
    const bool whole = !which.empty() && which.size() == images.count && std::ranges::is_sorted(which) &&
                       which.front() == 0 && std::ranges::adjacent_find(which) == which.end();
    if (whole) return {View<const std::uint8_t>(images.pixels.data(), rows, pixels), kScale};
    Matrix<std::uint8_t> codes(rows, pixels);
    for (Index i = 0; i < rows; ++i)
      std::copy_n(images.pixels.data() + which[static_cast<std::size_t>(i)] * images.pixels_per_image(), pixels,
                  codes.row(i).data());
    return {View<const std::uint8_t>(codes), kScale};
  }
  Matrix<float> x(rows, pixels);
  for (Index i = 0; i < rows; ++i) fill_row(images, which[static_cast<std::size_t>(i)], scaling, x.row(i).data());
  return PackedInputs(View<const float>(x));
}

}  // namespace

PackedImages::PackedImages(const ImageSet& images, const InputScaling& scaling)
    : PackedImages(images, scaling, numbers_of(images)) {}

PackedImages::PackedImages(const ImageSet& images, const InputScaling& scaling, std::span<const std::uint32_t> which)
    : inputs_(packed_inputs(images, scaling, which)) {
  const std::vector<std::uint8_t> labels = labels_of(images, which);
  for (const std::uint32_t image : inputs_.order()) labels_.push_back(labels[image]);
}

Index PackedImages::size(Index batch) const {
  return std::min(kBatch, inputs_.rows() - batch * kBatch);
}

std::span<const std::uint8_t> PackedImages::labels(Index batch) const {
  return std::span(labels_).subspan(static_cast<std::size_t>(batch * kBatch), static_cast<std::size_t>(size(batch)));
}

void PackedImages::multiply(Index batch, const PackedWeights& weights, Matrix<float>& y) const {
  y.resize(size(batch), weights.outputs());
  inputs_.multiply_rows(batch * kBatch, size(batch), weights, y);
}

EvaluationSet::EvaluationSet(ImageSet images, InputScaling scaling)
    : images_(std::move(images)), scaling_(std::move(scaling)), all_(numbers_of(images_)) {}

void EvaluationSet::fill_batch(std::span<const std::uint32_t> which, Batch& batch) const {
  require(std::ranges::all_of(which, [&](std::uint32_t image) { return image < images_.count; }),
          "a batch lies inside its set");
  ohmcarlo::fill_batch(images_, scaling_, which, batch);
}

const PackedImages& EvaluationSet::packed(std::span<const std::uint32_t> which) const {
  if (std::ranges::equal(which, all_)) {
    if (!packed_) packed_ = std::make_unique<PackedImages>(images_, scaling_);
    return *packed_;
  }
  require(std::ranges::all_of(which, [&](std::uint32_t image) { return image < images_.count; }),
          "a list names images of its set");
  if (!packed_part_ || !std::ranges::equal(packed_part_->which, which))
    packed_part_ =
        std::make_unique<PackedPart>(PackedPart{{which.begin(), which.end()}, PackedImages(images_, scaling_, which)});
  return packed_part_->images;
}

}  // namespace ohmcarlo
