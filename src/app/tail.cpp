#include <filesystem>

#include <fmt/core.h>

#include "app/collective.hpp"
#include "app/command.hpp"
#include "app/device_choice.hpp"
#include "app/job_data.hpp"
#include "app/ranks.hpp"
#include "app/store_source.hpp"
#include "app/tail_job.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "linalg/product.hpp"
#include "storage/lock.hpp"
#include "storage/tail_file.hpp"
#include "trial/adversary.hpp"
#include "trial/messages.hpp"
#include "trial/tasks.hpp"

namespace ohmcarlo {
namespace {

/// What evaluated the chips of a file.
std::string device_of_tail(const TailRecord& tail) {
  return tail.device.empty() ? kProcessor : tail.device;
}

/// What evaluated the chips of the file that is to be resumed; empty if there is none.
std::string device_of_tail_file(const TailRequest& options) {
  std::error_code ignored;
  if (options.if_exists != IfExists::resume || !std::filesystem::exists(options.out, ignored)) return "";
  return is_tail_file(options.out) ? device_of_tail(load_tail(options.out)) : "";
}

/// What is asked for, with the levels that the file has if it is to be continued.
TailRecord begin_tail(const TailRequest& options, const Experiment& experiment, const std::string& hash,
                      const std::string& point) {
  TailRecord asked;
  asked.name = experiment.name;
  asked.toml = experiment.toml;
  asked.hash = hash;
  if (experiment.device != kProcessor) asked.device = experiment.device;
  asked.point = point;
  asked.selectors = options.selectors;
  if (options.below) asked.below = *options.below;
  if (options.quantile) asked.quantile = *options.quantile;
  asked.chips = options.chips;
  asked.runs.resize(options.runs);
  std::error_code ignored;
  if (!std::filesystem::exists(options.out, ignored)) return asked;
  if (!is_tail_file(options.out))
    fail_results("{}: exists and is not a file of ohmcarlo tail; it is left alone", options.out);
  if (options.if_exists == IfExists::overwrite) return asked;
  if (options.if_exists == IfExists::refuse)
    fail_results("{}: exists (allowed: --resume to continue it, --overwrite to replace it)", options.out);
  TailRecord found = load_tail(options.out);
  if (found.device != asked.device)
    fail_results("{}: its chips were evaluated by another kind of device (allowed: --device {})", options.out,
                 device_of_tail(found));
  const auto same = [](double a, double b) { return a == b || (a != a && b != b); };
  if (found.hash != asked.hash || found.point != asked.point || !same(found.below, asked.below) ||
      !same(found.quantile, asked.quantile) || found.chips != asked.chips || found.runs.size() != asked.runs.size())
    fail_results("{}: was made by another experiment, point, target, --chips or --runs (allowed: the same again)",
                 options.out);
  asked.runs = std::move(found.runs);
  asked.parts = std::move(found.parts);
  asked.worst = std::move(found.worst);
  return asked;
}

int run_tail(Communicator& communicator, const Arguments& arguments, const Clock& clock) {
  const double start = clock();
  if (std::ranges::find(arguments, "--help") != arguments.end()) {
    if (communicator.rank() == 0) (void)parse_tail_options(arguments);
    return 0;
  }
  std::optional<TailRequest> options;
  std::optional<Experiment> experiment;
  std::optional<DataSource> data;
  run_together(communicator, [&] {
    options = parse_tail_options(arguments);
    communicator.check_launch();
    experiment = make_experiment(read_document(options->experiment, options->overrides));
    data.emplace(*experiment);
  });
  const bool manages = communicator.rank() == 0;
  std::map<std::string, std::string> hashes;
  run_together(communicator, [&] {
    if (!manages) return;
    use_one_thread();
    hashes = read_job_data(*experiment, *data);
  });
  hashes = broadcast_hashes(communicator, hashes);
  const Plan plan = make_plan(*experiment, hashes, {});
  TailPoint point;
  run_together(communicator, [&] {
    point = find_tail_point(*experiment, plan, options->selectors);
    if (!options->bounds.empty() && experiment->points[point.point].hardware.arrays)
      fail_usage("--adversary: the search moves float weights (allowed: hardware.simulate = \"weights\")");
  });
  const std::string problem = device_problem(*experiment, std::span(&point.point, 1));
  const JobDevice device = choose_device(communicator, options->device, communicator.hosts(), problem,
                                         [&] { return device_of_tail_file(*options); });
  experiment->device = device.kind();
  std::optional<ResultsLock> lock;
  std::optional<TailRecord> record;
  run_together(communicator, [&] {
    if (!manages) return;
    lock.emplace(options->out, LockOptions{.clock = clock});
    const std::string label = experiment->points[point.point].label(experiment->shape);
    record = begin_tail(*options, *experiment, experiment_identity(*experiment, join_hashes(hashes)).hash(),
                        label.empty() ? "the only point" : label);
  });

  const ModelStore store(ModelStore::directory_for(options->out));
  StoreSource models(store);
  ExperimentTasks work_of(*experiment, plan, *data, models, clock, device.chips);
  TailLesson lesson;
  const Tasks tasks{
      [&](std::uint32_t model, const Poll& poll, const Say& say) { return pack(work_of.train(model, poll, say)); },
      [&](std::uint32_t, std::uint32_t unit, const Poll& poll) {
        const auto chips = work_of.chips_of(point.evaluation, poll);
        if (!chips) throw TaskFailure("tail: the network diverged in training: it is on no chip");
        if (lesson.chips.empty())
          return pack_bytes(
              std::vector{find_worst_chip(*chips->model->network(), experiment->points[point.point].hardware.variation,
                                          chips->test, lesson.bound, poll)
                              .worst});
        require(device.evaluates(), "chips are evaluated by what the file names");
        const auto place = std::ranges::find(lesson.units, unit) - lesson.units.begin();
        return pack_bytes(score_chips(*chips, 0, lesson.chips.at(static_cast<std::size_t>(place)), poll));
      },
      [&](const std::string& brief) { lesson = unpack_bytes<TailLesson>(brief); },
  };
  return share_work(communicator, tasks, clock, [&](LocalLine& line) {
    return TailJob(*options, *experiment, plan, point, std::move(*record), *lock, clock, device.evaluators())
        .run(communicator, line, start);
  });
}

}  // namespace

int tail_command(int argc, char** argv, const Arguments& arguments) {
  return run_under_mpi(argc, argv, [&](Communicator& communicator, const Clock& clock) {
    return run_tail(communicator, arguments, clock);
  });
}

}  // namespace ohmcarlo
