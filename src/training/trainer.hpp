#pragma once
// The training loop: minibatches, epochs, and the choice of the epoch on validation data.

#include <vector>

#include "base/stop.hpp"
#include "data/images.hpp"
#include "training/method.hpp"

namespace ohmcarlo {

/// What a training reads: images of one set, and which of them to train on and to judge epochs on.
struct TrainingData {
  const ImageSet* images = nullptr;
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> validation;  ///< empty: the last epoch is taken
};

/// One epoch as it went.
struct EpochReport {
  double loss = 0;                 ///< mean training loss over the epoch's steps
  double validation_accuracy = 0;  ///< mean over the method's judged chips; NaN without validation data
};

struct TrainedModel {
  Parameters<float> parameters;  ///< of the chosen epoch
  int epoch = 0;                 ///< chosen: best validation accuracy, the earlier of equals; counted from 1
  bool diverged = false;         ///< loss or parameters became NaN or infinite: parameters are those chosen before
  std::vector<EpochReport> epochs;
};

/// Trains from the initialisation of (stream.key, stream.replica). Deterministic. Throws what `poll` throws.
[[nodiscard]] TrainedModel train_model(const NetworkSpec& spec, const TrainingOptions& options,
                                       const TrainingData& data, TrainingStream stream, const Poll& poll);

/// Rows `indices` of the set as floats 0..1 (pixel / 255): [indices.size(), pixels].
void gather(const ImageSet& images, std::span<const std::uint32_t> indices, Matrix<float>& x,
            std::vector<std::uint8_t>& labels);

/// 0..count-1 in the random order of (stream, epoch).
[[nodiscard]] std::vector<std::uint32_t> epoch_order(std::uint32_t count, TrainingStream stream, int epoch);

}  // namespace ohmcarlo
