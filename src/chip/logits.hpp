#pragma once
// The logits of a chip, image by image.

#include <cstdint>
#include <span>
#include <vector>

#include "chip/batch.hpp"

namespace ohmcarlo {

/// What the output layer of a chip gave, a row each for what is scored: a labelled image or recording, or a labelled
/// frame where labels belong to frames. Rows are in the order of the list of images, frames of a recording in time.
struct LabelledLogits {
  Matrix<float> logits;               ///< [rows, classes]
  std::vector<Label> labels;          ///< [rows]
  std::vector<std::uint32_t> images;  ///< [rows]: number in the test set of the image, or of the frame's recording
};

/// The rows of images `which` of a set, with their labels and numbers; all logits are 0 yet.
[[nodiscard]] LabelledLogits blank_logits(const SampleSet& images, std::span<const std::uint32_t> which);

/// Copies the logits of a batch, [rows of the batch, classes], to the rows from `first` on; padding and frames without
/// a label have none. Returns the row after the last one that it filled.
Index fill_logits(View<const float> of_batch, const Targets& targets, Index first, LabelledLogits& all);

}  // namespace ohmcarlo
