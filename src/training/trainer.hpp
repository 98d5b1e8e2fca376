#pragma once
// The training loop: minibatches, epochs, and the choice of the epoch on validation data.

#include <vector>

#include "base/stop.hpp"
#include "chip/batch.hpp"
#include "data/augmentation.hpp"
#include "data/samples.hpp"
#include "training/method.hpp"
#include "training/optimizer.hpp"

namespace ohmcarlo {

/// What a training reads: images (or speech, which is seen as images) of one set, and which of them to train on and to
/// validate epochs on.
struct TrainingData {
  const SampleSet* images = nullptr;
  InputScaling scaling;
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> validation;  ///< empty: the last epoch is taken
};

/// One epoch as it went.
struct EpochReport {
  double loss = 0;                 ///< mean training loss over the epoch's steps
  double validation_accuracy = 0;  ///< mean over the method's chips_to_validate(); NaN without validation data
};

struct TrainedModel {
  NetworkState<float> state;  ///< of the chosen epoch
  int epoch = 0;              ///< chosen: best validation accuracy, the earlier of equals; counted from 1
  bool diverged = false;      ///< loss or parameters became NaN or infinite: the state is the one chosen before
  std::vector<EpochReport> epochs;
};

/// All that a training is between two steps: what it needs to go on as if it had never stopped.
struct TrainingProgress {
  std::uint64_t steps = 0;    ///< made so far
  double loss_sum = 0;        ///< over the images of the steps of the epoch that is not validated yet
  NetworkState<float> state;  ///< of trained_network(): what only training has, too
  OptimizerState optimizer;
  TrainedModel model;  ///< as chosen so far
  double best = -1;    ///< its validation accuracy
};

/// Who follows a training, and may keep its progress.
class TrainingWatch {
 public:
  TrainingWatch() = default;
  TrainingWatch(const TrainingWatch&) = delete;
  TrainingWatch& operator=(const TrainingWatch&) = delete;
  virtual ~TrainingWatch() = default;
  /// After every epoch, counted from 1.
  virtual void on_epoch(int epoch, const EpochReport& report) = 0;
  /// Between steps, and while an epoch is validated: whether to keep the progress now.
  [[nodiscard]] virtual bool due() = 0;
  virtual void keep(const TrainingProgress& progress) = 0;
};

/// The beginning of a training of `spec`: the initialisation of (stream.key, stream.replica).
[[nodiscard]] TrainingProgress begin_training(const NetworkSpec& spec, const TrainingOptions& options,
                                              TrainingStream stream);
/// That of one which starts from given values.
[[nodiscard]] TrainingProgress begin_training(const NetworkSpec& spec, const TrainingOptions& options,
                                              TrainingStream stream, NetworkState<float> given);

/// Trains on from `progress` to the end: first TrainingOptions::pretrain_epochs of plain training, if any, then the
/// epochs of the method from the network that these have chosen, with a new optimiser and a choice of their own.
/// Deterministic: what was kept and resumed ends in the same bits. Throws what
/// `poll` throws, once the progress is kept.
[[nodiscard]] TrainedModel train_model(const NetworkSpec& spec, const TrainingOptions& options,
                                       const TrainingData& data, TrainingStream stream, const Poll& poll,
                                       TrainingProgress progress, TrainingWatch* watch = nullptr);

/// From the beginning, unwatched.
[[nodiscard]] TrainedModel train_model(const NetworkSpec& spec, const TrainingOptions& options,
                                       const TrainingData& data, TrainingStream stream, const Poll& poll);

/// Inputs of the network for images `indices` of the set, [indices.size(), pixels], and their labels; `augmented`: the
/// copies of an epoch instead of the images themselves.
void gather(const TrainingData& data, std::span<const std::uint32_t> indices, const AugmentedEpoch* augmented,
            Matrix<float>& x, std::vector<Label>& labels);

/// 0..count-1 in the random order of (stream, epoch).
[[nodiscard]] std::vector<std::uint32_t> epoch_order(std::uint32_t count, TrainingStream stream, int epoch);

}  // namespace ohmcarlo
