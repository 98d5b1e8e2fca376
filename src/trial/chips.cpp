#include "trial/chips.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "chip/weight_chips.hpp"
#include "deployment/array_chips.hpp"

namespace ohmcarlo {

void Evaluations::make_array_chips(const Point& point, std::optional<std::vector<LayerScales>> ranges,
                                   PreparedEvaluation& prepared, const Poll& poll) {
  const LoadedModel& model = *prepared.model;
  const std::shared_ptr<const SampleSet> training = data_.training(point.data);
  ArrayNetwork arrays(model.network(),
                      {.arrays = point.hardware.array,
                       .keep_planes = point.deployment.writes(),
                       .range_from = std::move(ranges),
                       .reads = device_ ? device_->array_reads() : nullptr},
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

std::unique_ptr<Chips> Evaluations::make_float_chips(const Point& point, const PreparedEvaluation& prepared,
                                                     std::uint32_t count) {
  const std::shared_ptr<const TrainedNetwork>& network = prepared.model->network();
  if (device_) return device_->make(network, point.hardware.variation, prepared.test, count);
  return make_weight_chips(network, point.hardware.variation, prepared.test, count);
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
    prepared.chips = make_float_chips(point, prepared, task.unit_chips);
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
std::vector<ChipOutcome> evaluate_held_out(const EvaluationSet& test, const Chips& chips, const Poll& poll) {
  if (test.held_out().empty()) return {};
  return chips.evaluate(test.held_out(), poll);
}

}  // namespace

std::vector<ChipResult> Evaluations::compute_on_samples(const PreparedEvaluation& prepared, Chips& chips,
                                                        const ChipNumbers& numbers, const Poll& poll) {
  std::vector<ChipSample> samples;
  std::vector<std::vector<std::uint32_t>> images;
  for (std::uint32_t chip = 0; chip < chips.count(); ++chip) {
    samples.push_back(sampler_->draw(numbers.key, numbers.replica, numbers.first_trial + chip));
    images.push_back(samples.back().images);
  }
  std::vector<ChipResult> results;
  std::vector<ChipOutcome> outcomes = chips.program_and_evaluate_each(numbers, images, poll);
  const std::vector<ChipOutcome> held_out = evaluate_held_out(*prepared.test, chips, poll);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const SampledAnswers answers = weigh_answers(samples[i], outcomes[i].answers, sampler_->strata(),
                                                 static_cast<std::size_t>(prepared.test->classes()));
    outcomes[i].tally = answers.tally;
    const SampleEvidence evidence{samples[i].images.size(), answers.accuracy.variance, answers.loss.variance};
    ChipResult& result = results.emplace_back(
        ChipResult{metrics_.compute({*prepared.model, prepared.test->data(), outcomes[i], &evidence,
                                     prepared.account_or_null(), held_out.empty() ? nullptr : &held_out[i].tally}),
                   false});
    if (!sampler_->sampling().is_pilot(numbers.replica, numbers.first_trial + i)) continue;
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

std::vector<ChipResult> Evaluations::compute(const PreparedEvaluation& prepared, Chips& chips,
                                             const ChipNumbers& numbers, bool on_samples, const Poll& poll) {
  if (on_samples) return compute_on_samples(prepared, chips, numbers, poll);
  chips.program(numbers, poll);
  chips.deploy(poll);
  std::vector<ChipResult> results;
  const std::vector<ChipOutcome> outcomes = chips.evaluate(prepared.test->all(), poll);
  const std::vector<ChipOutcome> held_out = evaluate_held_out(*prepared.test, chips, poll);
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    results.push_back({metrics_.compute({.model = *prepared.model,
                                         .test = prepared.test->data(),
                                         .outcome = outcomes[i],
                                         .account = prepared.account_or_null(),
                                         .validation = held_out.empty() ? nullptr : &held_out[i].tally}),
                       false});
  return results;
}

UnitPart Evaluations::part_of(std::uint32_t evaluation, std::uint32_t unit, const EvaluationTask& task) const {
  const auto number = [](const UnitPart& part) { return std::pair(part.evaluation, part.unit); };
  const auto found = std::ranges::lower_bound(parts_, std::pair(evaluation, unit), {}, number);
  if (found != parts_.end() && number(*found) == std::pair(evaluation, unit)) return *found;
  return {evaluation, unit, 0, task.unit_chips};
}

std::vector<ChipResult> Evaluations::evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll) {
  const EvaluationTask& task = plan_.evaluations[evaluation];
  const UnitPart part = part_of(evaluation, unit, task);
  const std::shared_ptr<PreparedEvaluation> prepared = chips_of(evaluation, poll);
  std::vector<ChipResult> results(task.unit_chips);
  std::vector<ChipResult> computed;
  if (prepared) {
    const bool whole = part.end - part.first == task.unit_chips;
    std::unique_ptr<Chips> fewer;
    if (!whole) fewer = make_float_chips(experiment_.points[task.points.front()], *prepared, part.end - part.first);
    computed =
        compute(*prepared, whole ? *prepared->chips : *fewer,
                {prepared->chip_key, static_cast<std::uint32_t>(task.replica), unit * task.unit_chips + part.first},
                has_samples(task, unit), poll);
  } else {
    computed.assign(part.end - part.first, {metrics_.none(), true});
  }
  std::ranges::move(computed, results.begin() + part.first);
  return results;
}

}  // namespace ohmcarlo
