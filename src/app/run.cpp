#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/command.hpp"
#include "app/duration.hpp"
#include "app/exit_code.hpp"
#include "app/options.hpp"
#include "app/progress.hpp"
#include "app/session.hpp"
#include "app/table_text.hpp"
#include "base/bytes.hpp"
#include "base/version.hpp"
#include "data/dataset.hpp"
#include "experiment/summary.hpp"
#include "linalg/product.hpp"
#include "schedule/communicator.hpp"
#include "schedule/manager.hpp"
#include "schedule/ports.hpp"
#include "schedule/worker.hpp"
#include "storage/model_store.hpp"

namespace ohmcarlo {
namespace {

struct RunOptions {
  std::string experiment;
  std::string out;
  std::vector<Override> overrides;
  IfExists if_exists = IfExists::refuse;
  double time_limit = 0;
  Shard shard;
};

Shard parse_shard(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto number = [&](const std::string& part) -> std::size_t {
    return part.empty() || part.size() > 9 || part.find_first_not_of("0123456789") != std::string::npos
               ? 0
               : std::stoul(part);
  };
  const Shard shard{number(text.substr(0, slash)), slash == std::string::npos ? 0 : number(text.substr(slash + 1))};
  if (shard.index < 1 || shard.index > shard.count)
    fail_usage("--shard {}: not a part (allowed: i/n with i from 1 to n)", text);
  return shard;
}

std::optional<RunOptions> parse_run_options(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")                                   //
      ("out,o", po::value<std::string>(), "results file to write (required)")  //
      ("set", po::value<std::vector<std::string>>()->composing(),
       "KEY=VALUE: overrides a key of the experiment, a list sweeps it; may be repeated")  //
      ("resume", "continue the results file, or start it if it is not there")              //
      ("overwrite", "replace the results file")                                            //
      ("time-limit", po::value<std::string>(),
       "stop in time to be resumed (exit 75), for example 3h55m; what runs then has 60 s to finish")  //
      ("shard", po::value<std::string>(),
       "i/n: compute only part i of n of the points (1 <= i <= n), each part to a file of its own");
  const auto values = parse_options(
      "run",
      "ohmcarlo run EXPERIMENT.toml --out RESULTS.h5 [options]\n\n"
      "Trains the networks of an experiment, evaluates its chips and writes all results, alone or under mpirun.\n"
      "Exit status: 0 done; 1 a trial or training threw; 2 bad command line or experiment; 3 bad data file;\n"
      "4 results file cannot be used; 75 stopped with everything saved: the same command with --resume continues.",
      arguments, options, "EXPERIMENT");
  if (!values) return std::nullopt;
  RunOptions run;
  run.experiment = one_argument(*values, "run", "EXPERIMENT");
  if (values->count("out") == 0 || (*values)["out"].as<std::string>().empty())
    fail_usage("run: --out is missing (allowed: the path of the results file to write)");
  run.out = (*values)["out"].as<std::string>();
  if (values->count("resume") > 0 && values->count("overwrite") > 0)
    fail_usage("run: --resume and --overwrite exclude each other");
  if (values->count("resume") > 0) run.if_exists = IfExists::resume;
  if (values->count("overwrite") > 0) run.if_exists = IfExists::overwrite;
  if (values->count("set") > 0)
    for (const std::string& text : (*values)["set"].as<std::vector<std::string>>())
      run.overrides.push_back(parse_override(text));
  if (values->count("time-limit") > 0) run.time_limit = parse_duration((*values)["time-limit"].as<std::string>());
  if (values->count("shard") > 0) run.shard = parse_shard((*values)["shard"].as<std::string>());
  return run;
}

/// The model store as the tasks see it.
class StoreSource final : public ModelSource {
 public:
  explicit StoreSource(const ModelStore& store) : store_(store) {}
  std::optional<StoredModel> load(const std::string& id, const std::string& identity) override {
    return store_.load(id, identity);
  }
  void save(const StoredModel& model) override {
    store_.save(model);
    store_.remove_progress(model.record.id);
  }
  std::optional<std::string> load_progress(const std::string& id, const std::string& identity) override {
    return store_.load_progress(id, identity);
  }
  void save_progress(const std::string& id, const std::string& identity, const std::string& progress) override {
    store_.save_progress(id, identity, progress);
  }

