#pragma once
// The evaluations of an experiment: the chips of one point and replica after the other.

#include <memory>
#include <optional>
#include <vector>

#include "accelerator/account.hpp"
#include "chip/chips.hpp"
#include "crossbar/layer_scales.hpp"
#include "gpu/chip_maker.hpp"
#include "trial/chip_result.hpp"
#include "trial/chip_sample.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo {

/// Everything that the chips of one evaluation share.
struct PreparedEvaluation {
  std::shared_ptr<const LoadedModel> model;
  std::shared_ptr<const EvaluationSet> test;
  std::unique_ptr<Chips> chips;         ///< as many as a unit has
  std::uint64_t chip_key = 0;           ///< of their random numbers
  std::optional<Account> account = {};  ///< what an inference takes on the point's accelerator, if it has one

  [[nodiscard]] const Account* account_or_null() const { return account ? &*account : nullptr; }
};

/// Evaluations by their number in the plan.
class Evaluations {
 public:
  /// What is passed must outlive this. `device`: what makes chips with float weights, and reads arrays; none:
  /// the processor.
  Evaluations(const Experiment& experiment, const Plan& plan, DataSource& data, Models& models,
              std::shared_ptr<gpu::ChipMaker> device = nullptr)
      : experiment_(experiment),
        plan_(plan),
        data_(data),
        models_(models),
        metrics_(experiment),
        device_(std::move(device)) {}

  /// Chips see samples of the test images from now on, by this design. Those without any randomness, of which one
  /// stands for all, still see all images.
  void sample_images(Sampling sampling) { sampler_.emplace(std::move(sampling)); }

  /// Of these units only some chips are computed from now on. In ascending order of evaluation and unit.
  void compute_parts(std::vector<UnitPart> parts) { parts_ = std::move(parts); }

  /// Programs and evaluates the chips unit * unit_chips and those that follow: one result for each chip of the unit,
  /// without values for those that are not computed (compute_parts).
  [[nodiscard]] std::vector<ChipResult> evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll);

  /// The chips of an evaluation, as they were left; null if their network diverged.
  [[nodiscard]] std::shared_ptr<PreparedEvaluation> chips_of(std::uint32_t evaluation, const Poll& poll);

  /// The chips of the unit that was evaluated last as a whole, as evaluate() has left them; null if their network
  /// diverged.
  [[nodiscard]] std::shared_ptr<const PreparedEvaluation> last() const { return prepared_.last(); }

 private:
  /// Null if a network that it needs diverged in training: then there are no chips.
  [[nodiscard]] std::shared_ptr<PreparedEvaluation> prepare(const EvaluationTask& task, const Poll& poll);
  /// Whether chips of the unit see samples of the test images, or are the pilot.
  [[nodiscard]] bool has_samples(const EvaluationTask& task, std::uint32_t unit) const;
  [[nodiscard]] UnitPart part_of(std::uint32_t evaluation, std::uint32_t unit, const EvaluationTask& task) const;
  /// Programs `chips` as numbers.first_trial and on, and evaluates them.
  [[nodiscard]] std::vector<ChipResult> compute(const PreparedEvaluation& prepared, Chips& chips,
                                                const ChipNumbers& numbers, bool on_samples, const Poll& poll);
  /// The same on samples of their own; those of the pilot also give its sums.
  [[nodiscard]] std::vector<ChipResult> compute_on_samples(const PreparedEvaluation& prepared, Chips& chips,
                                                           const ChipNumbers& numbers, const Poll& poll);
  /// `count` chips of `prepared`, which has model and test set, with float weights, on the device if there is one.
  [[nodiscard]] std::unique_ptr<Chips> make_float_chips(const Point& point, const PreparedEvaluation& prepared,
                                                        std::uint32_t count);
  /// The chips of `prepared`, which has model and test set, on arrays; also its account.
  void make_array_chips(const Point& point, std::optional<std::vector<LayerScales>> ranges,
                        PreparedEvaluation& prepared, const Poll& poll);

  const Experiment& experiment_;
  const Plan& plan_;
  DataSource& data_;
  Models& models_;
  MetricSet metrics_;
  std::shared_ptr<gpu::ChipMaker> device_;
  std::optional<ChipSampler> sampler_;
  std::vector<UnitPart> parts_;
  LastUsed<std::uint32_t, PreparedEvaluation> prepared_;
};

}  // namespace ohmcarlo
