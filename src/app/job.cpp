#include "app/job.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <fmt/core.h>
#include <unistd.h>

#include "app/doubtful.hpp"
#include "app/duration.hpp"
#include "app/message.hpp"
#include "app/provenance.hpp"
#include "app/table_text.hpp"
#include "app/terminal.hpp"
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
         const Plan& whole, Session& session, const ModelStore& store, const Clock& clock, std::vector<bool> evaluators)
    : options_(options),
      experiment_(experiment),
      metrics_(metrics),
      plan_(plan),
      whole_(whole),
      session_(session),
      store_(store),
      clock_(clock),
      evaluators_(std::move(evaluators)),
      stages_(experiment, plan, session),
      progress_(clock, shows_on_terminal()) {}

void Job::find_models() {
  store_.remove_leftovers();
  for (std::uint32_t i = 0; i < plan_.models.size(); ++i) {
    const ModelTask& task = plan_.models[i];
    const auto stored = store_.load(task.id, task.identity);
    trained_.push_back(stored.has_value());
    if (stored) add_model(i, stored->record);
  }
}

void Job::add_model(std::uint32_t number, const ModelRecord& model) {
  if (experiment_.decides_trainings() && !(demand_ && demand_->needed_models()[number]))
    waiting_.emplace(number, model);
  else
    session_.add(model, plan_, number);
}

void Job::add_needed_models() {
  if (waiting_.empty()) return;
  const std::vector<bool> needed = demand_->needed_models();
  std::erase_if(waiting_, [&](const auto& model) {
    if (needed[model.first]) session_.add(model.second, plan_, model.first);
    return needed[model.first];
  });
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
  const Work work = on_chips(stages_.pilot_work(trained_));
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
  for (const std::string& doubt : doubtful_settings(experiment_)) print_warning(doubt);
  if (!experiment_.images_note.empty()) progress_.say(experiment_.images_note);
  if (experiment_.race && races_on_test_data(*experiment_.race)) print_warning(std::string(kRaceOnTestData));
  Outcome outcome = design_samples(hub, limits);
  if (outcome.ending == Ending::done) {
    demand_.emplace(experiment_, plan_, session_,
                    [this](std::uint32_t lot, const UnitResult& result) { enter_unit(lot, result); });
    add_needed_models();
    Work work = on_chips({.trained = trained_, .lots = demand_->lots(), .training_costs = plan_.training_costs});
    work.brief = stages_.brief(work.lots);
    announce(work, communicator.size());
    outcome = manage(hub, work, observe([this](std::uint32_t lot, const UnitResult& result) {
                       std::vector<LotNeed> needs = demand_->take(lot, result);
                       if (!needs.empty()) add_needed_models();
                       return needs;
                     }),
                     limits, clock_, stop_requested);
  }
  return conclude(hub, outcome, start);
}

Work Job::on_chips(Work work) const {
  work.equipped = evaluators_;
  for (Lot& lot : work.lots) lot.needs_equipment = true;
  return work;
}

void Job::announce(const Work& work, int ranks) {
  const bool is_open = demand_->settled() < demand_->groups();
  std::vector<bool> needed(plan_.models.size(), true);
  if (experiment_.decides_trainings()) needed = demand_->needed_models();
  std::size_t to_train = 0;
  for (std::size_t model = 0; model < needed.size(); ++model)
    if (needed[model] && !work.trained[model] && plan_.training_costs[model] > 0) ++to_train;  // not as in its file
  const auto idle = std::ranges::count(evaluators_, false);
  progress_.say(
      fmt::format("{}: {} points, {}{} networks ({} to train), {}{} chips to run on {} rank{}{}{}", experiment_.name,
                  experiment_.points.size(), experiment_.decides_trainings() && is_open ? "at least " : "",
                  std::ranges::count(needed, true), demand_->chips_to_run() > 0 ? to_train : 0,
                  is_open ? "at least " : "", demand_->chips_to_run(), ranks, ranks == 1 ? "" : "s",
                  idle > 0 ? fmt::format(", {} of which only train{}", idle, idle == 1 ? "s" : "") : "",
                  session_.found() > 0 ? fmt::format("; {} cells found in {}", session_.found(), options_.out) : ""));
}

