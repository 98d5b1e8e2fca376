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
    // Counted, not sorted: every chip has a list of its own.
    std::vector<std::size_t> next(images.classes() + 1);
    const auto label_of = [&](std::uint32_t image) { return static_cast<std::size_t>(images.labels()[image]); };
    for (const std::uint32_t image : which) ++next[label_of(image) + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    numbers_.resize(which.size());
    labels_.resize(which.size());
    places_.resize(which.size());
    for (std::size_t place = 0; place < which.size(); ++place) {
      const std::size_t at = next[label_of(which[place])]++;
      numbers_[at] = which[place];
      labels_[at] = images.labels()[which[place]];
      places_[at] = static_cast<std::uint32_t>(place);
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

std::vector<Answer> ListedImages::in_order_of_list(std::vector<Answer> answers) const {
  if (!gathered_) return answers;  // as they are
  std::vector<Answer> ordered(answers.size());
  for (const Answer& answer : answers) ordered[answer.place] = answer;
  return ordered;
}

View<float> ListedImages::multiply(std::size_t batch, const PackedWeights& weights, const OutputRange& outputs) {
  if (gathered_) return gathered_->multiply(part<const std::uint32_t>(numbers_, batch), weights, outputs);
  const View<const float> x(x_);
  const auto first = static_cast<Index>(batch * kBatch);
  return multiply_outputs(x.middle_rows(first, std::ssize(labels(batch))), weights, outputs, buffer_);
}

}  // namespace ohmcarlo
