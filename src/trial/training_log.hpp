#pragma once
// Who follows the training of a model of an experiment.

#include "base/clock.hpp"
#include "base/stop.hpp"
#include "experiment/plan.hpp"
#include "training/trainer.hpp"
#include "trial/model_source.hpp"

namespace ohmcarlo {

/// Keeps the progress of one training every `seconds`, and says how epochs went that took their time. What is passed
/// must outlive this.
class TrainingLog final : public TrainingWatch {
 public:
  TrainingLog(const ModelTask& task, int epochs, ModelSource& models, const Clock& clock, double seconds,
              const Say& say)
      : task_(task), epochs_(epochs), models_(models), clock_(clock), seconds_(seconds), say_(say) {}

  void on_epoch(int epoch, const EpochReport& report) override;
  [[nodiscard]] bool due() override { return clock_() - kept_ >= seconds_; }
  void keep(const TrainingProgress& progress) override;

 private:
  const ModelTask& task_;
  int epochs_;
  ModelSource& models_;
  const Clock& clock_;
  double seconds_;
  const Say& say_;
  double kept_ = clock_();
  double said_ = kept_;
};

}  // namespace ohmcarlo
