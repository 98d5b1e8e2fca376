// ohmcarlo simulate: one chip of an experiment, clock cycle by clock cycle.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <optional>

#include <fmt/core.h>

#include "app/command.hpp"
#include "app/options.hpp"

#ifdef OHMCARLO_SYSTEMC
#include "app/simulation_text.hpp"
#include "app/store_source.hpp"
#include "base/signals.hpp"
#include "config/document.hpp"
#include "experiment/selection.hpp"
#include "linalg/product.hpp"
#include "simulator/simulate.hpp"
#include "trial/models.hpp"
#endif

namespace ohmcarlo {
namespace {

constexpr const char* kSimulateUsage =
    "ohmcarlo simulate EXPERIMENT.toml [--point KEY=VALUE ...] [--trial N] [--inputs N] [options]\n\n"
    "Runs the first test images (or sequences) through one chip of an experiment on arrays, clock cycle by clock "
    "cycle:\n"
    "every buffer, driver, crossbar, converter and adder of the accelerator is a module of its own (SystemC). The "
    "table\n"
    "[accelerator] says how many there are; without it defaults hold, and are said.\n\n"
    "Prints cycles of every layer, busy shares of every kind of module, and the energy of an inference. The logits "
    "are\n"
    "compared with those of the functional model: they are equal to the last bit, or the exit status is 1. A network\n"
    "that is not in the store of models ($OHMCARLO_MODELS, else models/ beside the experiment) is trained first.\n\n"
    "--csv writes a line for each module: layer, module, busy_cycles, share. --timeline writes a line for each period "
    "in\n"
    "which a module was busy: layer, module, start, end, in whole cycles. --vcd writes a trace of all modules for a "
    "viewer\n"
    "of waves, in which a cycle is a nanosecond.";

#ifdef OHMCARLO_SYSTEMC

constexpr Index kMostImages = Index{1} << 20;  ///< that reads can name

using Values = boost::program_options::variables_map;

/// A file that is asked for, which must not be there without --overwrite; empty if none is.
std::string output_path(const Values& values, const char* option) {
  if (values.count(option) == 0) return "";
  const auto path = values[option].as<std::string>();
  std::error_code ignored;
  if (values.count("overwrite") == 0 && std::filesystem::exists(path, ignored))
    fail_results("--{} {}: exists (allowed: --overwrite to replace it, or another name)", option, path);
  return path;
}

void write_file(const char* option, const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream out(path);
  out << text;
  if (!out.flush()) fail_results("--{} {}: cannot be written", option, path);
}

/// Which chip is meant.
struct Chip {
  std::size_t point = 0;
  std::size_t replica = 0;
  std::uint32_t trial = 0;
};

Chip find_chip(const Experiment& experiment, const Values& values) {
  const auto selectors =
      values.count("point") > 0 ? values["point"].as<std::vector<std::string>>() : std::vector<std::string>();
  const std::vector<std::size_t> points = select_points(experiment.shape, selectors);
  if (points.size() != 1)
    fail_usage(
        "simulate: {} points are meant, of which the first are {} and {} (allowed: --point KEY=VALUE, until one "
        "is left)",
        points.size(), experiment.points[points[0]].label(experiment.shape),
        experiment.points[points[1]].label(experiment.shape));
  const auto replica = values["replica"].as<std::int64_t>(), trial = values["trial"].as<std::int64_t>();
  const auto replicas = static_cast<std::int64_t>(experiment.shape.replicas);
  if (replica < 0 || replica >= replicas)
    fail_usage("--replica {}: no such replica (allowed: 0 to {})", replica, replicas - 1);
  constexpr std::int64_t kLastTrial = 4194303;
  if (trial < 0 || trial > kLastTrial) fail_usage("--trial {}: not a chip (allowed: 0 to {})", trial, kLastTrial);
  return {points.front(), static_cast<std::size_t>(replica), static_cast<std::uint32_t>(trial)};
}

/// What can be said before a network is at hand.
void check_point(const std::string& file, const Point& point, const NetworkSpec& network) {
  if (!point.hardware.arrays)
    fail_usage("{}: 'hardware.simulate' = \"weights\" has no arrays to simulate (allowed: \"arrays\")", file);
  if (point.deployment.any())
    fail_usage("{}: 'deployment.steps' change chips in ways that a simulation does not know (allowed: without)", file);
  if (const std::string why = why_not_simulated(network, point.hardware.array); !why.empty())
    fail_usage("{}: {}", file, why);
}

std::vector<std::uint32_t> first_inputs(const Values& values, Index images) {
  const auto inputs = values["inputs"].as<std::int64_t>();
  if (inputs < 1 || inputs > images)
    fail_usage("--inputs {}: not a number of test inputs (allowed: 1 to {})", inputs, images);
  std::vector<std::uint32_t> numbers(static_cast<std::size_t>(inputs));
  std::iota(numbers.begin(), numbers.end(), 0U);
  return numbers;
}

/// The networks of an experiment, trained where they are not stored.
class Networks {
 public:
  Networks(const Experiment& experiment, const Plan& plan, DataSource& data, const std::string& file, const Poll& poll)
      : plan_(plan),
        store_(ModelStore::directory_for(file)),
        source_(store_),
        models_(experiment, plan, data, source_, clock_),
        poll_(poll) {}

