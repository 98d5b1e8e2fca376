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
#include "trial/adversary.hpp"
#include "trial/tasks.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kTailTrialUsage =
    "ohmcarlo trial T.h5 --rank K | --adversary K [--dump conductances | logits [--to FILE] [--overwrite]]\n\n"
    "Makes a chip of a file of 'ohmcarlo tail' again: the K-th worst chip that the runs have met, 1 being the worst, "
    "or\n"
    "the worst chip that --adversary K of 'ohmcarlo tail' found. Its accuracy is compared with that of the file: "
    "equal to\n"
    "the last bit, or the exit status is 4.";

bool is_same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// `device`: that evaluated the file's chip; empty: the processor.
const char* verdict(bool equal, const std::string& device) {
  if (equal) return "equal to the file, bit for bit";
  return device.empty() ? "differs from the file"
                        : "as the processor makes it; sums of the file's device round otherwise";
}

/// The chips of a file of tails, ready to be programmed.
class TailTrial {
 public:
  /// Reads the data, loads the network or trains it. What is passed must outlive this.
  TailTrial(const TailRecord& tail, const std::string& file)
      : tail_(tail),
        experiment_(make_experiment(parse_document(tail.toml, file, {}))),
        data_(experiment_),
        store_(ModelStore::directory_for(file)),
        models_(store_) {
    use_one_thread();
    if (!tail.device.empty()) experiment_.device = tail.device;
    const std::map<std::string, std::string> hashes = data_.hash_contents();
    if (experiment_identity(experiment_, join_hashes(hashes)).hash() != tail.hash)
      fail_data("{}: was made with other data than what is found now, or by a version with other numbers", file);
    plan_ = make_plan(experiment_, hashes, {});
    place_ = find_tail_point(experiment_, plan_, tail.selectors);
    work_.emplace(experiment_, plan_, data_, models_, clock_);
    (void)work_->train(plan_.evaluations[place_.evaluation].model, poll_,
                       [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
    chips_ = work_->chips_of(place_.evaluation, poll_);
    if (!chips_) fail_results("{}: the network diverged in training: it is on no chip", file);
  }

  [[nodiscard]] PreparedEvaluation& chips() { return *chips_; }
  [[nodiscard]] Point point() const { return experiment_.points[place_.point]; }
  [[nodiscard]] const Poll& poll() const { return poll_; }

  /// Writes what is asked for of chip number `copy` of `chips`; `which` says which one it is.
  void write(const std::optional<DumpRequest>& dump, std::vector<FileAttribute> which, const PreparedEvaluation& chips,
             Index copy) const {
    which.insert(which.begin(), {{"experiment", tail_.name}, {"experiment_hash", tail_.hash}, {"point", tail_.point}});
    write_dump(dump, std::move(which), point(), chips, copy, poll_);
  }

 private:
  const TailRecord& tail_;
  Experiment experiment_;
  DataSource data_;
  Plan plan_;
  TailPoint place_;
  ModelStore store_;
  StoreSource models_;
  Clock clock_ = steady_clock();
  Poll poll_ = [] {
    if (stop_requested() != StopRequest::none) throw Resumable("trial: stopped");
  };
  std::optional<ExperimentTasks> work_;
  std::shared_ptr<PreparedEvaluation> chips_;
};

/// Makes the chip of this rank again; false if it differs and the file's was evaluated by the processor.
bool make_rank(const TailRecord& tail, const std::string& file, std::size_t rank,
               const std::optional<DumpRequest>& dump) {
  const SubsetRule rule = rule_of(tail);
  std::vector<SubsetRun> runs;
  for (const std::vector<TailLevelRecord>& levels : tail.runs) runs.push_back(run_of(rule, levels));
  const TailPlace place = find_rank(runs, rank);
  TailTrial trial(tail, file);
  const auto run = static_cast<std::uint32_t>(place.run);
  const TailChip chip = find_tail_chip(runs[place.run], trial.chips().chip_key, run, place.level, place.state);
  const ChipScore score = evaluate_tail_chip(trial.chips(), 0, chip, trial.poll());
  const ChipScore& stored = runs[place.run].levels[place.level - 1].scores[place.state];
  trial.write(dump,
              {{"run", static_cast<std::int64_t>(place.run)},
               {"level", static_cast<std::int64_t>(place.level)},
               {"state", static_cast<std::int64_t>(place.state)}},
              trial.chips(), static_cast<Index>(chip.place) % trial.chips().chips->count());
  const bool equal = is_same(score.accuracy, stored.accuracy) && is_same(score.margin, stored.margin);
  fmt::print("{}: {}, run {}, level {}, state {}, {} moves: {}\naccuracy         {:.6g}\nmargin           {:.6g}\n",
             tail.name, tail.point, place.run, place.level, place.state, chip.lineage.moves.size(),
             verdict(equal, tail.device), score.accuracy, score.margin);
  return equal || !tail.device.empty();
}

/// Makes the worst chip that was found within this bound again; false if it differs.
bool make_worst(const TailRecord& tail, const std::string& file, double bound, const std::optional<DumpRequest>& dump) {
  const WorstPlace place = find_bound(tail, bound);
  const WorstChip &asked = tail.worst[place.asked], &stored = tail.worst[place.found];
  TailTrial trial(tail, file);
  const TrainedNetwork& network = *trial.chips().model->network();
  FoundChip found =
      find_worst_chip(network, trial.point().hardware.variation, trial.chips().test, stored.bound, trial.poll());
  PreparedEvaluation chips{.model = trial.chips().model, .test = trial.chips().test, .chips = nullptr};
  chips.chips = chip_holding(network, std::move(found.held), chips.test, trial.poll());
  const double accuracy = chips.chips->evaluate(chips.test->all(), trial.poll()).front().tally.accuracy();
  trial.write(dump, {{"bound", asked.bound}, {"found_within", stored.bound}}, chips, 0);
  const bool equal = is_same(accuracy, asked.accuracy) && is_same(found.worst.one_step, stored.one_step);
  const std::string within = stored.bound < asked.bound ? fmt::format(" (within {:g} already)", stored.bound) : "";
  fmt::print("{}: {}, the worst chip found with every cell within {:g} sigma{}: {}\naccuracy         {:.6g}\n",
             tail.name, tail.point, asked.bound, within, verdict(equal, ""), accuracy);
  return equal;
}

}  // namespace

int tail_trial_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("rank", po::value<std::size_t>(), "1 for the worst chip that was met")(
      "adversary", po::value<double>(), "a bound that the adversary has searched within, in sigma");
  add_dump_options(options);
  const auto values = parse_options("trial", kTailTrialUsage, arguments, options, "RESULTS");
  if (!values) return 0;
  const std::string file = one_argument(*values, "trial", "RESULTS");
  if (values->count("rank") + values->count("adversary") != 1)
    fail_usage("trial: which chip is meant is missing or twofold (allowed: --rank K or --adversary K)");
  const std::optional<DumpRequest> dump = find_dump(*values, file);
  const TailRecord tail = load_tail(file);
  const bool equal = values->count("rank") > 0 ? make_rank(tail, file, (*values)["rank"].as<std::size_t>(), dump)
                                               : make_worst(tail, file, (*values)["adversary"].as<double>(), dump);
  if (!equal) fail_results("{}: the chip made now differs from the one in the file", file);
  return 0;
}

}  // namespace ohmcarlo
