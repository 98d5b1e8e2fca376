#pragma once
// The results file of a running job: opened or resumed, filled by the manager, saved at checkpoints.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "experiment/plan.hpp"
#include "records/results.hpp"
#include "storage/lock.hpp"
#include "trial/chip_result.hpp"

namespace ohmcarlo {

enum class IfExists { refuse, resume, overwrite };

/// Refuses a file that is not ours, exists without a flag, or belongs to another experiment. Nothing is written yet.
class Session {
 public:
  /// Takes the lock. Throws Error (exit 4).
  /// `metrics`: of every chip of the experiment, whatever its point.
  Session(std::string path, IfExists if_exists, const Experiment& experiment, const std::vector<Metric>& metrics,
          const std::string& identity, std::size_t classes, const Facts& run);

  [[nodiscard]] const Table& table() const { return results_.table; }
  [[nodiscard]] const Results& results() const { return results_; }
  [[nodiscard]] std::size_t found() const { return found_; }  ///< cells that were already there

  void add(const ModelRecord& model, const Experiment& experiment, const Plan& plan, std::uint32_t number);
  void add(const std::vector<ChipResult>& chips, double seconds, const Experiment& experiment,
           const EvaluationTask& task, std::uint32_t unit);

  /// Saves if something is new and the last saving is `checkpoint_seconds` ago (longer if saving takes long).
  void checkpoint(double checkpoint_seconds, const Clock& clock);
  void save(RunStatus status);
  /// Gives up the lock: for leaving without destructors.
  void release() { lock_.reset(); }
  /// A fact about this run, for its provenance.
  void note(const std::string& name, const std::string& text);

 private:
  std::string path_;
  std::unique_ptr<ResultsLock> lock_;
  std::vector<Metric> metrics_;  ///< of the experiment; the table may have more, and longer ones
  Results results_;
  std::size_t found_ = 0;
  bool changed_ = false;
  double last_saved_ = 0, saving_took_ = 0;
};

/// True if all cells of the plan are there: those that the experiment asks for, or a shard's part of them.
[[nodiscard]] bool is_complete(const Experiment& experiment, const Plan& plan, const Table& table);

}  // namespace ohmcarlo
