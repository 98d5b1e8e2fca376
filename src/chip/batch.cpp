#include "chip/batch.hpp"

#include <algorithm>

namespace ohmcarlo {
namespace {

void fill_sequences(const SampleSet& set, const InputScaling& scaling, std::span<const std::uint32_t> which,
                    Batch& batch) {
  std::vector<Index> lengths;
  for (const std::uint32_t sample : which) lengths.push_back(static_cast<Index>(set.length(sample)));
  const Index steps = *std::ranges::max_element(lengths);
  batch.sequences.emplace(std::move(lengths), steps);
  batch.x.setZero(batch.sequences->count() * steps, static_cast<Index>(set.shape().values()));
  batch.labels.assign(static_cast<std::size_t>(batch.frame_wise ? batch.x.rows() : batch.sequences->count()),
                      kUnlabelled);
  for (std::size_t i = 0; i < which.size(); ++i) {
    const Index row = batch.sequences->row(static_cast<Index>(i), 0);
    fill_row(set, which[i], scaling, batch.x.row(row).data());
    if (batch.frame_wise)
      std::ranges::copy(set.labels(which[i]), batch.labels.begin() + row);
    else
      batch.labels[i] = set.labels(which[i]).front();
  }
}

}  // namespace

void fill_batch(const SampleSet& images, const InputScaling& scaling, std::span<const std::uint32_t> which,
                Batch& batch) {
  batch.frame_wise = images.frame_wise();
  batch.sequences.reset();
  if (images.is_sequences()) return fill_sequences(images, scaling, which, batch);
  batch.x.resize(static_cast<Index>(which.size()), static_cast<Index>(images.shape().values()));
  batch.labels.resize(which.size());
  for (std::size_t i = 0; i < which.size(); ++i) {
    fill_row(images, which[i], scaling, batch.x.row(static_cast<Index>(i)).data());
    batch.labels[i] = images.labels(which[i]).front();
  }
}

}  // namespace ohmcarlo
