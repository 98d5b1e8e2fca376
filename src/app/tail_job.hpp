#pragma once
// What rank 0 does for ohmcarlo tail: runs, each of which goes through its levels without waiting for the others.

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/exit_code.hpp"
#include "app/progress.hpp"
#include "app/saver.hpp"
#include "app/tail_options.hpp"
#include "experiment/plan.hpp"
#include "records/tail.hpp"
#include "schedule/manager.hpp"
#include "schedule/ports.hpp"
#include "statistics/subset_simulation.hpp"
#include "storage/lock.hpp"
#include "trial/tail_search.hpp"

namespace ohmcarlo {

/// What a worker has to learn right before units of a lot. Lot i is run i, whose units are the requests of a
/// TailSearch, each a group of chips; behind the runs a lot a bound, within which the worst chip is searched
/// for, of one unit.
struct TailLesson {
  std::vector<std::uint32_t> units;
  std::vector<std::vector<Lineage>> chips;  ///< of each of these units; none in a lot of a bound
  double bound = 0;                         ///< in sigma

  static auto members(auto& self) { return std::tie(self.units, self.chips, self.bound); }
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
  /// What is passed must outlive this. `record` has the levels that are done, and the one that was under way.
  /// `evaluators`: whether each rank evaluates chips of the runs; none: all do.
  TailJob(const TailRequest& options, const Experiment& experiment, const Plan& plan, const TailPoint& point,
          TailRecord record, ResultsLock& lock, const Clock& clock, std::vector<bool> evaluators = {});

  /// Manages the workers until all runs are over or the job has to stop; saves at checkpoints, prints the estimate,
  /// dismisses the workers.
  ExitCode run(Communicator& communicator, LocalLine& line, double start);

 private:
  [[nodiscard]] Work find_work() const;
  [[nodiscard]] std::string brief(const EvaluateUnits& units) const;
  /// Takes the scores of a group; returns what can be evaluated because of them.
  std::vector<LotNeed> enter(std::uint32_t lot, const UnitResult& result);
  /// Throws BadUsage if half of the plain chips are at the target: then it is not rare.
  void expect_rare() const;
  ExitCode conclude(JobHub& hub, const Outcome& outcome, double start);
  /// Brings the record up to what is known.
  void update_record(const char* status);
  /// Saves, beside the work, if the last time is long ago.
  void checkpoint();
  /// Shows other jobs that this one lives; to be called often.
  void beat();

  const TailRequest& options_;
  const Experiment& experiment_;
  const Plan& plan_;
  TailPoint point_;
  TailRecord record_;
  ResultsLock& lock_;
  std::vector<bool> evaluators_;
  std::mutex lock_mutex_;
  double last_beat_ = 0, last_save_ = 0;
  bool changed_ = false;  ///< since the last saving
  SubsetRule rule_;
  std::optional<TailSearch> search_;
  std::vector<double> bounds_;  ///< still to be searched within
  std::size_t said_ = 0;        ///< so many levels all runs were said to have got through
  std::size_t evaluated_ = 0;   ///< chips, by this job
  Clock clock_;
  Progress progress_;
  SaverOf<TailRecord> saver_;
};

}  // namespace ohmcarlo
