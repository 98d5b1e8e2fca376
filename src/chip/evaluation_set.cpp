#include "chip/evaluation_set.hpp"

#include <algorithm>
#include <numeric>

namespace ohmcarlo {

void fill_inputs(const SampleSet& images, const InputScaling& scaling, std::size_t first, std::size_t count,
                 Matrix<float>& x) {
  x.resize(static_cast<Index>(count), static_cast<Index>(images.shape().values()));
  for (std::size_t i = 0; i < count; ++i) fill_row(images, first + i, scaling, x.row(static_cast<Index>(i)).data());
}

namespace {

std::vector<std::uint32_t> numbers(Index first, Index count) {
  std::vector<std::uint32_t> images(static_cast<std::size_t>(count));
  std::iota(images.begin(), images.end(), static_cast<std::uint32_t>(first));
  return images;
}

/// The frames that have labels, one row each.
Matrix<float> labelled_frames(const SampleSet& set, const InputScaling& scaling) {
  const auto count = std::ranges::count_if(set.labels(), [](Label label) { return label != kUnlabelled; });
  const std::size_t width = set.shape().values();
  Matrix<float> x(count, static_cast<Index>(width));
  Index row = 0;
  std::vector<float> frames;
  for (std::size_t sample = 0; sample < set.count(); ++sample) {
    frames.resize(set.inputs(sample));
    fill_row(set, sample, scaling, frames.data());
    for (std::size_t frame = 0; frame < set.length(sample); ++frame)
      if (set.labels(sample)[frame] != kUnlabelled)
        std::copy_n(frames.data() + frame * width, width, x.row(row++).data());
  }
  return x;
}

PackedInputs packed_inputs(const SampleSet& images, const InputScaling& scaling) {
  if (images.frame_wise()) {
    const Matrix<float> x = labelled_frames(images, scaling);
    return PackedInputs(View<const float>(x));
  }
  require(!images.is_sequences(), "sequences are not images");
  if (scaling.mean.empty() && images.is_images())
    return {View<const std::uint8_t>(images.pixels().data(), static_cast<Index>(images.count()),
                                     static_cast<Index>(images.shape().values())),
            1.0F / 255.0F};
  Matrix<float> x;
  fill_inputs(images, scaling, 0, images.count(), x);
  return PackedInputs(View<const float>(x));
}

}  // namespace

PackedImages::PackedImages(const SampleSet& images, const InputScaling& scaling)
    : inputs_(packed_inputs(images, scaling)) {
  std::vector<Label> labels(images.labels().begin(), images.labels().end());
  std::erase(labels, kUnlabelled);
  for (const std::uint32_t image : inputs_.order()) labels_.push_back(labels[image]);
}

Index PackedImages::size(Index batch) const {
  return std::min(kBatch, inputs_.rows() - batch * kBatch);
}

std::span<const Label> PackedImages::labels(Index batch) const {
  return std::span(labels_).subspan(static_cast<std::size_t>(batch * kBatch), static_cast<std::size_t>(size(batch)));
}

void PackedImages::multiply(Index batch, const PackedWeights& weights, Matrix<float>& y) const {
  y.resize(size(batch), weights.outputs());
  inputs_.multiply_rows(batch * kBatch, size(batch), weights, y);
}

void EvaluationSet::inputs(Index first, Index count, Matrix<float>& x) const {
  require(first >= 0 && count >= 0 && first + count <= images(), "a batch lies inside its set");
  fill_inputs(images_, scaling_, static_cast<std::size_t>(first), static_cast<std::size_t>(count), x);
}

void EvaluationSet::batch(Index first, Index count, Batch& filled) const {
  require(first >= 0 && count >= 0 && first + count <= images(), "a batch lies inside its set");
  fill_batch(images_, scaling_, numbers(first, count), filled);
}

std::span<const Label> EvaluationSet::labels(Index first, Index count) const {
  return images_.labels().subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

const PackedImages& EvaluationSet::packed() const {
  if (!packed_) packed_ = std::make_unique<PackedImages>(images_, scaling_);
  return *packed_;
}

}  // namespace ohmcarlo
