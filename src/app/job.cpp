#include "app/job.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/core.h>
#include <unistd.h>

#include "app/duration.hpp"
#include "app/provenance.hpp"
#include "app/table_text.hpp"
#include "base/error.hpp"
#include "experiment/summary.hpp"
#include "trial/messages.hpp"

namespace ohmcarlo {
namespace {

/// The exit status that a job's ending stands for.
ExitCode code_of_ending(const Outcome& outcome) {
  if (outcome.ending != Ending::failed) return outcome.ending == Ending::done ? ExitCode::done : ExitCode::resumable;
  try {
    outcome.failure->raise();
  } catch (const std::exception& error) {
    return exit_code_of(error);
  }
}

/// How a job ends whose stage ended like this, if another stage was to come: a signal that came with the last unit of
/// the one, and to a worker alone, would not be heard in the other.
bool ends_job(Outcome& stage) {
  if (stage.ending == Ending::done && stage.asked_to_stop) stage.ending = Ending::stopped;
  return stage.ending != Ending::done;
}

}  // namespace

Job::Job(const RunOptions& options, const Experiment& experiment, const std::vector<Metric>& metrics, const Plan& plan,
         Session& session, const ModelStore& store, const Clock& clock)
    : options_(options),
      experiment_(experiment),
      metrics_(metrics),
      plan_(plan),
      session_(session),
      store_(store),
      clock_(clock),
      stages_(experiment, plan, session),
      progress_(clock, ::isatty(STDERR_FILENO) == 1) {}

void Job::find_models() {
  for (std::uint32_t i = 0; i < plan_.models.size(); ++i) {
    const ModelTask& task = plan_.models[i];
    const auto stored = store_.load(task.id, task.identity);
    trained_.push_back(stored.has_value());
    if (stored) session_.add(stored->record, plan_, i);
  }
}

Observer Job::observe(std::function<std::vector<LotNeed>(std::uint32_t lot, const UnitResult& result)> on_unit) {
  return {
      [this](std::uint32_t model, const std::string& payload) { enter_model(model, payload); },
      std::move(on_unit),
      [this](const std::string& text) { progress_.say(text); },
      [this](const WorkQueue& queue) { keep_up(queue); },
  };
}

Outcome Job::design_samples(JobHub& hub, const Limits& limits) {
  Outcome outcome;
  if (stages_.needs_ranks()) {
    const Work work = stages_.rank_work(trained_);
    progress_.say(fmt::format("{}: {} networks say which test images are hard ({} to train)", experiment_.name,
                              work.units(), std::ranges::count(work.trained, false)));
    outcome = manage(hub, work, observe([this](std::uint32_t model, const UnitResult& result) {
                       stages_.take_ranks(model, result.payload);
                       return std::vector<LotNeed>();
                     }),
                     limits, clock_, stop_requested);
    if (ends_job(outcome)) return outcome;
  }
  if (!stages_.needs_pilot()) return outcome;
  const Work work = stages_.pilot_work(trained_);
  progress_.say(fmt::format("{}: a pilot of {} chips a point, each on {} of {} test images", experiment_.name,
                            session_.sampling()->pilot_chips, count_images(session_.sampling()->pilot_sizes),
                            session_.sampling()->stratum.size()));
  for (std::size_t i = 0; i < work.lots.size(); ++i)
    pilot_to_run_ += work.lots[i].units.size() * plan_.evaluations[i].unit_chips;
  outcome = manage(hub, work, observe([this](std::uint32_t lot, const UnitResult& result) {
                     enter_unit(lot, result);
                     pilot_run_ += plan_.evaluations[lot].unit_chips;
                     return std::vector<LotNeed>();
                   }),
                   limits, clock_, stop_requested);
  if (outcome.ending == Ending::done) stages_.finish_pilot();
  (void)ends_job(outcome);
  return outcome;
}

ExitCode Job::run(Communicator& communicator, LocalLine& line, double start) {
  find_models();
  session_.save(RunStatus::running);  // also shows that saving works before anything is computed
  JobHub hub(communicator, line);
  Limits limits;
  if (options_.time_limit > 0) limits.stop_at = start + options_.time_limit;
  if (!experiment_.images_note.empty()) progress_.say(experiment_.images_note);
  Outcome outcome = design_samples(hub, limits);
  if (outcome.ending == Ending::done) {
    demand_.emplace(experiment_, plan_, session_,
                    [this](std::uint32_t lot, const UnitResult& result) { enter_unit(lot, result); });
    const Work work{.trained = trained_, .lots = demand_->lots(), .brief = stages_.brief()};
    announce(work, communicator.size());
    outcome = manage(
        hub, work, observe([this](std::uint32_t lot, const UnitResult& result) { return demand_->take(lot, result); }),
        limits, clock_, stop_requested);
  }
  return conclude(hub, outcome, start);
}

void Job::announce(const Work& work, int ranks) {
  const auto to_train = std::count(work.trained.begin(), work.trained.end(), false);
  progress_.say(fmt::format(
      "{}: {} points, {} networks ({} to train), {}{} chips to run on {} rank{}{}", experiment_.name,
      experiment_.points.size(), plan_.models.size(), demand_->chips_to_run() > 0 ? to_train : 0,
      demand_->settled() < demand_->groups() ? "at least " : "", demand_->chips_to_run(), ranks, ranks == 1 ? "" : "s",
      session_.found() > 0 ? fmt::format("; {} cells found in {}", session_.found(), options_.out) : ""));
}

void Job::enter_model(std::uint32_t number, const std::string& payload) {
  ModelRecord model = unpack_model(payload);
  trained_[number] = true;
  model.file = store_.path(model.id).filename().string();
  session_.add(model, plan_, number);
  const Point& point = experiment_.points[plan_.models[number].point];
  const std::string who = fmt::format("{}{}", point.label(experiment_.shape),
                                      experiment_.shape.replicas > 1 ? fmt::format(", replica {}", model.replica) : "");
  progress_.say(
      model.diverged ? fmt::format("model {} ({}): training diverged; its chips count as collapsed", model.id, who)
      : model.epoch == 0
          ? fmt::format("model {} ({}): as in its file, clean {:.2f} %", model.id, who, 100 * model.clean_accuracy)
          : fmt::format("model {} ({}): epoch {}, validation {:.2f} %, clean {:.2f} %", model.id, who, model.epoch,
                        100 * model.validation_accuracy, 100 * model.clean_accuracy));
}

void Job::enter_unit(std::uint32_t lot, const UnitResult& result) {
  session_.add(unpack_chips(result.payload, values_per_chip(metrics_)), result.seconds, experiment_,
               plan_.evaluations[lot], result.unit);
}

void Job::keep_up(const WorkQueue& queue) {
  session_.checkpoint(experiment_.checkpoint_seconds, clock_);
  ProgressState state{.chips_done = pilot_run_, .chips_total = pilot_to_run_, .models_left = queue.models_left()};
  if (demand_) {
    state = {demand_->chips_run(), demand_->chips_to_run(), queue.models_left(), demand_->settled(),
             session_.rules() ? demand_->groups() : 0};
  }
  progress_.show(state, [&] {
    return widest_interval(summarise_accuracy(session_.table(), session_.results().classes, session_.rules()));
  });
}

ExitCode Job::conclude(JobHub& hub, const Outcome& outcome, double start) {
  ExitCode code = code_of_ending(outcome);
  const bool complete = is_complete(experiment_, plan_, session_.table(), session_.rules());
  std::string message = outcome.failure ? outcome.failure->message : "";
  session_.note("ended", now_text());
  session_.note("seconds", fmt::format("{:.1f}", clock_() - start));
  session_.note("exit_status", fmt::format("{}", static_cast<int>(code)));
  try {
    session_.save(complete ? RunStatus::complete : RunStatus::interrupted);
  } catch (const Error& error) {
    if (code == ExitCode::done || code == ExitCode::resumable) {
      code = exit_code_of(error);
      message = error.what();
    }
  }
  progress_.finish();
  if (!message.empty()) fmt::print(stderr, "ohmcarlo: {}\n", message);
  if (code == ExitCode::resumable)
    fmt::print(stderr,
               "ohmcarlo: stopped with {} of {} chips done in this run, all saved; run the same command with "
               "--resume to continue\n",
               chips_run(), pilot_to_run_ + (demand_ ? demand_->chips_to_run() : 0));
  if (code == ExitCode::done) {
    fmt::print("{}", format_results(session_.results(), TableFormat::table));
    for (const std::string& warning : saturation_warnings(session_.results()))
      fmt::print(stderr, "warning: {}\n", warning);
    fmt::print(stderr, "{}: {} chips in {}\n", options_.out, chips_run(), format_duration(clock_() - start));
  }
  dismiss(hub, static_cast<int>(code));
  if (!outcome.all_idle) leave_at_once(code);
  return code;
}

void Job::leave_at_once(ExitCode code) {
  session_.release();
  std::fflush(nullptr);
  std::_Exit(static_cast<int>(code));
}

}  // namespace ohmcarlo
