#include "trial/tasks.hpp"

#include "trial/hardness.hpp"

namespace ohmcarlo {

void ExperimentTasks::learn(const Lesson& lesson) {
  ranks_images_ = lesson.stage == Lesson::Stage::ranks_images;
  if (ranks_images_) return;
  evaluations_.compute_parts(lesson.parts);
  if (!lesson.sampling.stratum.empty()) evaluations_.sample_images(lesson.sampling);
}

ImageHardness ExperimentTasks::rank_images(std::uint32_t model, const Poll& poll) {
  const std::shared_ptr<const LoadedModel> loaded = models_.load(model, false, poll);
  return measure_hardness(experiment_, *loaded,
                          data_.test(experiment_.points[plan_.models[model].point].data, loaded->scaling()), poll);
}

}  // namespace ohmcarlo
