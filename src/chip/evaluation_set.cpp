#include "chip/evaluation_set.hpp"

#include <algorithm>

namespace ohmcarlo {

EvaluationSet::EvaluationSet(const ImageSet& images)
    : classes_(static_cast<Index>(images.classes)),
      inputs_(View<const std::uint8_t>(images.pixels.data(), static_cast<Index>(images.count),
                                       static_cast<Index>(images.pixels_per_image())),
              1.0F / 255.0F) {
  for (const std::uint32_t image : inputs_.order()) labels_.push_back(images.labels[image]);
}

Index EvaluationSet::size(Index batch) const {
  return std::min(kBatch, images() - batch * kBatch);
}

std::span<const std::uint8_t> EvaluationSet::labels(Index batch) const {
  return std::span(labels_).subspan(static_cast<std::size_t>(batch * kBatch), static_cast<std::size_t>(size(batch)));
}

void EvaluationSet::multiply(Index batch, const PackedWeights& weights, Matrix<float>& y) const {
  y.resize(size(batch), weights.outputs());
  inputs_.multiply_rows(batch * kBatch, size(batch), weights, y);
}

}  // namespace ohmcarlo
