#include "app/sample_stages.hpp"

#include <algorithm>
#include <iterator>

#include "base/bytes.hpp"

namespace ohmcarlo {

bool SampleStages::needs_ranks() const {
  return experiment_.kept.of_sampled_images && !session_.sampling();
}

std::vector<std::uint32_t> SampleStages::ranking_models() const {
  std::vector<std::uint32_t> models;
  for (std::uint32_t i = 0; i < plan_.models.size(); ++i)
    if (plan_.models[i].replica == 0) models.push_back(i);
  return models;
}

Work SampleStages::rank_work(std::vector<bool> trained) const {
  Work work{.trained = std::move(trained),
            .lots = {},
            .brief = pack_bytes(Lesson{Lesson::Stage::ranks_images, {}}),
            .training_costs = plan_.training_costs};
  for (std::uint32_t i = 0; i < plan_.models.size(); ++i) work.lots.push_back({.model = i, .units = {}});
  for (const std::uint32_t model : ranking_models()) work.lots[model].units = {0};
  return work;
}

void SampleStages::take_ranks(std::uint32_t model, const std::string& payload) {
  hardness_[model] = unpack_bytes<ImageHardness>(payload);
  const std::vector<std::uint32_t> models = ranking_models();
  if (hardness_.size() < models.size()) return;
  std::vector<ImageHardness> all;
  for (const std::uint32_t each : models) all.push_back(std::move(hardness_[each]));
  session_.set_sampling(begin_sampling(experiment_, all));
}

bool SampleStages::needs_pilot() const {
  return session_.sampling() && !session_.sampling()->is_decided();
}

Work SampleStages::pilot_work(std::vector<bool> trained) {
  const std::size_t chips = session_.sampling()->pilot_chips;
  session_.make_room(chips);
  Work work{.trained = std::move(trained), .lots = {}, .brief = {}, .training_costs = plan_.training_costs};
  for (std::size_t i = 0; i < plan_.evaluations.size(); ++i) {
    const EvaluationTask task = plan_.evaluations[i];
    Lot& lot = work.lots.emplace_back(
        Lot{.model = task.model, .units = {}, .other_model = task.range_model, .unit_cost = task.unit_cost});
    if (joins_pilot(task)) lot.units = missing_units(task, session_.table(), session_.points_in_table(), chips);
  }
  work.brief = brief(work.lots);
  return work;
}

void SampleStages::finish_pilot() {
  Sampling sampling = *session_.sampling();
  decide_sizes(sampling, experiment_, plan_, session_.points_in_table());
  session_.set_sampling(std::move(sampling));
}

std::string SampleStages::brief(const std::vector<Lot>& lots) const {
  Lesson lesson{Lesson::Stage::evaluates_chips, {}};
  if (session_.sampling()) lesson.sampling = *session_.sampling();
  lesson.sampling.pilot.clear();
  for (std::uint32_t i = 0; i < lots.size(); ++i)
    std::ranges::move(partial_units(experiment_, i, plan_.evaluations[i], lots[i].units, session_.table(),
                                    session_.points_in_table()),
                      std::back_inserter(lesson.parts));
  if (lesson.sampling.stratum.empty() && lesson.parts.empty()) return "";
  return pack_bytes(lesson);
}

}  // namespace ohmcarlo
