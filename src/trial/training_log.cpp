#include "trial/training_log.hpp"

#include "base/error.hpp"
#include "training/progress.hpp"

namespace ohmcarlo {

void TrainingLog::on_epoch(int epoch, const EpochReport& report) {
  constexpr double kPatience = 10;  // between two lines of one training, seconds
  const double now = clock_();
  if (!say_ || now - said_ < kPatience) return;
  said_ = now;
  say_(fmt::format("model {}: epoch {} of {}, loss {:.4f}, validation {:.2f} %", task_.id, epoch, epochs_, report.loss,
                   100 * report.validation_accuracy));
}

void TrainingLog::keep(const TrainingProgress& progress) {
  models_.save_progress(task_.id, task_.identity, pack(progress));
  kept_ = clock_();
}

}  // namespace ohmcarlo
