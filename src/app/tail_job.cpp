#include "app/tail_job.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/ranges.h>

#include "app/message.hpp"
#include "app/tail_record.hpp"
#include "app/terminal.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "experiment/selection.hpp"
#include "storage/tail_file.hpp"

namespace ohmcarlo {

TailPoint find_tail_point(const Experiment& experiment, const Plan& plan, const std::vector<std::string>& selectors) {
  const std::vector<std::size_t> points = select_points(experiment.shape, selectors);
  if (points.size() != 1)
    fail_usage("tail: {} points are meant (allowed: --point KEY=VALUE, until one is left)", points.size());
  TailPoint found{points.front(), 0};
  const Point point = experiment.points[found.point];
  if (point.deployment.any())
    fail_usage("tail: chips with steps of deployment do not move (allowed: none in 'deployment.steps')");
  if (point.hardware.arrays && point.hardware.array.cells.verify)
    fail_usage("tail: pulses of write-verify do not move (allowed: no 'hardware.write_verify')");
  while (true) {
    const EvaluationTask task = plan.evaluations[found.evaluation];
    if (task.replica == 0 && std::ranges::find(task.points, found.point) != task.points.end()) {
      if (task.equal_chips) fail_usage("tail: all chips of the point are alike (allowed: a point with variation)");
      return found;
    }
    ++found.evaluation;
  }
}

TailJob::TailJob(const TailRequest& options, const Experiment& experiment, const Plan& plan, const TailPoint& point,
                 TailRecord record, ResultsLock& lock, const Clock& clock)
    : options_(options),
      experiment_(experiment),
      plan_(plan),
      point_(point),
      record_(std::move(record)),
      lock_(lock),
      rule_(rule_of(record_)),
      clock_(clock),
      progress_(clock, shows_on_terminal()) {
  for (const std::vector<TailLevelRecord>& levels : record_.runs) runs_.push_back(run_of(rule_, levels));
}

bool TailJob::has_stage() {
  lesson_ = {};
  const std::uint64_t key = experiment_.points[point_.point].chip_key;
  // Runs go through their levels together: one that an earlier job has left behind comes first.
  std::size_t least = rule_.most_levels;
  for (std::uint32_t r = 0; r < runs_.size(); ++r) {
    lesson_.stages.push_back(next_stage(rule_, runs_[r], key, r));
    if (lesson_.stages.back().level > 0) least = std::min(least, runs_[r].levels.size());
  }
  for (std::size_t r = 0; r < runs_.size(); ++r)
    if (runs_[r].levels.size() > least) lesson_.stages[r] = {};
  if (std::ranges::any_of(lesson_.stages, [](const TailStage& stage) { return stage.level > 0; })) return true;
  std::ranges::copy_if(options_.bounds, std::back_inserter(lesson_.bounds), [&](double bound) {
    return std::ranges::find(record_.worst, bound, &WorstChip::bound) == record_.worst.end();
  });
  return !lesson_.bounds.empty();
}

Work TailJob::stage_work() const {
  const EvaluationTask task = plan_.evaluations[point_.evaluation];
  Work work{.trained = std::vector<bool>(plan_.models.size()),
            .lots = {},
            .brief = pack_bytes(lesson_),
            .training_costs = {}};
  work.trained[task.model] = trained_;
  for (const TailStage& stage : lesson_.stages) {
    Lot& lot = work.lots.emplace_back(Lot{.model = task.model, .units = {}, .other_model = task.range_model});
    const std::size_t units = (stage.chains.size() + task.unit_chips - 1) / task.unit_chips;
    for (std::uint32_t unit = 0; unit < units; ++unit) lot.units.push_back(unit);
  }
  for (std::size_t i = 0; i < lesson_.bounds.size(); ++i)
    work.lots.push_back({.model = task.model, .units = {0}, .other_model = task.range_model});
  return work;
}

void TailJob::enter(std::uint32_t run, const UnitResult& result) {
  if (run >= runs_.size()) {
    add_worst(unpack_bytes<WorstChip>(result.payload), record_);
    return;
  }
  units_[run][result.unit] = unpack_bytes<TailStates>(result.payload);
}

void TailJob::end_stage() {
  for (std::size_t r = 0; r < runs_.size(); ++r) {
    if (lesson_.stages[r].level == 0) continue;
    SubsetLevel level = runs_[r].levels.empty() ? SubsetLevel() : begin_level(rule_, runs_[r]);
    for (const TailStates& states : units_[r]) {
      level.scores.insert(level.scores.end(), states.scores.begin(), states.scores.end());
      if (!runs_[r].levels.empty())
        for (const std::uint8_t accepted : states.accepted) level.accepted.push_back(accepted != 0);
    }
    end_level(rule_, std::move(level), runs_[r]);
    record_.runs[r] = record_of(runs_[r]);
  }
}

void TailJob::save(const char* status) {
  record_.status = status;
  save_tail(options_.out, record_, {.last_look = [this](std::span<const std::byte>) { lock_.confirm(); }});
}

void TailJob::beat() {
  if (clock_() - last_beat_ < kBeatSeconds) return;
  last_beat_ = clock_();
  lock_.beat();
}

ExitCode TailJob::run(Communicator& communicator, LocalLine& line, double start) {
  JobHub hub(communicator, line);
  Limits limits;
  if (options_.time_limit > 0) limits.stop_at = start + options_.time_limit;
  save("running");
  Outcome outcome;
  while (outcome.ending == Ending::done && has_stage()) {
    const Work work = stage_work();
    units_.assign(runs_.size(), {});
    std::size_t chains = 0, level = 0;
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      units_[r].resize(work.lots[r].units.size());
      chains += lesson_.stages[r].chains.size();
      level = std::max<std::size_t>(level, lesson_.stages[r].level);
    }
    progress_.say(lesson_.bounds.empty() ? fmt::format("{}: level {}, {} chains", experiment_.name, level, chains)
                                         : fmt::format("{}: the worst chip within {:g} sigma", experiment_.name,
                                                       fmt::join(lesson_.bounds, ", ")));
    outcome = manage(hub, work,
                     {[this](std::uint32_t, const std::string&) { trained_ = true; },
                      [this](std::uint32_t run, const UnitResult& result) {
                        enter(run, result);
                        return std::vector<LotNeed>();
                      },
                      [this](const std::string& text) { progress_.say(text); }, [this](const WorkQueue&) { beat(); }},
                     limits, clock_, stop_requested);
    if (outcome.ending != Ending::done) break;
    trained_ = true;
    end_stage();
    const auto many = std::ranges::count_if(runs_.front().levels.front().scores,
                                            [&](const ChipScore& score) { return score.accuracy <= rule_.target; });
    if (2 * static_cast<std::size_t>(many) >= rule_.chips)
      fail_usage("--below {}: {} of {} plain chips are there (allowed: what is rare; use 'ohmcarlo run' for it)",
                 rule_.target, many, rule_.chips);
    save("running");
    if (outcome.asked_to_stop) outcome.ending = Ending::stopped;
  }
  ExitCode code = outcome.ending == Ending::done ? ExitCode::done : ExitCode::resumable;
  std::string message;
  if (outcome.failure) {
    message = outcome.failure->message;
    try {
      outcome.failure->raise();
    } catch (const std::exception& error) {
      code = exit_code_of(error);
    }
  }
  if (code == ExitCode::done) conclude_tail(rule_, runs_, record_);
  save(code == ExitCode::done ? "complete" : "interrupted");
  progress_.finish();
  if (!message.empty()) print_error(message);
  if (code == ExitCode::resumable)
    fmt::print(stderr, "ohmcarlo: stopped, whole levels are saved; run the same command with --resume to continue\n");
  if (code == ExitCode::done) fmt::print("{}", tail_text(record_));
  dismiss(hub, static_cast<int>(code));
  if (!outcome.all_idle) {
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(code));
  }
  return code;
}

}  // namespace ohmcarlo
