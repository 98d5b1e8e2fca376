#include "chip/listed_images.hpp"

#include <numeric>

namespace ohmcarlo {

ListedImages::ListedImages(const EvaluationSet& set) : set_(set) {
  const SampleSet& images = set.data();
  if (are_scaled_bytes(images, set.scaling()))
    gathered_.emplace(View<const std::uint8_t>(images.pixels().data(), set.images(), set.features()), kPixelScale);
}

void ListedImages::take(std::span<const std::uint32_t> which) {
  set_.require_inside(which);
  const SampleSet& images = set_.data();
  numbers_.clear();
  labels_.clear();
  places_.clear();
  if (gathered_) {
    places_.resize(which.size());
    std::iota(places_.begin(), places_.end(), 0U);
    std::ranges::stable_sort(places_, {}, [&](std::uint32_t place) { return images.labels()[which[place]]; });
    for (const std::uint32_t place : places_) {
      numbers_.push_back(which[place]);
      labels_.push_back(images.labels()[which[place]]);
    }
    return;
  }
  x_ = dense_rows(images, set_.scaling(), which);
  for (std::size_t place = 0; place < which.size(); ++place)
    for (const Label label : images.labels(which[place]))
      if (label != kUnlabelled) {
        labels_.push_back(label);
        places_.push_back(static_cast<std::uint32_t>(place));
      }
}

View<float> ListedImages::multiply(std::size_t batch, const PackedWeights& weights, const OutputRange& outputs) {
  if (gathered_) return gathered_->multiply(part<const std::uint32_t>(numbers_, batch), weights, outputs);
  const View<const float> x(x_);
  const auto first = static_cast<Index>(batch * kBatch);
  return multiply_outputs(x.middle_rows(first, std::ssize(labels(batch))), weights, outputs, buffer_);
}

}  // namespace ohmcarlo
