#pragma once
// How the work of an experiment is done: train a model, evaluate a group of chips. Both depend on the plan alone.

#include "experiment/sampling.hpp"
#include "trial/chips.hpp"

namespace ohmcarlo {

class ExperimentTasks {
 public:
  /// What is passed must outlive this. `device`: what makes chips with float weights; none: the processor.
  ExperimentTasks(const Experiment& experiment, const Plan& plan, DataSource& data, ModelSource& source,
                  const Clock& clock, std::shared_ptr<gpu::ChipMaker> device = nullptr)
      : experiment_(experiment),
        plan_(plan),
        data_(data),
        models_(experiment, plan, data, source, clock),
        evaluations_(experiment, plan, data, models_, std::move(device)) {}

  ExperimentTasks(const ExperimentTasks&) = delete;  // evaluations_ refers to models_
  ExperimentTasks& operator=(const ExperimentTasks&) = delete;

  /// The record of a model, which is trained and saved unless it is there already. Goes on from what an earlier
  /// training left; keeps its own progress now and then, and says a line of it at the end of epochs that take their
  /// time.
  [[nodiscard]] ModelRecord train(std::uint32_t model, const Poll& poll, const Say& say) {
    return models_.obtain(model, poll, say).record;
  }
  /// Takes in what the manager says before a stage of the job: Lesson of experiment/sampling.hpp.
  void learn(const Lesson& lesson);

  /// Evaluates the chips unit * unit_chips and those that follow of an evaluation: Evaluations::evaluate.
  [[nodiscard]] std::vector<ChipResult> evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll) {
    return evaluations_.evaluate(evaluation, unit, poll);
  }
  /// The chips of an evaluation, as they were left; null if their network diverged.
  [[nodiscard]] std::shared_ptr<PreparedEvaluation> chips_of(std::uint32_t evaluation, const Poll& poll) {
    return evaluations_.chips_of(evaluation, poll);
  }
  /// How hard the test images are for a model: what is evaluated in the stage that makes strata of them.
  [[nodiscard]] ImageHardness rank_images(std::uint32_t model, const Poll& poll);
  /// Whether this is that stage.
  [[nodiscard]] bool ranks_images() const { return ranks_images_; }
  /// The chips of the unit that was evaluated last, as evaluate() has left them; null if their network diverged.
  [[nodiscard]] std::shared_ptr<const PreparedEvaluation> last_chips() const { return evaluations_.last(); }

 private:
  const Experiment& experiment_;
  const Plan& plan_;
  DataSource& data_;
  Models models_;
  Evaluations evaluations_;
  bool ranks_images_ = false;
};

}  // namespace ohmcarlo
