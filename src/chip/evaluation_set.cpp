#include "chip/evaluation_set.hpp"

#include <algorithm>

namespace ohmcarlo {

void fill_inputs(const ImageSet& images, const InputScaling& scaling, std::size_t first, std::size_t count,
                 Matrix<float>& x) {
  x.resize(static_cast<Index>(count), static_cast<Index>(images.pixels_per_image()));
  for (std::size_t i = 0; i < count; ++i) fill_row(images, first + i, scaling, x.row(static_cast<Index>(i)).data());
}

namespace {

PackedInputs packed_inputs(const ImageSet& images, const InputScaling& scaling) {
  if (scaling.mean.empty())
    return {View<const std::uint8_t>(images.pixels.data(), static_cast<Index>(images.count),
                                     static_cast<Index>(images.pixels_per_image())),
            1.0F / 255.0F};
  Matrix<float> x;
  fill_inputs(images, scaling, 0, images.count, x);
  return PackedInputs(View<const float>(x));
}

}  // namespace

PackedImages::PackedImages(const ImageSet& images, const InputScaling& scaling)
    : inputs_(packed_inputs(images, scaling)) {
  for (const std::uint32_t image : inputs_.order()) labels_.push_back(images.labels[image]);
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

void EvaluationSet::inputs(Index first, Index count, Matrix<float>& x) const {
  require(first >= 0 && count >= 0 && first + count <= images(), "a batch lies inside its set");
  fill_inputs(images_, scaling_, static_cast<std::size_t>(first), static_cast<std::size_t>(count), x);
}

std::span<const std::uint8_t> EvaluationSet::labels(Index first, Index count) const {
  return std::span(images_.labels).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

const PackedImages& EvaluationSet::packed() const {
  if (!packed_) packed_ = std::make_unique<PackedImages>(images_, scaling_);
  return *packed_;
}

}  // namespace ohmcarlo