 private:
  const ModelStore& store_;
};

std::string now_text() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

Provenance describe_run(const Communicator& job, const std::vector<std::string>& hosts, const Arguments& arguments) {
  Provenance facts{{"started", now_text()},
                   {"command", fmt::format("ohmcarlo run {}", fmt::join(arguments, " "))},
                   {"ranks", fmt::format("{}", job.size())},
                   {"hosts", fmt::format("{}", fmt::join(hosts, " "))},
                   {"program", version_text()}};
  if (const char* slurm = std::getenv("SLURM_JOB_ID")) facts.emplace_back("slurm_job", slurm);
  return facts;
}

ExitCode exit_code_of_outcome(const Outcome& outcome) {
  if (outcome.ending != Ending::failed) return outcome.ending == Ending::done ? ExitCode::done : ExitCode::resumable;
  try {
    outcome.failure->raise();
  } catch (const std::exception& error) {
    return exit_code_of(error);
  }
}

/// Everything rank 0 does: hand out, collect, save.
class Job {
 public:
  Job(const RunOptions& options, const Experiment& experiment, const Plan& plan, Session& session,
      const ModelStore& store, const Clock& clock)
      : options_(options),
        experiment_(experiment),
        plan_(plan),
        session_(session),
        store_(store),
        clock_(clock),
        progress_(clock, ::isatty(STDERR_FILENO) == 1) {}

  /// What is left to do. Models that are in the store already are entered into the results.
  Work find_work() {
    Work work;
    for (std::uint32_t i = 0; i < plan_.models.size(); ++i) {
      const ModelTask& task = plan_.models[i];
      const auto stored = store_.load(task.id, task.identity);
      work.trained.push_back(stored.has_value());
      if (stored) session_.add(stored->record, plan_, i);
    }
    const TablePoints places(session_.table().shape, experiment_.shape);
    for (const EvaluationTask& task : plan_.evaluations) {
      work.lots.push_back({task.model, missing_units(experiment_, task, session_.table(), places), task.range_model});
      for (const std::uint32_t unit : work.lots.back().units) chips_total_ += chips_in(task, unit);
    }
    return work;
  }

  ExitCode run(Communicator& communicator, LocalLine& line, double start) {
    const Work work = find_work();
    session_.save(RunStatus::running);  // also shows that saving works before anything is computed
    announce(work, communicator.size());
    JobHub hub(communicator, line);
    Limits limits;
    if (options_.time_limit > 0) limits.stop_at = start + options_.time_limit;
    const Observer observer{
        [&](std::uint32_t model, const std::string& payload) { on_model(model, payload); },
        [&](std::uint32_t lot, const UnitResult& result) { on_unit(lot, result); },
        [&](const std::string& text) { progress_.say(text); },
        [&](const WorkQueue& queue) { on_tick(queue); },
    };
    const Outcome outcome = manage(hub, work, observer, limits, clock_, stop_requested);
    return conclude(hub, outcome, start);
  }

 private:
  [[nodiscard]] std::size_t chips_in(const EvaluationTask& task, std::uint32_t unit) const {
    return std::min<std::size_t>(task.unit_chips, experiment_.shape.trials - std::size_t{unit} * task.unit_chips);
  }

  void announce(const Work& work, int ranks) {
    const auto to_train = std::count(work.trained.begin(), work.trained.end(), false);
    progress_.say(
        fmt::format("{}: {} points, {} networks ({} to train), {} chips to run on {} rank{}{}", experiment_.name,
                    experiment_.points.size(), plan_.models.size(), chips_total_ > 0 ? to_train : 0, chips_total_,
                    ranks, ranks == 1 ? "" : "s",
                    session_.found() > 0 ? fmt::format("; {} cells found in {}", session_.found(), options_.out) : ""));
  }

  void on_model(std::uint32_t number, const std::string& payload) {
    ModelRecord model = unpack_model(payload);
    model.file = store_.path(model.id).filename().string();
    session_.add(model, plan_, number);
    const Point& point = experiment_.points[plan_.models[number].point];
    const std::string who =
        fmt::format("{}{}", point.label(experiment_.shape),
                    experiment_.shape.replicas > 1 ? fmt::format(", replica {}", model.replica) : "");
    progress_.say(
        model.diverged ? fmt::format("model {} ({}): training diverged; its chips count as collapsed", model.id, who)
        : model.epoch == 0
            ? fmt::format("model {} ({}): as in its file, clean {:.2f} %", model.id, who, 100 * model.clean_accuracy)
            : fmt::format("model {} ({}): epoch {}, validation {:.2f} %, clean {:.2f} %", model.id, who, model.epoch,
                          100 * model.validation_accuracy, 100 * model.clean_accuracy));
  }

  void on_unit(std::uint32_t lot, const UnitResult& result) {
    session_.add(unpack_chips(result.payload, values_per_chip(experiment_.metrics)), result.seconds, experiment_,
                 plan_.evaluations[lot], result.unit);
    chips_done_ += chips_in(plan_.evaluations[lot], result.unit);
  }

  void on_tick(const WorkQueue& queue) {
    session_.checkpoint(experiment_.checkpoint_seconds, clock_);
    progress_.show({chips_done_, chips_total_, queue.models_left()},
                   [&] { return widest_interval(summarise_accuracy(session_.table(), session_.results().classes)); });
  }

