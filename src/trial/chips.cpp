#include "trial/chips.hpp"

#include <optional>

#include "base/error.hpp"
#include "chip/weight_chips.hpp"

namespace ohmcarlo {
namespace {

/// What both kinds of chips need.
struct Common {
  const MetricSet& metrics;
  Point point;
  EvaluationTask task;
  std::shared_ptr<const LoadedModel> model;
  const EvaluationSet& test;

  [[nodiscard]] std::uint32_t replica() const { return static_cast<std::uint32_t>(task.replica); }
};

/// Chips whose weights are floats, a group at a time.
class WeightEvaluation final : public PreparedEvaluation {
 public:
  explicit WeightEvaluation(Common common) : common_(std::move(common)) {}

  std::vector<std::vector<double>> evaluate(std::uint32_t unit, const Poll& poll) override {
    const auto& [metrics, point, task, model, test] = common_;
    const Variation& variation = point.hardware.variation;
    const std::unique_ptr<WeightChips> chips = make_weight_chips(model->spec(), task.unit_chips);
    for (std::uint32_t i = 0; i < task.unit_chips; ++i)
      chips->program(i, model->state(), variation, point.chip_key,
                     chip_address(variation, common_.replica(), unit * task.unit_chips + i));
    std::vector<std::vector<double>> values;
    for (const Tally& tally : chips->evaluate(test, poll))
      values.push_back(metrics.compute({.model = *model, .test = test.data(), .tally = tally}));
    return values;
  }

 private:
  Common common_;
};

/// Chips on arrays, one at a time.
class ArrayEvaluation final : public PreparedEvaluation {
 public:
  ArrayEvaluation(Common common, const SampleSet& training, Split split, const std::vector<LayerScales>* range_from,
                  const Poll& poll)
      : common_(std::move(common)),
        arrays_(common_.model->spec(), common_.model->state(), common_.point.hardware.array, training, common_.test,
                poll, common_.point.deployment.writes(), range_from) {
    require(common_.task.unit_chips == 1, "chips on arrays come one at a time");
    if (common_.point.deployment.any())
      deployment_.emplace(common_.point.deployment, arrays_,
                          DeploymentImages{&training, common_.model->scaling(), std::move(split.training)}, poll);
  }

  std::vector<std::vector<double>> evaluate(std::uint32_t unit, const Poll& poll) override {
    arrays_.program(common_.point.chip_key, common_.replica(), unit, poll);
    const DeploymentOutcome deployed = deployment_ ? deployment_->run(poll) : DeploymentOutcome{};
    const ArrayOutcome outcome = arrays_.test(poll);
    return {common_.metrics.compute({.model = *common_.model,
                                     .test = common_.test.data(),
                                     .tally = outcome.tally,
                                     .layers = outcome.layers,
                                     .deployment = &deployed})};
  }

 private:
  Common common_;
  ArrayNetwork arrays_;
  std::optional<Deployment> deployment_;  ///< of arrays_, if anything is done to chips
};

}  // namespace

std::shared_ptr<PreparedEvaluation> Evaluations::prepare(const EvaluationTask& task, const Poll& poll) {
  const Point& point = experiment_.points[task.points.front()];
  const bool folded = point.hardware.fold_normalisation;
  std::optional<std::vector<LayerScales>> ranges;
  if (task.range_model) {
    const std::shared_ptr<const LoadedModel> other = models_.load(*task.range_model, folded, poll);
    if (other->diverged()) return nullptr;
    ranges = ArrayNetwork(other->spec(), other->state(), point.hardware.array, data_.training(point.data),
                          data_.test(point.data, other->scaling()), poll)
                 .scales();
  }
  const std::shared_ptr<const LoadedModel> model = models_.load(task.model, folded, poll);
  if (model->diverged()) return nullptr;
  Common common{metrics_, point, task, model, data_.test(point.data, model->scaling())};
  if (!point.hardware.arrays) return std::make_shared<WeightEvaluation>(std::move(common));
  return std::make_shared<ArrayEvaluation>(std::move(common), data_.training(point.data),
                                           data_.split_training(point.data, experiment_.seed),
                                           ranges ? &*ranges : nullptr, poll);
}

std::vector<ChipResult> Evaluations::evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll) {
  const EvaluationTask& task = plan_.evaluations[evaluation];
  const std::shared_ptr<PreparedEvaluation> prepared = prepared_.get(evaluation, [&] { return prepare(task, poll); });
  if (!prepared) return std::vector<ChipResult>(task.unit_chips, {metrics_.none(), true});
  std::vector<ChipResult> results;
  for (std::vector<double>& values : prepared->evaluate(unit, poll)) results.push_back({std::move(values), false});
  return results;
}

}  // namespace ohmcarlo
