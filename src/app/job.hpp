#pragma once
// What rank 0 does for a running job: hands out work, collects results, saves them.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/demand.hpp"
#include "app/exit_code.hpp"
#include "app/progress.hpp"
#include "app/run_options.hpp"
#include "app/sample_stages.hpp"
#include "app/session.hpp"
#include "base/clock.hpp"
#include "experiment/plan.hpp"
#include "schedule/manager.hpp"
#include "schedule/ports.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo {

class Job {
 public:
  /// What is passed must outlive this. `metrics`: of every chip of the experiment. `plan`: what this job computes of
  /// the `whole`. `evaluators`: whether each rank evaluates chips; none: all do.
  Job(const RunOptions& options, const Experiment& experiment, const std::vector<Metric>& metrics, const Plan& plan,
      const Plan& whole, Session& session, const ModelStore& store, const Clock& clock,
      std::vector<bool> evaluators = {});

  /// Manages the workers of `communicator`, and the one at the other end of `line`, until all is done or the job has to
  /// stop; saves, prints the results, dismisses the workers. `start`: when the command began. Does not return if a
  /// worker does not let go.
  ExitCode run(Communicator& communicator, LocalLine& line, double start);

 private:
  /// Finds the models that are in the store already and enters them into the results.
  void find_models();
  void announce(const Work& work, int ranks);
  /// Work whose units are chips.
  [[nodiscard]] Work on_chips(Work work) const;
  /// Works out which images chips see, where they see samples.
  Outcome design_samples(JobHub& hub, const Limits& limits);
  /// What workers report, whatever the stage; `on_unit` is the stage's own.
  Observer observe(std::function<std::vector<LotNeed>(std::uint32_t lot, const UnitResult& result)> on_unit);
  void enter_model(std::uint32_t number, const std::string& payload);
  /// Enters a model into the results; one that may become needed waits outside them until it is.
  void add_model(std::uint32_t number, const ModelRecord& model);
  /// Enters those that wait and are needed by now.
  void add_needed_models();
  /// Enters chips that are needed.
  void enter_unit(std::uint32_t lot, const UnitResult& result);
  /// Saves and shows the progress when it is time to.
  void keep_up(const WorkQueue& queue);
  [[nodiscard]] std::size_t chips_run() const { return pilot_run_ + (demand_ ? demand_->chips_run() : 0); }
  ExitCode conclude(JobHub& hub, const Outcome& outcome, double start);
  /// What the results are once the job has ended.
  [[nodiscard]] RunStatus final_status() const;
  /// A worker that does not let go cannot be joined; everything is saved, the launcher ends the other ranks.
  [[noreturn]] void leave_at_once(ExitCode code);

  const RunOptions& options_;
  const Experiment& experiment_;
  const std::vector<Metric>& metrics_;
  const Plan& plan_;
  const Plan& whole_;
  Session& session_;
  const ModelStore& store_;
  const Clock& clock_;
  std::vector<bool> evaluators_;
  SampleStages stages_;
  std::vector<bool> trained_;                     ///< one a model
  std::map<std::uint32_t, ModelRecord> waiting_;  ///< models of trainings that no look has asked for yet
  std::size_t pilot_run_ = 0, pilot_to_run_ = 0;  ///< chips of the pilot
  std::optional<ChipDemand> demand_;              ///< once it is known which images chips see
  Progress progress_;
};

}  // namespace ohmcarlo