  std::shared_ptr<const LoadedModel> load(std::uint32_t model, bool folded) {
    if (const ModelTask& task = plan_.models[model]; !store_.load(task.id, task.identity)) {
      fmt::print(stderr, "model {} is not in {}: training it\n", task.id, store_.directory().string());
      (void)models_.obtain(model, poll_, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
    }
    std::shared_ptr<const LoadedModel> loaded = models_.load(model, folded, poll_);
    if (loaded->diverged()) throw std::runtime_error("simulate: the network diverged in training: it is on no chip");
    return loaded;
  }

 private:
  const Plan& plan_;
  ModelStore store_;
  StoreSource source_;
  Clock clock_ = steady_clock();
  Models models_;
  const Poll& poll_;
};

EvaluationTask find_evaluation(const Plan& plan, const Chip& chip) {
  for (std::size_t i = 0; i < plan.evaluations.size(); ++i) {
    EvaluationTask task = plan.evaluations[i];
    if (task.replica == chip.replica && std::ranges::find(task.points, chip.point) != task.points.end()) return task;
  }
  throw std::logic_error("every point has its evaluation");
}

/// The network of a chip on its arrays, programmed.
ArrayNetwork make_chip(const Point& point, const Chip& chip, const EvaluationTask& task, Networks& networks,
                       DataSource& data, const Poll& poll) {
  const bool folded = point.hardware.fold_normalisation;
  const auto on_arrays = [&](std::uint32_t model, std::optional<std::vector<LayerScales>> ranges) {
    const std::shared_ptr<const LoadedModel> network = networks.load(model, folded);
    return ArrayNetwork(network->network(), {.arrays = point.hardware.array, .range_from = std::move(ranges)},
                        *data.training(point.data), data.test(point.data, network->scaling()), poll);
  };
  std::optional<std::vector<LayerScales>> ranges;
  if (task.range_model) ranges = on_arrays(*task.range_model, {}).scales();
  ArrayNetwork network = on_arrays(task.model, std::move(ranges));
  network.program(point.chip_key, static_cast<std::uint32_t>(chip.replica), chip.trial, poll);
  return network;
}

int simulate_chip(const std::string& file, const Values& values) {
  std::vector<Override> overrides;
  if (values.count("set") > 0)
    for (const std::string& text : values["set"].as<std::vector<std::string>>())
      overrides.push_back(parse_override(text));
  const std::string csv = output_path(values, "csv"), timeline = output_path(values, "timeline"),
                    vcd = output_path(values, "vcd");
  const Experiment experiment = make_experiment(read_document(file, overrides));
  const Chip chip = find_chip(experiment, values);
  const Point point = experiment.points[chip.point];
  check_point(file, point, experiment.parts(chip.point).model->spec);
  if (values["inputs"].as<std::int64_t>() < 1) (void)first_inputs(values, kMostImages);
  const bool defaults = !point.hardware.accelerator;
  const AcceleratorOptions accelerator = defaults ? default_accelerator() : *point.hardware.accelerator;

  use_one_thread();
  DataSource data(experiment);
  const Plan plan = make_plan(experiment, data.hash_contents(), {});
  const Poll poll = [] {
    if (stop_requested() != StopRequest::none) throw Resumable("simulate: stopped");
  };
  const InputScaling scaling =
      scaling_of(point.data, *data.training(point.data), data.split_training(point.data, experiment.seed));
  const std::vector<std::uint32_t> inputs = first_inputs(values, data.test(point.data, scaling)->images());
  Networks networks(experiment, plan, data, file, poll);
  const ArrayNetwork network = make_chip(point, chip, find_evaluation(plan, chip), networks, data, poll);
  const SimulatedRun run = simulate(network, {accelerator, !timeline.empty(), vcd}, inputs, poll);
  const LabelledLogits expected = network.logits(inputs, poll);
  const auto differing = static_cast<Index>((run.logits.logits.array() != expected.logits.array()).count());

  const std::string label = point.label(experiment.shape);
  fmt::print("{}: {}, replica {}, chip {}\n", experiment.name, label.empty() ? "the only point" : label, chip.replica,
             chip.trial);
  fmt::print("{}", describe_simulation(run, network, accelerator, defaults));
  write_file("csv", csv, module_csv(run));
  write_file("timeline", timeline, timeline_csv(run));
  if (differing > 0)
    throw std::runtime_error(
        fmt::format("simulate: {} of {} logits differ from the functional model's", differing, expected.logits.size()));
  fmt::print("logits: {}, equal to the functional model's, bit for bit\n", expected.logits.size());
  return 0;
}

#else

int simulate_chip(const std::string& /*file*/, const boost::program_options::variables_map& /*values*/) {
  fail_usage("simulate: this program was built without SystemC (allowed: a build where libsystemc-dev is installed)");
}

#endif

}  // namespace

int simulate_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("set", po::value<std::vector<std::string>>()->composing(),
                                             "KEY=VALUE: overrides a key (repeatable)")(
      "point", po::value<std::vector<std::string>>()->composing(), "KEY=VALUE: of the point (repeatable)")(
      "trial", po::value<std::int64_t>()->default_value(0), "number of the chip, from 0")(
      "replica", po::value<std::int64_t>()->default_value(0), "number of the training, from 0")(
      "inputs", po::value<std::int64_t>()->default_value(1), "test images or sequences, the first ones")(
      "csv", po::value<std::string>(), "file for the busy cycles of every module")(
      "timeline", po::value<std::string>(), "file for the busy periods of every module")(
      "vcd", po::value<std::string>(), "file for a trace of signals")("overwrite", "replace these files");
  const auto values = parse_options("simulate", kSimulateUsage, arguments, options, "EXPERIMENT");
  if (!values) return 0;
  return simulate_chip(one_argument(*values, "simulate", "EXPERIMENT"), *values);
}

}  // namespace ohmcarlo
