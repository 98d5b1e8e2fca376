#pragma once
// What rank 0 does for ohmcarlo tail: levels of all runs, one after the other.

#include <vector>

#include "app/exit_code.hpp"
#include "app/progress.hpp"
#include "app/tail_options.hpp"
#include "experiment/plan.hpp"
#include "records/tail.hpp"
#include "schedule/manager.hpp"
#include "schedule/ports.hpp"
#include "statistics/subset_simulation.hpp"
#include "storage/lock.hpp"
#include "trial/tail.hpp"

namespace ohmcarlo {

/// What workers have to learn before a level: the next stage of every run, and, once all are over, the bounds within
/// which the worst chip is searched for. Lot i is that of run i; behind them a lot a bound.
struct TailLesson {
  std::vector<TailStage> stages;
  std::vector<double> bounds;

  static auto members(auto& self) { return std::tie(self.stages, self.bounds); }
};

/// The one evaluation that is asked for.
struct TailPoint {
  std::size_t point = 0;
  std::uint32_t evaluation = 0;
};

/// Finds the point, with its first training. Throws BadUsage where it is not one point, or chips of it cannot be moved.
[[nodiscard]] TailPoint find_tail_point(const Experiment& experiment, const Plan& plan,
                                        const std::vector<std::string>& selectors);

class TailJob {
 public:
  /// What is passed must outlive this. `record` has the levels that are done.
  TailJob(const TailRequest& options, const Experiment& experiment, const Plan& plan, const TailPoint& point,
          TailRecord record, ResultsLock& lock, const Clock& clock);

  /// Manages the workers until all runs are over or the job has to stop; saves after every level, prints the estimate,
  /// dismisses the workers.
  ExitCode run(Communicator& communicator, LocalLine& line, double start);

 private:
  /// Makes the lesson of the next level of all runs that are not over, or of the search that comes last; false: no
  /// more.
  [[nodiscard]] bool has_stage();
  [[nodiscard]] Work stage_work() const;
  void enter(std::uint32_t run, const UnitResult& result);
  void end_stage();
  void save(const char* status);
  /// Shows other jobs that this one lives; to be called often.
  void beat();

  const TailRequest& options_;
  const Experiment& experiment_;
  const Plan& plan_;
  TailPoint point_;
  TailRecord record_;
  ResultsLock& lock_;
  double last_beat_ = 0;
  SubsetRule rule_;
  std::vector<SubsetRun> runs_;
  TailLesson lesson_;
  std::vector<std::vector<TailStates>> units_;  ///< of every run, what its units have yielded
  bool trained_ = false;
  Clock clock_;
  Progress progress_;
};

}  // namespace ohmcarlo
