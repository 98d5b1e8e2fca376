#include <algorithm>
#include <thread>

#include <fmt/core.h>

#include "app/collective.hpp"
#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/job.hpp"
#include "app/provenance.hpp"
#include "app/run_options.hpp"
#include "app/store_source.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "linalg/product.hpp"
#include "trial/messages.hpp"
#include "trial/tasks.hpp"

namespace ohmcarlo {
namespace {

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
    data.emplace(*experiment);
  });

  const bool manages = communicator.rank() == 0;
  const std::vector<std::string> hosts = communicator.hosts();
  const std::vector<Metric> metrics = metrics_of(*experiment);
  std::map<std::string, std::string> hashes;
  std::optional<Session> session;
  run_together(communicator, [&] {
    if (!manages) return;
    use_one_thread();
    hashes = data->hash_contents();
    const Point first = experiment->points.front();
    if (experiment->kept.of_sampled_images)
      check_sample_size(*experiment, static_cast<std::size_t>(data->test(first.data, first.data.scaling)->images()));
    session.emplace(options->out, options->if_exists, *experiment, metrics, hashes,
                    static_cast<std::size_t>(experiment->points.front().data.classes()),
                    describe_run(hosts, arguments));
  });
  hashes = broadcast_hashes(communicator, hashes);

  const Plan plan = make_plan(*experiment, hashes, options->shard);
  const ModelStore store(ModelStore::directory_for(options->out));
  StoreSource models(store);
  ExperimentTasks work_of(*experiment, plan, *data, models, clock);
  const Tasks tasks{
      [&](std::uint32_t model, const Poll& poll, const Say& say) { return pack(work_of.train(model, poll, say)); },
      [&](std::uint32_t lot, std::uint32_t unit, const Poll& poll) {
        return work_of.ranks_images() ? pack_bytes(work_of.rank_images(lot, poll))
                                      : pack(work_of.evaluate(lot, unit, poll));
      },
      [&](const std::string& brief) { work_of.learn(unpack_bytes<Lesson>(brief)); },
  };
  if (!manages) {
    use_one_thread();
    RankPort port(communicator);
    return run_worker(port, tasks, clock);
  }
  LocalLine line;
  std::thread worker([&] {
    use_one_thread();
    (void)run_worker(line, tasks, clock);
  });
  ExitCode code = ExitCode::failed;
  std::string failure;
  try {
    code = Job(*options, *experiment, metrics, plan, *session, store, clock).run(communicator, line, start);
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
  } catch (const Error& error) {
    if (communicator.rank() == 0) fmt::print(stderr, "ohmcarlo: {}\n", error.what());
    return static_cast<int>(exit_code_of(error));
  }
}

}  // namespace ohmcarlo
