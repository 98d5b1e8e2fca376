#pragma once
// What goes through a network together.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "data/samples.hpp"
#include "network/sequence.hpp"

namespace ohmcarlo {

struct Batch {
  Matrix<float> x;                     ///< [samples, features]; of sequences [samples * steps, features of a frame]
  std::vector<Label> labels;           ///< one a sample, or one a row of x, kUnlabelled for padding
  std::optional<Sequences> sequences;  ///< padded to the longest among them
  bool frame_wise = false;             ///< whether labels belong to the rows of x

  [[nodiscard]] const Sequences* sequences_or_null() const { return sequences ? &*sequences : nullptr; }
  [[nodiscard]] Targets targets() const { return {labels, sequences_or_null(), frame_wise}; }
};

/// Samples `which` of a set as inputs of a network.
void fill_batch(const SampleSet& images, const InputScaling& scaling, std::span<const std::uint32_t> which,
                Batch& batch);

}  // namespace ohmcarlo
