#include "data/samples.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "data/image_files.hpp"

namespace ohmcarlo {

SampleSet SampleSet::of_images(const SampleShape& shape, std::vector<std::uint8_t> pixels, std::vector<Label> labels,
                               std::size_t classes) {
  SampleSet set(shape, std::move(labels), classes);
  require(pixels.size() == set.count_ * shape.values(), "pixels for every label");
  set.values_ = std::move(pixels);
  set.check_labels();
  return set;
}

SampleSet SampleSet::of_blocks(std::size_t frames, std::size_t coefficients, std::vector<float> values,
                               std::vector<Label> labels, std::size_t classes, std::string content) {
  SampleSet set({1, frames, coefficients}, std::move(labels), classes);
  require(values.size() == set.count_ * set.shape_.values(), "a block for every label");
  set.values_ = std::move(values);
  set.content_ = std::move(content);
  set.check_labels();
  return set;
}

SampleSet SampleSet::of_sequences(FrameSequences sequences, std::size_t classes, std::string content) {
  SampleSet set({1, 1, sequences.coefficients}, std::move(sequences.labels), classes);
  set.first_ = std::move(sequences.first);
  require(!set.first_.empty() && set.first_.front() == 0 &&
              std::ranges::adjacent_find(set.first_, std::greater_equal()) == set.first_.end(),
          "every sequence has a frame");
  set.count_ = set.first_.size() - 1;
  set.frame_wise_ = sequences.frame_wise;
  require(sequences.values.size() == set.first_.back() * sequences.coefficients, "values for every frame");
  require(set.labels_.size() == (set.frame_wise_ ? set.first_.back() : set.count_), "a label each");
  set.values_ = std::move(sequences.values);
  set.content_ = std::move(content);
  set.check_labels();
  return set;
}

void SampleSet::check_labels() const {
  require(std::ranges::all_of(labels_,
                              [&](Label label) {
                                return label == kUnlabelled ? frame_wise_
                                                            : label >= 0 && static_cast<std::size_t>(label) < classes_;
                              }),
          "labels within the classes");
}

std::size_t SampleSet::longest() const {
  if (!is_sequences()) return 1;
  std::size_t most = 0;
  for (std::size_t i = 0; i < count_; ++i) most = std::max(most, length(i));
  return most;
}

std::span<const Label> SampleSet::labels(std::size_t i) const {
  return frame_wise_ ? labels().subspan(first_frame(i), length(i)) : labels().subspan(i, 1);
}

std::span<const std::uint8_t> SampleSet::pixels() const {
  require(is_images(), "samples that are images");
  return std::get<std::vector<std::uint8_t>>(values_);
}

std::span<const std::uint8_t> SampleSet::pixels(std::size_t i) const {
  return pixels().subspan(i * shape_.values(), shape_.values());
}

std::span<const float> SampleSet::features() const {
  require(!is_images(), "samples that are features");
  return std::get<std::vector<float>>(values_);
}

namespace {

void add_labels(std::span<const Label> labels, std::size_t classes, Sha256& hash) {
  std::vector<std::uint8_t> bytes;
  const int width = classes <= 256 ? 1 : 4;
  bytes.reserve(labels.size() * static_cast<std::size_t>(width));
  for (const Label label : labels)
    for (int byte = 0; byte < width; ++byte)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(label) >> (8 * byte)));
  hash.add(std::as_bytes(std::span(bytes)));
}

}  // namespace

std::string content_sha256(const SampleSet& samples) {
  if (!samples.is_images()) {
    require(!samples.content().empty(), "features that say what they were made from");
    return samples.content();
  }
  const SampleShape& shape = samples.shape();
  Sha256 hash;
  hash.add(fmt::format("ohmcarlo images 1\n{} {} {} {} {}\n", samples.count(), shape.channels, shape.height,
                       shape.width, samples.classes()));
  hash.add(std::as_bytes(samples.pixels()));
  add_labels(samples.labels(), samples.classes(), hash);
  return hash.hex();
}

void check_same_kind(const SampleSet& training, const SampleSet& test) {
  check_same_sizes({training.count(), training.shape(), training.classes()},
                   {test.count(), test.shape(), test.classes()});
}

void fill_row(const SampleSet& samples, std::size_t index, const InputScaling& scaling, float* row) {
  require(index < samples.count(), "a sample of the set");
  if (samples.is_images()) return scale_pixels(samples.pixels(index).data(), samples.shape(), scaling, row);
  const std::span<const float> values =
      samples.features().subspan(samples.first_frame(index) * samples.shape().values(), samples.inputs(index));
  std::ranges::copy(values, row);
  if (!scaling.mean.empty()) scale_features(scaling, {row, values.size()});
}

InputScaling scaling_of_training(const SampleSet& samples, const Split& split) {
  std::vector<float> values;
  for (const std::uint32_t sample : split.training) {
    const std::size_t old = values.size();
    values.resize(old + samples.inputs(sample));
    fill_row(samples, sample, {}, values.data() + old);
  }
  return standardise_features(values, samples.shape().width);
}

}  // namespace ohmcarlo
