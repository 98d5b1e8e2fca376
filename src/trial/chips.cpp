#include "trial/chips.hpp"

#include "base/error.hpp"
#include "chip/weight_chips.hpp"
#include "deployment/array_chips.hpp"

namespace ohmcarlo {

void Evaluations::make_array_chips(const Point& point, std::optional<std::vector<LayerScales>> ranges,
                                   PreparedEvaluation& prepared, const Poll& poll) {
  const LoadedModel& model = *prepared.model;
  const std::shared_ptr<const SampleSet> training = data_.training(point.data);
  ArrayNetwork arrays(
      model.network(),
      {.arrays = point.hardware.array, .keep_planes = point.deployment.writes(), .range_from = std::move(ranges)},
      *training, data_.test(point.data, model.scaling()), poll);
  if (const std::optional<AcceleratorOptions>& accelerator = point.hardware.accelerator) {
    std::vector<int> reads;  // the calibration of a model decides whether inputs have a sign
    for (const LayerScales& scales : arrays.scales()) reads.push_back(scales.coding.reads());
    prepared.account = account_of(designs_of(model.network()->spec, point.hardware.array, reads), *accelerator,
                                  static_cast<Index>(prepared.test->data().longest()));
  }
  if (!point.deployment.any()) {
    prepared.chips = std::make_unique<ArrayChips>(std::move(arrays));
    return;
  }
  const DeploymentImages images{training, model.scaling(), data_.split_training(point.data, experiment_.seed).training};
  prepared.chips = std::make_unique<ArrayChips>(std::move(arrays), point.deployment, images, poll);
}

std::shared_ptr<PreparedEvaluation> Evaluations::prepare(const EvaluationTask& task, const Poll& poll) {
  const Point& point = experiment_.points[task.points.front()];
  const bool folded = point.hardware.fold_normalisation;
  std::optional<std::vector<LayerScales>> ranges;
  if (task.range_model) {
    const std::shared_ptr<const LoadedModel> other = models_.load(*task.range_model, folded, poll);
    if (other->diverged()) return nullptr;
    ranges = ArrayNetwork(other->network(), {.arrays = point.hardware.array}, *data_.training(point.data),
                          data_.test(point.data, other->scaling()), poll)
                 .scales();
  }
  PreparedEvaluation prepared{
      .model = models_.load(task.model, folded, poll), .test = nullptr, .chips = nullptr, .chip_key = point.chip_key};
  if (prepared.model->diverged()) return nullptr;
  prepared.test = data_.test(point.data, prepared.model->scaling());
  if (point.hardware.arrays)
    make_array_chips(point, std::move(ranges), prepared, poll);
  else
    prepared.chips =
        make_weight_chips(prepared.model->network(), point.hardware.variation, prepared.test, task.unit_chips);
  require(prepared.chips->count() == static_cast<Index>(task.unit_chips), "a unit is all chips that come together");
  return std::make_shared<PreparedEvaluation>(std::move(prepared));
}

bool Evaluations::has_samples(const EvaluationTask& task, std::uint32_t unit) const {
  if (!sampler_ || task.equal_chips) return false;
  for (std::uint32_t chip = 0; chip < task.unit_chips; ++chip)
    if (!sampler_->sees_all(task.replica, unit * task.unit_chips + chip)) return true;
  return false;
}

namespace {

/// What the programmed chips make of all images that are held out of training, if they are to see them: of all, where
/// they see samples of the test images, too.
std::vector<ChipOutcome> evaluate_held_out(const PreparedEvaluation& prepared, const Poll& poll) {
  if (prepared.test->held_out().empty()) return {};
  return prepared.chips->evaluate(prepared.test->held_out(), poll);
}

}  // namespace

std::vector<ChipResult> Evaluations::evaluate_samples(const EvaluationTask& task, std::uint32_t unit,
                                                      const PreparedEvaluation& prepared, const Poll& poll) {
  const auto replica = static_cast<std::uint32_t>(task.replica);
  std::vector<ChipSample> samples;
  std::vector<std::vector<std::uint32_t>> images;
  for (std::uint32_t chip = 0; chip < task.unit_chips; ++chip) {
    samples.push_back(sampler_->draw(prepared.chip_key, replica, unit * task.unit_chips + chip));
    images.push_back(samples.back().images);
  }
  std::vector<ChipResult> results;
  std::vector<ChipOutcome> outcomes = prepared.chips->evaluate_each(images, poll);
  const std::vector<ChipOutcome> held_out = evaluate_held_out(prepared, poll);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const SampledAnswers answers = weigh_answers(samples[i], outcomes[i].answers, sampler_->strata(),
                                                 static_cast<std::size_t>(prepared.test->classes()));
    outcomes[i].tally = answers.tally;
    const SampleEvidence evidence{samples[i].images.size(), answers.accuracy.variance, answers.loss.variance};
    ChipResult& result = results.emplace_back(
        ChipResult{metrics_.compute({*prepared.model, prepared.test->data(), outcomes[i], &evidence,
                                     prepared.account_or_null(), held_out.empty() ? nullptr : &held_out[i].tally}),
                   false});
    if (!sampler_->sampling().is_pilot(replica, unit * task.unit_chips + i)) continue;
    const bool wants_loss = (experiment_.until && experiment_.until->metric == UntilMetric::loss) ||
                            (experiment_.race && experiment_.race->metric == RaceMetric::loss);
    const SampledQuantity& wanted = wants_loss ? answers.loss : answers.accuracy;
    for (const StratumSums& sums : wanted.sums) result.pilot_sums.push_back(sums.sum);
    for (const StratumSums& sums : wanted.sums) result.pilot_sums.push_back(sums.squares);
  }
  return results;
}

std::shared_ptr<PreparedEvaluation> Evaluations::chips_of(std::uint32_t evaluation, const Poll& poll) {
  return prepared_.find_or_make(evaluation, [&] { return prepare(plan_.evaluations[evaluation], poll); });
}

std::vector<ChipResult> Evaluations::evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll) {
  const EvaluationTask& task = plan_.evaluations[evaluation];
  const std::shared_ptr<PreparedEvaluation> prepared = chips_of(evaluation, poll);
  if (!prepared) return std::vector<ChipResult>(task.unit_chips, {metrics_.none(), true});
  const auto& [model, test, chips, key, account] = *prepared;
  chips->program({key, static_cast<std::uint32_t>(task.replica), unit * task.unit_chips}, poll);
  chips->deploy(poll);
  if (has_samples(task, unit)) return evaluate_samples(task, unit, *prepared, poll);
  std::vector<ChipResult> results;
  const std::vector<ChipOutcome> outcomes = chips->evaluate(test->all(), poll);
  const std::vector<ChipOutcome> held_out = evaluate_held_out(*prepared, poll);
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    results.push_back({metrics_.compute({.model = *model,
                                         .test = test->data(),
                                         .outcome = outcomes[i],
                                         .account = prepared->account_or_null(),
                                         .validation = held_out.empty() ? nullptr : &held_out[i].tally}),
                       false});
  return results;
}

}  // namespace ohmcarlo
