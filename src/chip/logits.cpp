#include "chip/logits.hpp"

namespace ohmcarlo {

LabelledLogits blank_logits(const SampleSet& images, std::span<const std::uint32_t> which) {
  LabelledLogits all;
  for (const std::uint32_t image : which)
    for (const Label label : images.labels(image)) {
      if (label == kUnlabelled) continue;
      all.labels.push_back(label);
      all.images.push_back(image);
    }
  all.logits.setZero(static_cast<Index>(all.labels.size()), static_cast<Index>(images.classes()));
  return all;
}

Index fill_logits(View<const float> of_batch, const Targets& targets, Index first, LabelledLogits& all) {
  for (Index row = 0; row < static_cast<Index>(targets.labels.size()); ++row)
    if (targets.labels[static_cast<std::size_t>(row)] != kUnlabelled) all.logits.row(first++) = of_batch.map().row(row);
  return first;
}

}  // namespace ohmcarlo