  ExitCode conclude(JobHub& hub, const Outcome& outcome, double start) {
    ExitCode code = exit_code_of_outcome(outcome);
    const bool complete = is_complete(experiment_, plan_, session_.table());
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
                 chips_done_, chips_total_);
    if (code == ExitCode::done) {
      fmt::print("{}", format_results(session_.results(), TableFormat::table));
      for (const std::string& warning : saturation_warnings(session_.results()))
        fmt::print(stderr, "warning: {}\n", warning);
      fmt::print(stderr, "{}: {} chips in {}\n", options_.out, chips_done_, format_duration(clock_() - start));
    }
    dismiss(hub, static_cast<int>(code));
    if (!outcome.all_idle) leave_at_once(code);
    return code;
  }

  /// A worker that does not let go cannot be joined; everything is saved, the launcher ends the other ranks.
  [[noreturn]] void leave_at_once(ExitCode code) {
    session_.release();
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(code));
  }

  const RunOptions& options_;
  const Experiment& experiment_;
  const Plan& plan_;
  Session& session_;
  const ModelStore& store_;
  const Clock& clock_;
  Progress progress_;
  std::size_t chips_done_ = 0;
  std::size_t chips_total_ = 0;
};

std::string pack_hashes(const std::map<std::string, std::string>& hashes) {
  ByteWriter bytes;
  bytes.put(hashes.size());
  for (const auto& [set, hash] : hashes) bytes.put(set).put(hash);
  return bytes.take();
}

std::map<std::string, std::string> unpack_hashes(const std::string& text) {
  ByteReader bytes(text);
  std::map<std::string, std::string> hashes;
  for (auto count = bytes.get<std::size_t>(); count > 0; --count) {
    const auto set = bytes.get<std::string>();
    hashes[set] = bytes.get<std::string>();
  }
  return hashes;
}

/// Runs on every rank; throws the same error everywhere if any rank's part failed.
template <class F>
void together(const Communicator& job, F&& part) {
  std::optional<Failure> mine;
  try {
    part();
  } catch (const std::exception& error) {
    mine = failure_of(error);
  }
  if (const auto failure = job.first_failure(mine)) failure->raise();
}

int run_job(Communicator& communicator, const Arguments& arguments, const Clock& clock) {
  const double start = clock();
  const bool asks_help = std::find(arguments.begin(), arguments.end(), "--help") != arguments.end();
  if (asks_help && communicator.rank() != 0) return 0;
  std::optional<RunOptions> options;
  std::optional<Experiment> experiment;
  std::optional<DataSource> data;
  if (asks_help) {
    (void)parse_run_options(arguments);
    return 0;
  }
  together(communicator, [&] {
    options = parse_run_options(arguments);
    communicator.check_launch();
    experiment = make_experiment(read_document(options->experiment, options->overrides));
    data.emplace(*experiment);
  });

  const bool manages = communicator.rank() == 0;
  const std::vector<std::string> hosts = communicator.hosts();
  std::map<std::string, std::string> hashes;
  std::optional<Session> session;
  together(communicator, [&] {
    if (!manages) return;
    use_one_thread();
    hashes = data->hashes();
    session.emplace(options->out, options->if_exists, *experiment, hashes,
                    static_cast<std::size_t>(experiment->points.front().data.classes()),
                    describe_run(communicator, hosts, arguments));
  });
  hashes = unpack_hashes(communicator.broadcast(pack_hashes(hashes)));

  const Plan plan = make_plan(*experiment, hashes, options->shard);
  const ModelStore store(ModelStore::directory_for(options->out));
  StoreSource models(store);
  ExperimentTasks work_of(*experiment, plan, *data, models, clock);
  const Tasks tasks{
      [&](std::uint32_t model, const Poll& poll, const Say& say) { return pack(work_of.train(model, poll, say)); },
      [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) { return pack(work_of.evaluate(lot, unit, poll)); },
  };
  if (!manages) {
    use_one_thread();
    RankPort port(communicator);
    return work(port, tasks, clock);
  }
  LocalLine line;
  std::thread worker([&] {
    use_one_thread();
    (void)work(line, tasks, clock);
  });
  ExitCode code = ExitCode::failed;
  std::string failure;
  try {
    code = Job(*options, *experiment, plan, *session, store, clock).run(communicator, line, start);
  } catch (const std::exception& error) {
    code = exit_code_of(error);
    failure = error.what();
    JobHub hub(communicator, line);
    dismiss(hub, static_cast<int>(code));
  }
  worker.join();
  if (!failure.empty()) fmt::print(stderr, "ohmcarlo: {}\n", failure);
  return static_cast<int>(code);
}

}  // namespace

int run_command(int argc, char** argv, const Arguments& arguments) {
  const Clock clock = steady_clock();
  Communicator communicator(argc, argv);
  try {
    return run_job(communicator, arguments, clock);
  } catch (const std::exception& error) {
    if (communicator.rank() == 0) fmt::print(stderr, "ohmcarlo: {}\n", error.what());
    return static_cast<int>(exit_code_of(error));
  }
}

}  // namespace ohmcarlo
