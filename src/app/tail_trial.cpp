#include <bit>
#include <optional>

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/dump_request.hpp"
#include "app/options.hpp"
#include "app/store_source.hpp"
#include "app/tail_job.hpp"
#include "app/tail_record.hpp"
#include "base/signals.hpp"
#include "config/document.hpp"
#include "linalg/product.hpp"
#include "storage/tail_file.hpp"
#include "trial/tasks.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kTailTrialUsage =
    "ohmcarlo trial T.h5 --rank K [--dump conductances | logits [--to FILE] [--overwrite]]\n\n"
    "Makes the K-th worst chip of a file of 'ohmcarlo tail' again, 1 being the worst. Its accuracy is compared with "
    "that\n"
    "of the file: equal to the last bit, or the exit status is 4.";

}  // namespace

int tail_trial_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("rank", po::value<std::size_t>(), "1 for the worst chip that was met");
  add_dump_options(options);
  const auto values = parse_options("trial", kTailTrialUsage, arguments, options, "RESULTS");
  if (!values) return 0;
  const std::string file = one_argument(*values, "trial", "RESULTS");
  const std::optional<DumpRequest> dump = find_dump(*values, file);
  const TailRecord tail = load_tail(file);
  const SubsetRule rule = rule_of(tail);
  std::vector<SubsetRun> runs;
  for (const std::vector<TailLevelRecord>& levels : tail.runs) runs.push_back(run_of(rule, levels));
  const TailPlace place = find_rank(runs, (*values)["rank"].as<std::size_t>());

  const Experiment experiment = make_experiment(parse_document(tail.toml, file, {}));
  use_one_thread();
  DataSource data(experiment);
  const std::map<std::string, std::string> hashes = data.hash_contents();
  if (experiment_identity(experiment, join_hashes(hashes)).hash() != tail.hash)
    fail_data("{}: was made with other data than what is found now, or by a version with other numbers", file);
  const Plan plan = make_plan(experiment, hashes, {});
  const TailPoint point = find_tail_point(experiment, plan, tail.selectors);
  const ModelStore store(ModelStore::directory_for(file));
  StoreSource models(store);
  const Clock clock = steady_clock();
  ExperimentTasks work(experiment, plan, data, models, clock);
  const Poll poll = [] {
    if (stop_requested() != StopRequest::none) throw Resumable("trial: stopped");
  };
  (void)work.train(plan.evaluations[point.evaluation].model, poll,
                   [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  const auto chips = work.chips_of(point.evaluation, poll);
  if (!chips) fail_results("{}: the network diverged in training: it is on no chip", file);
  const auto run = static_cast<std::uint32_t>(place.run);
  const TailChip chip = find_tail_chip(runs[place.run], chips->chip_key, run, place.level, place.state);
  const ChipScore score = evaluate_tail_chip(*chips, 0, chip, poll);
  const ChipScore& stored = runs[place.run].levels[place.level - 1].scores[place.state];
  const Index copy = static_cast<Index>(chip.place) % chips->chips->count();
  write_dump(dump,
             {{"experiment", tail.name},
              {"experiment_hash", tail.hash},
              {"point", tail.point},
              {"run", static_cast<std::int64_t>(place.run)},
              {"level", static_cast<std::int64_t>(place.level)},
              {"state", static_cast<std::int64_t>(place.state)}},
             experiment.points[point.point], *chips, copy, poll);
  const bool equal = std::bit_cast<std::uint64_t>(score.accuracy) == std::bit_cast<std::uint64_t>(stored.accuracy) &&
                     std::bit_cast<std::uint64_t>(score.margin) == std::bit_cast<std::uint64_t>(stored.margin);
  fmt::print("{}: {}, run {}, level {}, state {}, {} moves: {}\naccuracy         {:.6g}\nmargin           {:.6g}\n",
             tail.name, tail.point, place.run, place.level, place.state, chip.lineage.moves.size(),
             equal ? "equal to the file, bit for bit" : "differs from the file", score.accuracy, score.margin);
  if (!equal) fail_results("{}: the chip made now differs from the one in the file", file);
  return 0;
}

}  // namespace ohmcarlo
