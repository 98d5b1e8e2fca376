#pragma once
// The training images that steps of deployment see, and the names of what they read.

#include <cstdint>
#include <memory>
#include <vector>

#include "chip/batch.hpp"
#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// Never test images, nor those that are held out.
struct DeploymentImages {
  std::shared_ptr<const SampleSet> images;  ///< the training set
  InputScaling scaling;
  std::vector<std::uint32_t> training;  ///< which of them may be seen
};

/// The batch of update number `update`: images drawn with replacement, in all points of an experiment alike.
/// `order`: replica, trial and purpose.
void draw_batch(const DeploymentImages& images, std::uint64_t key, const Address& order, std::uint64_t update, int size,
                Batch& batch);

/// Whose noise the reads number `round` of a stage (a purpose of deployment) have: never that of the test.
[[nodiscard]] ChipKey reads_of(const ChipKey& chip, Purpose stage, std::uint64_t round);

/// 0, 1, ... count - 1: names of input vectors within a round.
[[nodiscard]] std::vector<std::uint32_t> first_names(Index count);

}  // namespace ohmcarlo
