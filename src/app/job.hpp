#pragma once
// What rank 0 does for a running job: hands out work, collects results, saves them.

#include <cstdint>
#include <string>
#include <vector>

#include "app/demand.hpp"
#include "app/exit_code.hpp"
#include "app/progress.hpp"
#include "app/run_options.hpp"
#include "app/session.hpp"
#include "base/clock.hpp"
#include "experiment/plan.hpp"
#include "schedule/manager.hpp"
#include "schedule/ports.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo {

class Job {
 public:
  /// What is passed must outlive this. `metrics`: of every chip of the experiment.
  Job(const RunOptions& options, const Experiment& experiment, const std::vector<Metric>& metrics, const Plan& plan,
      Session& session, const ModelStore& store, const Clock& clock);

  /// Manages the workers of `communicator`, and the one at the other end of `line`, until all is done or the job has to
  /// stop; saves, prints the results, dismisses the workers. `start`: when the command began. Does not return if a
  /// worker does not let go.
  ExitCode run(Communicator& communicator, LocalLine& line, double start);

 private:
  /// What is left to do. Models that are in the store already are entered into the results.
  Work find_work();
  void announce(const Work& work, int ranks);
  void enter_model(std::uint32_t number, const std::string& payload);
  /// Enters chips that are needed.
  void enter_unit(std::uint32_t lot, const UnitResult& result);
  /// Saves and shows the progress when it is time to.
  void keep_up(const WorkQueue& queue);
  ExitCode conclude(JobHub& hub, const Outcome& outcome, double start);
  /// A worker that does not let go cannot be joined; everything is saved, the launcher ends the other ranks.
  [[noreturn]] void leave_at_once(ExitCode code);

  const RunOptions& options_;
  const Experiment& experiment_;
  const std::vector<Metric>& metrics_;
  const Plan& plan_;
  Session& session_;
  const ModelStore& store_;
  const Clock& clock_;
  ChipDemand demand_;
  Progress progress_;
};

}  // namespace ohmcarlo
