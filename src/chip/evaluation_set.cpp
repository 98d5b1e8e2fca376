#include "chip/evaluation_set.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "base/error.hpp"
#include "base/label.hpp"

namespace ohmcarlo {

namespace {

std::vector<std::uint32_t> numbers_of(const SampleSet& images, std::uint32_t first = 0) {
  std::vector<std::uint32_t> numbers(images.count());
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

bool is_labelled(Label label) {
  return label != kUnlabelled;
}

/// The labelled frames of sequences `which`, one row each.
Matrix<float> labelled_frames(const SampleSet& set, const InputScaling& scaling, std::span<const std::uint32_t> which) {
  Index count = 0;
  for (const std::uint32_t sample : which) count += std::ranges::count_if(set.labels(sample), is_labelled);
  const std::size_t width = set.shape().values();
  Matrix<float> x(count, static_cast<Index>(width));
  Index row = 0;
  std::vector<float> frames;
  for (const std::uint32_t sample : which) {
    frames.resize(set.inputs(sample));
    fill_row(set, sample, scaling, frames.data());
    for (std::size_t frame = 0; frame < set.length(sample); ++frame)
      if (is_labelled(set.labels(sample)[frame]))
        std::copy_n(frames.data() + frame * width, width, x.row(row++).data());
  }
  return x;
}

/// The labels of the rows that packed_inputs makes of images `which`.
std::vector<Label> labels_of(const SampleSet& set, std::span<const std::uint32_t> which) {
  std::vector<Label> labels;
  for (const std::uint32_t sample : which)
    std::ranges::copy_if(set.labels(sample), std::back_inserter(labels), is_labelled);
  return labels;
}

/// Pixels of images `which`, each next to the one before.
Matrix<std::uint8_t> gathered_pixels(const SampleSet& images, std::span<const std::uint32_t> which) {
  Matrix<std::uint8_t> pixels(static_cast<Index>(which.size()), static_cast<Index>(images.shape().values()));
  for (std::size_t i = 0; i < which.size(); ++i)
    std::ranges::copy(images.pixels(which[i]), pixels.row(static_cast<Index>(i)).data());
  return pixels;
}

PackedInputs packed_inputs(const SampleSet& images, const InputScaling& scaling, std::span<const std::uint32_t> which) {
  if (!are_scaled_bytes(images, scaling)) {
    const Matrix<float> x = dense_rows(images, scaling, which);
    return PackedInputs(View<const float>(x));
  }
  if (std::ranges::equal(which, numbers_of(images)))
    return {View<const std::uint8_t>(images.pixels().data(), std::ssize(which),
                                     static_cast<Index>(images.shape().values())),
            kPixelScale};
  const Matrix<std::uint8_t> pixels = gathered_pixels(images, which);
  return {View<const std::uint8_t>(pixels), kPixelScale};
}

}  // namespace

bool are_scaled_bytes(const SampleSet& images, const InputScaling& scaling) {
  return images.is_images() && scaling.mean.empty();
}

Matrix<float> dense_rows(const SampleSet& images, const InputScaling& scaling, std::span<const std::uint32_t> which) {
  if (images.frame_wise()) return labelled_frames(images, scaling, which);
  require(!images.is_sequences(), "sequences are not images");
  Matrix<float> x(std::ssize(which), static_cast<Index>(images.shape().values()));
  for (std::size_t i = 0; i < which.size(); ++i)
    fill_row(images, which[i], scaling, x.row(static_cast<Index>(i)).data());
  return x;
}

PackedImages::PackedImages(const SampleSet& images, const InputScaling& scaling)
    : PackedImages(images, scaling, numbers_of(images)) {}

PackedImages::PackedImages(const SampleSet& images, const InputScaling& scaling, std::span<const std::uint32_t> which)
    : inputs_(packed_inputs(images, scaling, which)) {
  const std::vector<Label> labels = labels_of(images, which);
  for (const std::uint32_t image : inputs_.order()) labels_.push_back(labels[image]);
}

Index PackedImages::size(Index batch) const {
  return std::min(kBatch, inputs_.rows() - batch * kBatch);
}

std::span<const Label> PackedImages::labels(Index batch) const {
  return std::span(labels_).subspan(static_cast<std::size_t>(batch * kBatch), static_cast<std::size_t>(size(batch)));
}

std::span<const std::uint32_t> PackedImages::places(Index batch) const {
  return inputs_.order().subspan(static_cast<std::size_t>(batch * kBatch), static_cast<std::size_t>(size(batch)));
}

void PackedImages::multiply(Index batch, const PackedWeights& weights, Matrix<float>& y) const {
  y.resize(size(batch), weights.outputs());
  inputs_.multiply_rows(batch * kBatch, size(batch), weights, y);
}

EvaluationSet::EvaluationSet(SampleSet images, InputScaling scaling, SampleSet held_out)
    : images_(std::move(images)),
      scaling_(std::move(scaling)),
      held_out_(std::move(held_out)),
      all_(numbers_of(images_)),
      held_out_numbers_(numbers_of(held_out_, kFirstHeldOut)) {
  if (held_out_.count() > 0 && std::max(images_.count(), held_out_.count()) > kFirstHeldOut)
    fail_usage(
        "the accuracy on validation data is for at most {} test images, and as many held out (there are {} and {})",
        kFirstHeldOut, images_.count(), held_out_.count());
}

void EvaluationSet::require_inside(std::span<const std::uint32_t> which) const {
  require(std::ranges::all_of(which, [&](std::uint32_t image) { return image < images_.count(); }),
          "a list names images of its set");
}

void EvaluationSet::fill_batch(std::span<const std::uint32_t> which, Batch& batch) const {
  if (!which.empty() && which.front() >= kFirstHeldOut && held_out_.count() > 0) {
    std::vector<std::uint32_t> places;
    for (const std::uint32_t number : which) {
      require(number >= kFirstHeldOut && number - kFirstHeldOut < held_out_.count(), "a list names images of its set");
      places.push_back(number - kFirstHeldOut);
    }
    return ohmcarlo::fill_batch(held_out_, scaling_, places, batch);
  }
  require_inside(which);
  ohmcarlo::fill_batch(images_, scaling_, which, batch);
}

const PackedImages& EvaluationSet::packed(std::span<const std::uint32_t> which) const {
  if (std::ranges::equal(which, all_)) {
    if (!packed_) packed_ = std::make_unique<PackedImages>(images_, scaling_);
    return *packed_;
  }
  if (!held_out_numbers_.empty() && std::ranges::equal(which, held_out_numbers_)) {
    if (!packed_held_out_) packed_held_out_ = std::make_unique<PackedImages>(held_out_, scaling_);
    return *packed_held_out_;
  }
  require_inside(which);
  if (!packed_part_ || !std::ranges::equal(packed_part_->which, which))
    packed_part_ =
        std::make_unique<PackedPart>(PackedPart{{which.begin(), which.end()}, PackedImages(images_, scaling_, which)});
  return packed_part_->images;
}

}  // namespace ohmcarlo
