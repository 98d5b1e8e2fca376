#include "data/subset.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"

namespace ohmcarlo {

SampleSet subset_of(const SampleSet& samples, std::span<const std::uint32_t> which) {
  require(std::ranges::all_of(which, [&](std::uint32_t sample) { return sample < samples.count(); }),
          "a list names samples of its set");
  std::vector<Label> labels;
  for (const std::uint32_t sample : which) std::ranges::copy(samples.labels(sample), std::back_inserter(labels));
  if (samples.is_images()) {
    std::vector<std::uint8_t> pixels;
    for (const std::uint32_t sample : which) std::ranges::copy(samples.pixels(sample), std::back_inserter(pixels));
    return SampleSet::of_images(samples.shape(), std::move(pixels), std::move(labels), samples.classes());
  }
  const std::size_t width = samples.shape().values();
  std::vector<float> values;
  std::vector<std::size_t> first = {0};
  for (const std::uint32_t sample : which) {
    const auto frames = samples.features().subspan(samples.first_frame(sample) * width, samples.inputs(sample));
    values.insert(values.end(), frames.begin(), frames.end());
    first.push_back(first.back() + samples.length(sample));
  }
  if (!samples.is_sequences())
    return SampleSet::of_blocks(samples.shape().height, samples.shape().width, std::move(values), std::move(labels),
                                samples.classes());
  return SampleSet::of_sequences({width, std::move(values), std::move(first), samples.frame_wise(), std::move(labels)},
                                 samples.classes());
}

}  // namespace ohmcarlo
