#pragma once
// The evaluations of an experiment: the chips of one point and replica after the other.

#include <memory>
#include <vector>

#include "trial/chip_result.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo {

/// Everything that the chips of one evaluation share, prepared once.
class PreparedEvaluation {
 public:
  PreparedEvaluation() = default;
  PreparedEvaluation(const PreparedEvaluation&) = delete;
  PreparedEvaluation& operator=(const PreparedEvaluation&) = delete;
  virtual ~PreparedEvaluation() = default;
  /// Programs and evaluates the chips unit * unit_chips and those that follow, always a whole unit: the values of one
  /// chip after the other, of the metrics that it was prepared for.
  [[nodiscard]] virtual std::vector<std::vector<double>> evaluate(std::uint32_t unit, const Poll& poll) = 0;
};

/// Evaluations by their number in the plan.
class Evaluations {
 public:
  /// What is passed must outlive this.
  Evaluations(const Experiment& experiment, const Plan& plan, DataSource& data, Models& models)
      : experiment_(experiment), plan_(plan), data_(data), models_(models), metrics_(experiment) {}

  [[nodiscard]] const MetricSet& metrics() const { return metrics_; }
  /// Evaluates the chips unit * unit_chips and those that follow, always a whole unit.
  [[nodiscard]] std::vector<ChipResult> evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll);

 private:
  /// Null if a network that it needs diverged in training: then there are no chips.
  [[nodiscard]] std::shared_ptr<PreparedEvaluation> prepare(const EvaluationTask& task, const Poll& poll);

  const Experiment& experiment_;
  const Plan& plan_;
  DataSource& data_;
  Models& models_;
  MetricSet metrics_;
  LastUsed<std::uint32_t, PreparedEvaluation> prepared_;
};

}  // namespace ohmcarlo
