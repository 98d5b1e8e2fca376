#pragma once
// The results file of a running job: opened or resumed, filled by the manager, saved at checkpoints.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/saver.hpp"
#include "base/clock.hpp"
#include "experiment/plan.hpp"
#include "experiment/stopping.hpp"
#include "experiment/table_points.hpp"
#include "records/results.hpp"
#include "storage/results_file.hpp"
#include "storage/results_writer.hpp"
#include "trial/chip_result.hpp"

namespace ohmcarlo {

enum class IfExists { refuse, resume, overwrite };

/// Refuses a file that is not ours, exists without a flag, or belongs to another experiment. Nothing is written yet.
class Session {
 public:
  /// Takes the lock, waiting as `lock` says. Throws Error (exit 4, or 75 if it may be waited for again). `reading`: of
  /// a file that is resumed. `metrics`: of every chip of the experiment, whatever its point; `data_hashes`: sha256 of
  /// each data set by name; `classes`: of the first point's.
  Session(std::string path, IfExists if_exists, const Experiment& experiment, const std::vector<Metric>& metrics,
          const std::map<std::string, std::string>& data_hashes, std::size_t classes, const Provenance& run,
          const LockOptions& lock = {}, const ReadOptions& reading = {});

  [[nodiscard]] const Table& table() const { return results_.table; }
  [[nodiscard]] const Results& results() const { return results_; }
  [[nodiscard]] std::size_t found() const { return found_; }  ///< cells that were already there
  /// Of the table's points; nothing without trials.until.
  [[nodiscard]] const std::optional<StoppingRules>& rules() const { return rules_; }

  /// Of the table's points; nothing without trials.race.
  [[nodiscard]] const std::optional<RaceRules>& races() const { return races_; }

  /// How chips see samples of the test images; nothing where they see all.
  [[nodiscard]] const std::optional<Sampling>& sampling() const { return results_.sampling; }
  void set_sampling(Sampling sampling);
  /// The experiment's points in the table.
  [[nodiscard]] const TablePoints& points_in_table() const { return *places_; }

  /// Makes room for so many chips of every point and replica, if there is less.
  void make_room(std::size_t trials);

  /// Enters a model that was trained or found: number `number` of the plan.
  void add(const ModelRecord& model, const Plan& plan, std::uint32_t number);
  /// Enters the chips of a unit of work, which took `seconds` together.
  void add(const std::vector<ChipResult>& chips, double seconds, const Experiment& experiment,
           const EvaluationTask& task, std::uint32_t unit);

  /// Where the chips of an evaluation are equal and chip 0 is there, enters it as every other one below number `chips`
  /// that is not.
  void fill_equal_chips(const EvaluationTask& task, std::size_t chips);

  /// Begins to save, in a thread of its own, if something is new, no saving is going on, and the last one began
  /// `checkpoint_seconds` ago, less the time that chips take to be reported. Throws what an earlier saving threw.
  void checkpoint(double checkpoint_seconds, const Clock& clock);
  /// Waits for a saving that is going on. Throws what it threw.
  void finish_saving() { saver_->wait(); }
  /// Waits likewise, then saves and returns when that is done.
  void save(RunStatus status);
  /// Shows other jobs that this one lives, whatever it does; to be called often.
  void beat(const Clock& clock) { writer_->beat(clock()); }
  /// What the user should know of the file and its file system, once the session is open.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  /// Gives up the lock: for leaving without destructors.
  void release() {
    saver_.reset();
    writer_.reset();
  }
  /// Enters a text into the provenance of this run, in place of one of the same name.
  void note(const std::string& name, const std::string& text);

 private:
  std::string path_;
  std::unique_ptr<ResultsWriter> writer_;
  std::vector<std::string> warnings_;
  std::unique_ptr<Saver> saver_;  ///< uses the writer
  std::vector<Metric> metrics_;   ///< of the experiment; the table may have more, and longer ones
  Results results_;
  std::optional<TablePoints> places_;  ///< of the experiment's points in the table
  std::optional<StoppingRules> rules_;
  std::optional<RaceRules> races_;
  std::size_t found_ = 0;
  bool changed_ = false;
  double last_begun_ = 0;  ///< when the last saving at a checkpoint began
};

}  // namespace ohmcarlo