void Job::enter_model(std::uint32_t number, const std::string& payload) {
  ModelRecord model = unpack_model(payload);
  trained_[number] = true;
  model.file = store_.path(model.id).filename().string();
  add_model(number, model);
  const Shape& shape = experiment_.shape;
  const std::size_t point = plan_.models[number].point;
  std::string who = experiment_.points[point].label(shape, axes_of_training(*experiment_.survey, shape, point));
  if (shape.replicas > 1) who += fmt::format("{}replica {}", who.empty() ? "" : ", ", model.replica);
  if (!who.empty()) who = fmt::format(" ({})", who);
  progress_.say(
      model.diverged ? fmt::format("model {}{}: training diverged; its chips count as collapsed", model.id, who)
      : model.epoch == 0
          ? fmt::format("model {}{}: as in its file, clean {:.2f} %", model.id, who, 100 * model.clean_accuracy)
          : fmt::format("model {}{}: epoch {}, validation {:.2f} %, clean {:.2f} %", model.id, who, model.epoch,
                        100 * model.validation_accuracy, 100 * model.clean_accuracy));
}

void Job::enter_unit(std::uint32_t lot, const UnitResult& result) {
  session_.add(unpack_chips(result.payload, values_per_chip(metrics_)), result.seconds, experiment_,
               plan_.evaluations[lot], result.unit);
}

void Job::keep_up(const WorkQueue& queue) {
  session_.beat(clock_);
  session_.checkpoint(experiment_.checkpoint_seconds, clock_);
  ProgressState state{.chips_done = pilot_run_,
                      .chips_total = pilot_to_run_,
                      .models_left = queue.models_left(),
                      .seconds_done = queue.seconds_done()};
  if (demand_) {
    state.chips_done = demand_->chips_run();
    state.chips_total = demand_->chips_to_run();
    state.settled = demand_->settled();
    state.points = experiment_.decides_chips() ? demand_->groups() : 0;
    state.is_race = experiment_.race.has_value();
  }
  progress_.show(
      state, [&] { return queue.seconds_left(); },
      [&] {
        return widest_interval(summarise_accuracy(session_.table(), session_.results().classes, session_.rules()));
      });
}

RunStatus Job::final_status() const {
  const auto has_all = [&](const Plan& plan) {
    return is_complete(experiment_, plan, session_.table(), session_.rules(), session_.races());
  };
  if (!has_all(plan_)) return RunStatus::interrupted;
  return has_all(whole_) ? RunStatus::complete : RunStatus::part;
}

ExitCode Job::conclude(JobHub& hub, const Outcome& outcome, double start) {
  ExitCode code = code_of_ending(outcome);
  std::string message = outcome.failure ? outcome.failure->message : "";
  session_.note("ended", now_text());
  session_.note("seconds", fmt::format("{:.1f}", clock_() - start));
  session_.note("exit_status", fmt::format("{}", static_cast<int>(code)));
  try {
    session_.save(final_status());
  } catch (const Error& error) {
    if (code == ExitCode::done || code == ExitCode::resumable) {
      code = exit_code_of(error);
      message = error.what();
    }
  }
  progress_.finish();
  if (!message.empty()) print_error(message);
  if (code == ExitCode::resumable)
    fmt::print(stderr,
               "ohmcarlo: stopped with {} of {} chips done in this run, all saved; run the same command with "
               "--resume to continue\n",
               chips_run(), pilot_to_run_ + (demand_ ? demand_->chips_to_run() : 0));
  if (code == ExitCode::done) {
    fmt::print("{}", format_results(session_.results(), TableFormat::table));
    for (const std::string& warning : saturation_warnings(session_.results())) print_warning(warning);
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
