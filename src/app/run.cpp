#include <algorithm>

#include <fmt/core.h>

#include "app/collective.hpp"
#include "app/command.hpp"
#include "app/device_choice.hpp"
#include "app/exit_code.hpp"
#include "app/job.hpp"
#include "app/job_data.hpp"
#include "app/message.hpp"
#include "app/provenance.hpp"
#include "app/ranks.hpp"
#include "app/run_options.hpp"
#include "app/store_source.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "linalg/product.hpp"
#include "storage/results_file.hpp"
#include "trial/messages.hpp"
#include "trial/tasks.hpp"

namespace ohmcarlo {
namespace {

/// What evaluated the chips of the results file that is to be resumed; empty if there is none.
std::string kind_of_results(const RunOptions& options) {
  if (options.if_exists != IfExists::resume) return "";
  const FileKind kind = kind_of_file(options.out);
  if (kind != FileKind::ours && !(kind == FileKind::damaged && options.accept_changes)) return "";
  return device_of(parse_identity(load_results(options.out, {.accept_changes = options.accept_changes}).identity));
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
  run_together(communicator, [&] {
    options = parse_run_options(arguments);
    communicator.check_launch();
    experiment = make_experiment(read_document(options->experiment, options->overrides));
    if (experiment->kept.of_sampled_images && options->shard.count > 1)
      fail_usage(
          "--shard: the parts of an experiment with 'trials.images' would each draw samples of their own design "
          "(allowed: "
          "one job for all points)");
    if (experiment->until && options->shard.of_trials && options->shard.count > 1)
      fail_usage(
          "--shard trials: with 'trials.until' a look needs all chips of a point (allowed: --shard i/n, which parts "
          "the "
          "points)");
    if (experiment->race && options->shard.count > 1)
      fail_usage("--shard: with 'trials.race' a look needs all values of the axis (allowed: one job for all points)");
    data.emplace(*experiment);
  });

  const bool manages = communicator.rank() == 0;
  const std::vector<std::string> hosts = communicator.hosts();
  const JobDevice device = choose_device(communicator, options->device, hosts, device_problem(*experiment),
                                         [&] { return kind_of_results(*options); });
  experiment->device = device.kind();
  const std::vector<Metric> metrics = metrics_of(*experiment);
  std::map<std::string, std::string> hashes;
  std::optional<Session> session;
  run_together(communicator, [&] {
    if (!manages) return;
    use_one_thread();
    hashes = read_job_data(*experiment, *data);
    LockOptions lock{.clock = clock};
    if (options->wait_for_lock > 0) {
      lock.resumable = true;
      lock.patience_seconds = options->wait_for_lock;
      if (options->time_limit > 0) lock.patience_seconds = std::min(lock.patience_seconds, options->time_limit);
    }
    session.emplace(options->out, options->if_exists, *experiment, metrics, hashes,
                    static_cast<std::size_t>(experiment->points.front().data.classes()),
                    describe_run(hosts, arguments, device.text()), lock,
                    ReadOptions{options->accept_changes, print_warning});
    for (const std::string& warning : session->warnings()) print_warning(warning);
  });
  hashes = broadcast_hashes(communicator, hashes);

  const Plan plan = make_plan(*experiment, hashes, options->shard);
  const Plan whole = options->shard.count > 1 ? make_plan(*experiment, hashes, {}) : plan;
  const ModelStore store(ModelStore::directory_for(options->out));
  StoreSource models(store);
  ExperimentTasks work_of(*experiment, plan, *data, models, clock, device.chips);
  const Tasks tasks{
      [&](std::uint32_t model, const Poll& poll, const Say& say) { return pack(work_of.train(model, poll, say)); },
      [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
        if (work_of.ranks_images()) return pack_bytes(work_of.rank_images(lot, poll));
        require(device.evaluates(), "chips are evaluated by what the results file names");
        return pack(work_of.evaluate(lot, unit, poll));
      },
      [&](const std::string& brief) { work_of.learn(unpack_bytes<Lesson>(brief)); },
  };
  return share_work(communicator, tasks, clock, [&](LocalLine& line) {
    return Job(*options, *experiment, metrics, plan, whole, *session, store, clock, device.evaluators())
        .run(communicator, line, start);
  });
}

}  // namespace

int run_command(int argc, char** argv, const Arguments& arguments) {
  return run_under_mpi(argc, argv, [&](Communicator& communicator, const Clock& clock) {
    return run_job(communicator, arguments, clock);
  });
}

}  // namespace ohmcarlo
