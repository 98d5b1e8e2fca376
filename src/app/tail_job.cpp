#include "app/tail_job.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/ranges.h>

#include "app/duration.hpp"
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
                 TailRecord record, ResultsLock& lock, const Clock& clock, std::vector<bool> evaluators)
    : options_(options),
      experiment_(experiment),
      plan_(plan),
      point_(point),
      record_(std::move(record)),
      lock_(lock),
      evaluators_(std::move(evaluators)),
      rule_(rule_of(record_)),
      clock_(clock),
      progress_(clock, shows_on_terminal()),
      saver_([this](TailRecord& tail) {
        save_tail(options_.out, tail, {.last_look = [this](std::span<const std::byte>) {
                    const std::scoped_lock guard(lock_mutex_);
                    lock_.confirm();
                  }});
      }) {
  std::vector<SubsetRun> runs;
  for (const std::vector<TailLevelRecord>& levels : record_.runs) runs.push_back(run_of(rule_, levels));
  try {
    search_.emplace(rule_, std::move(runs), record_.parts, experiment_.points[point_.point].chip_key,
                    plan_.evaluations[point_.evaluation].unit_chips);
  } catch (const std::runtime_error& error) {
    fail_results("{}: damaged ({})", options_.out, error.what());
  }
  said_ = search_->levels_done();
  std::ranges::copy_if(options_.bounds, std::back_inserter(bounds_), [&](double bound) {
    return std::ranges::find(record_.worst, bound, &WorstChip::bound) == record_.worst.end();
  });
}

Work TailJob::find_work() const {
  constexpr double kSearch = 200;  // a search of the adversary takes some 40 derivatives, a chip's evaluations several
  const EvaluationTask task = plan_.evaluations[point_.evaluation];
  Work work{.trained = std::vector<bool>(plan_.models.size()), .lots = {}, .equipped = evaluators_};
  for (std::size_t run = 0; run < search_->runs().size(); ++run) {
    Lot& lot = work.lots.emplace_back(
        Lot{.model = task.model, .units = {}, .other_model = task.range_model, .grows = true, .needs_equipment = true});
    for (std::uint32_t unit = 0; unit < search_->requests(run); ++unit) lot.units.push_back(unit);
  }
  for (std::size_t i = 0; i < bounds_.size(); ++i)
    work.lots.push_back({.model = task.model,
                         .units = {0},
                         .other_model = task.range_model,
                         .unit_cost = kSearch / static_cast<double>(task.unit_chips)});
  return work;
}

std::string TailJob::brief(const EvaluateUnits& units) const {
  TailLesson lesson{.units = units.units, .chips = {}};
  const std::size_t runs = search_->runs().size();
  if (units.lot >= runs)
    lesson.bound = bounds_[units.lot - runs];
  else
    for (const std::uint32_t unit : units.units) lesson.chips.push_back(search_->chips_of(units.lot, unit));
  return pack_bytes(lesson);
}

std::vector<LotNeed> TailJob::enter(std::uint32_t lot, const UnitResult& result) {
  changed_ = true;
  if (lot >= search_->runs().size()) {
    add_worst(unpack_bytes<std::vector<WorstChip>>(result.payload).at(0), record_);
    return {};
  }
  const TailSearch::Answered answered =
      search_->take(lot, result.unit, unpack_bytes<std::vector<ChipScore>>(result.payload));
  evaluated_ += answered.states;
  if (answered.ends_level) {
    record_.runs[lot] = record_of(search_->runs()[lot]);
    if (lot == 0) expect_rare();
    if (search_->levels_done() > said_ && search_->runs_left() > 0) {
      said_ = search_->levels_done();
      progress_.say(fmt::format("{}: all runs have got through level {}", experiment_.name, said_));
    }
  }
  return {{.lot = lot, .more = answered.more}};
}

void TailJob::expect_rare() const {
  const SubsetRun& run = search_->runs().front();
  if (run.levels.empty()) return;
  const auto many = std::ranges::count_if(run.levels.front().scores,
                                          [&](const ChipScore& score) { return score.accuracy <= rule_.target; });
  if (2 * static_cast<std::size_t>(many) >= rule_.chips)
    fail_usage("--below {}: {} of {} plain chips are there (allowed: what is rare; use 'ohmcarlo run' for it)",
               rule_.target, many, rule_.chips);
}

void TailJob::update_record(const char* status) {
  record_.status = status;
  record_.parts.clear();
  for (std::size_t run = 0; run < search_->runs().size(); ++run) record_.parts.push_back(search_->part(run));
}

void TailJob::checkpoint() {
  constexpr double kReportSeconds = 1.5;  // scores reach the manager at most this much later
  saver_.raise();
  const double now = clock_(), seconds = experiment_.checkpoint_seconds;
  if (!changed_ || now - last_save_ < std::max(seconds - kReportSeconds, seconds / 2) || saver_.is_busy()) return;
  update_record("running");
  saver_.begin(record_);
  last_save_ = now;
  changed_ = false;
}

void TailJob::beat() {
  if (clock_() - last_beat_ < kBeatSeconds) return;
  last_beat_ = clock_();
  const std::scoped_lock guard(lock_mutex_);
  lock_.beat();
}

ExitCode TailJob::run(Communicator& communicator, LocalLine& line, double start) {
  JobHub hub(communicator, line);
  Limits limits;
  if (options_.time_limit > 0) limits.stop_at = start + options_.time_limit;
  expect_rare();
  const Work work = find_work();
  update_record("running");
  saver_.save_now(record_);  // also shows that saving works before anything is computed
  last_save_ = clock_();
  std::vector<std::string> aims;
  if (search_->runs_left() > 0)
    aims.push_back(fmt::format("{} runs of levels of {} chips", search_->runs_left(), rule_.chips));
  if (!bounds_.empty()) aims.push_back(fmt::format("the worst chip within {:g} sigma", fmt::join(bounds_, ", ")));
  if (!aims.empty()) progress_.say(fmt::format("{}: {}", experiment_.name, fmt::join(aims, "; ")));
  const Outcome outcome =
      manage(hub, work,
             {.on_model = [](std::uint32_t, const std::string&) {},
              .on_unit = [this](std::uint32_t lot, const UnitResult& result) { return enter(lot, result); },
              .on_note = [this](const std::string& text) { progress_.say(text); },
              .on_tick =
                  [this](const WorkQueue&) {
                    beat();
                    checkpoint();
                  },
              .brief = [this](const EvaluateUnits& units) { return brief(units); }},
             limits, clock_, stop_requested);
  return conclude(hub, outcome, start);
}

ExitCode TailJob::conclude(JobHub& hub, const Outcome& outcome, double start) {
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
  update_record(code == ExitCode::done ? "complete" : "interrupted");
  if (code == ExitCode::done) conclude_tail(rule_, search_->runs(), record_);
  saver_.save_now(record_);
  progress_.finish();
  if (!message.empty()) print_error(message);
  const std::string done = fmt::format("{} chips in {}", evaluated_, format_duration(clock_() - start));
  if (code == ExitCode::resumable)
    fmt::print(stderr, "ohmcarlo: stopped after {}, all saved; run the same command with --resume to continue\n", done);
  if (code == ExitCode::done) {
    fmt::print("{}", tail_text(record_));
    fmt::print(stderr, "{}: {}\n", options_.out, done);
  }
  dismiss(hub, static_cast<int>(code));
  if (!outcome.all_idle) {
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(code));
  }
  return code;
}

}  // namespace ohmcarlo
