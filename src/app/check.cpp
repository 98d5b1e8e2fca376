#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <span>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "app/accelerator_text.hpp"
#include "app/array_text.hpp"
#include "app/command.hpp"
#include "app/doubtful.hpp"
#include "app/forecast.hpp"
#include "app/job_data.hpp"
#include "app/metric_page.hpp"
#include "app/options.hpp"
#include "app/results_size.hpp"
#include "config/key_text.hpp"
#include "data/dataset.hpp"
#include "experiment/chip_cost.hpp"
#include "experiment/plan.hpp"
#include "storage/checksum.hpp"
#include "storage/results_file.hpp"
#include "trial/data_source.hpp"
#include "trial/metrics.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostPointsShown = 40;

std::string layer_table(const NetworkSpec& network) {
  std::string text = "  layer         inputs  outputs  parameters        MACs\n";
  Index parameters = 0;
  Index macs = 0;
  for (const Node& layer : network.layers) {
    text += fmt::format("  {:<12} {:>7} {:>8} {:>11} {:>11}\n", layer.name, layer.in().features, layer.out().features,
                        layer.parameters(), layer.macs());
    parameters += layer.parameters();
    macs += layer.macs();
  }
  return text + fmt::format("  {:<12} {:>7} {:>8} {:>11} {:>11}\n", "in all", network.inputs, network.classes,
                            parameters, macs);
}

/// "single Gaussian a weight, sd 0.0778 max|W|".
std::string noise_form(const Hardware& hardware) {
  if (hardware.arrays) return "arrays";
  const Variation& variation = hardware.variation;
  const std::string sampler =
      variation.sampler == Sampler::cells
          ? fmt::format("{} cell{} a weight, one Gaussian each", variation.cells(), variation.cells() == 1 ? "" : "s")
          : fmt::format("one Gaussian a weight for {} cell{}", variation.cells(), variation.cells() == 1 ? "" : "s");
  return fmt::format("{}; sd {:.6g} max|W|, once a chip", sampler, weight_sd(variation));
}

KeyFormat key_format(const std::string& word) {
  const auto words = kKeyFormats.all();
  if (std::ranges::find(words, word) == words.end())
    fail_usage("--format {}: unknown (allowed: {})", word, fmt::join(words, ", "));
  return kKeyFormats.meaning_of(word);
}

/// One kind of arrays, and what is evaluated on them.
struct ArrayKind {
  Point first;
  std::size_t evaluations = 0;
};

/// The arrays of each kind of point, and how many chips have such.
void print_arrays(const Experiment& experiment, const Plan& plan) {
  constexpr std::size_t kMostKinds = 6;
  constexpr std::size_t kMostDescribed = 200;
  std::map<std::string, ArrayKind> kinds;  // by their description
  const std::size_t described = std::min(plan.evaluations.size(), kMostDescribed);
  for (std::size_t i = 0; i < described; ++i) {
    Point point = experiment.points[plan.evaluations[i].points.front()];
    if (!point.hardware.arrays) continue;
    const NetworkSpec network = point.network.build(point.data);
    std::string text = describe_arrays(point.hardware.array, network);
    if (point.hardware.accelerator)
      text += describe_accelerator(*point.hardware.accelerator, point.hardware.array, network);
    for (const std::string& step : describe(point.deployment)) text += "    " + step + "\n";
    const auto [kind, is_new] = kinds.try_emplace(text);
    if (is_new) kind->second.first = std::move(point);
    ++kind->second.evaluations;
  }
  if (kinds.empty()) return;
  fmt::print("arrays{}\n",
             described < plan.evaluations.size() ? fmt::format(" (of the first {} evaluations)", described) : "");
  std::size_t shown = 0;
  for (const auto& [text, kind] : kinds) {
    if (shown++ == kMostKinds) {
      fmt::print("  ... and {} more kinds\n", kinds.size() - kMostKinds);
      break;
    }
    const std::size_t chips = kind.evaluations * experiment.most_chips();
    fmt::print("  {}:\n{}    {}{} chips have such arrays\n", kind.first.label(experiment.shape), text,
               experiment.decides_chips() ? "at most " : "", chips);
  }
}

/// What a chip costs by counted operations, as if it had been timed.
WorkKind counted_chip(const PointParts::Pair& parts, std::size_t images) {
  constexpr double kSecond = 1e9;
  WorkKind kind{.seconds = chip_nanoseconds(parts, static_cast<double>(images)) / kSecond, .images = images};
  kind.programming = chip_nanoseconds(parts, 0) / kSecond;
  kind.image = (chip_nanoseconds(parts, 1) - chip_nanoseconds(parts, 0)) / kSecond;
  return kind;
}

/// Whether fewer images would do, of the first chips for which that is so; empty if there are none.
std::string suggest_fewer_images(const Experiment& experiment, const Plan& plan, DataSource& data) {
  constexpr std::size_t kMostCounted = 200;
  if (experiment.images.kind != ImageChoice::Kind::all) return "";
  for (std::size_t i = 0; i < std::min(plan.evaluations.size(), kMostCounted); ++i) {
    const EvaluationTask task = plan.evaluations[i];
    const Point point = experiment.points[task.points.front()];
    if (point.deployment.any() || task.equal_chips) continue;
    const auto images = static_cast<std::size_t>(data.test(point.data, point.data.scaling)->images());
    const std::string hint = suggest_images(counted_chip(experiment.parts(task.points.front()), images));
    if (!hint.empty()) return "by counted operations, " + hint;
  }
  return "";
}

/// When a point has enough chips, and how unlike chips may be for that.
void print_until(const Until& until) {
  const double t = student_t_quantile((1 + until.confidence) / 2, static_cast<double>(until.max - 1));
  const double widest_sd = until.half_width * std::sqrt(static_cast<double>(until.max)) / t;
  fmt::print("  until the {:g} % interval of the {} ({}) is at most +-{:g}", 100 * until.confidence,
             kUntilMetrics.word_of(until.metric), kIntervalKinds.word_of(until.interval), until.half_width);
  if (until.interval == IntervalKind::fixed_width)
    fmt::print("; {} chips reach that where they differ by an sd of at most {:.2g}", until.max, widest_sd);
  fmt::print("\n");
}

/// Which values get chips, or trainings, until when, and on what.
void print_race(const Race& race) {
  fmt::print(
      "  {} go to the values of {} that may have the best {}, until one is left or all left are within {:g}; it is "
      "kept "
      "with {:g} %\n",
      race.is_over_trainings() ? "trainings" : "chips", race.axis, kRaceMetrics.word_of(race.metric), race.tolerance,
      100 * race.confidence);
  if (races_on_test_data(race)) fmt::print("  {}\n", kRaceOnTestData);
}

/// Which test images a chip sees, if not all.
void print_images(const Experiment& experiment) {
  if (!experiment.images_note.empty()) fmt::print("  {}\n", experiment.images_note);
  if (experiment.images.kind == ImageChoice::Kind::number)
    fmt::print("  each chip sees a sample of {} test images\n", experiment.images.number);
  if (experiment.images.kind == ImageChoice::Kind::two_stage)
    fmt::print("  each chip sees a sample of the test images; {} chips of every point decide how large\n",
               std::min(kPilotChips, experiment.most_chips()));
}

/// "8 trainings", "1 network as in its file", "2 trainings, 3 networks as in their files".
std::string count_models(const Plan& plan) {
  const auto trained =
      static_cast<std::size_t>(std::ranges::count_if(plan.training_costs, [](double cost) { return cost > 0; }));
  const std::size_t found = plan.training_costs.size() - trained;
  std::string text;
  if (trained > 0 || found == 0) text = fmt::format("{} training{}", trained, trained == 1 ? "" : "s");
  if (found > 0)
    text += fmt::format("{}{} network{} as in {} file{}", text.empty() ? "" : ", ", found, found == 1 ? "" : "s",
                        found == 1 ? "its" : "their", found == 1 ? "" : "s");
  return text;
}

/// Whether a file is checked as results: it begins as HDF5 does, or is called so.
bool is_results_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  char start[8] = "";
  std::ifstream(path, std::ios::binary).read(start, sizeof start);
  return has_hdf5_signature(std::as_bytes(std::span(start))) || path.ends_with(".h5");
}

}  // namespace

int check_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("keys", "list all configuration keys")(
      "metrics", "list all metrics, as Markdown")("format", po::value<std::string>()->default_value("text"),
                                                  "of --keys: text, markdown, or json-schema for editors")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "KEY=VALUE: overrides a key of the experiment; may be repeated");
  const auto values = parse_options("check",
                                    "ohmcarlo check EXPERIMENT.toml [options]\n\nReads and validates an experiment and "
                                    "says what it would do, then reads its data. Runs nothing, and refuses\n"
                                    "what 'ohmcarlo run' would refuse before it computes.\n\n"
                                    "ohmcarlo check RESULTS.h5\n\nSays whether a results file is whole.",
                                    arguments, options, "EXPERIMENT");
  if (!values) return 0;
  if (values->count("keys") > 0) {
    fmt::print("{}", render_keys(key_format((*values)["format"].as<std::string>())));
    return 0;
  }
  if (values->count("metrics") > 0) {
    fmt::print("{}", metrics_as_markdown());
    return 0;
  }
  const std::string file = one_argument(*values, "check", "EXPERIMENT");
  if (is_results_file(file)) {
    fmt::print("{}\n", describe_results_file(file));
    return 0;
  }
  std::vector<Override> overrides;
  if (values->count("set") > 0)
    for (const std::string& text : (*values)["set"].as<std::vector<std::string>>())
      overrides.push_back(parse_override(text));
  const Experiment experiment = make_experiment(read_document(file, overrides));

  std::map<std::string, std::string> stand_in;  // for the hashes of data sets, which are not read
  std::map<std::string, std::string> directories;
  std::set<std::string> networks, notes;
  for (const std::size_t number : experiment.kinds()) {
    const Point point = experiment.points[number];
    stand_in[point.data.name] = point.data.set;
    directories[point.data.name] = point.data.directory;
    const NetworkSpec network = point.network.build(point.data);
    networks.insert(layer_table(network));
    for (const std::string& note : point.network.notes(network)) notes.insert(note);
  }
  const Plan plan = make_plan(experiment, stand_in, {});
  const Shape& shape = experiment.shape;
  const std::size_t evaluations = plan.evaluations.size();
  if (experiment.decides_trainings()) {
    const std::size_t fewest = fewest_trainings(experiment);
    const auto share = [&](std::size_t count) { return count / shape.replicas * fewest; };
    fmt::print("{}: {} points, {} to {} replicas, {} chips each\n", experiment.name, shape.points(), fewest,
               shape.replicas, shape.trials);
    print_race(*experiment.race);
    fmt::print("  {} to {} trainings and {} to {} chips to evaluate\n", share(plan.models.size()), plan.models.size(),
               share(evaluations) * shape.trials, evaluations * shape.trials);
  } else if (experiment.decides_chips()) {
    fmt::print("{}: {} points, {} replica{}, {} to {} chips each\n", experiment.name, shape.points(), shape.replicas,
               shape.replicas == 1 ? "" : "s", shape.trials, experiment.most_chips());
    if (experiment.until) print_until(*experiment.until);
    if (experiment.race) print_race(*experiment.race);
    fmt::print("  {} and {} to {} chips to evaluate\n", count_models(plan), evaluations * shape.trials,
               evaluations * experiment.most_chips());
  } else {
    fmt::print("{}: {} points, {} replica{}, {} chips each\n", experiment.name, shape.points(), shape.replicas,
               shape.replicas == 1 ? "" : "s", shape.trials);
    fmt::print("  {} and {} chips to evaluate ({} cells in the results)\n", count_models(plan),
               evaluations * shape.trials, shape.cells());
  }
  print_images(experiment);
  fmt::print("  chips are {} at every point\n", experiment.common_random_numbers ? "the same" : "drawn anew");
  for (const auto& [name, set] : stand_in) {
    try {
      fmt::print("data {}: {}\n", name, find_dataset_directory(set, directories[name]).string());
    } catch (const Error& error) {
      fmt::print("data {}: {}\n", name, error.what());
    }
  }
  for (const std::string& network : networks) fmt::print("network\n{}", network);
  for (const std::string& note : notes) fmt::print("  {}\n", note);
  fmt::print("points\n");
  for (std::size_t i = 0; i < std::min(experiment.points.size(), kMostPointsShown); ++i) {
    const Point point = experiment.points[i];
    fmt::print("  {}: {}\n", point.label(shape), noise_form(point.hardware));
  }
  if (experiment.points.size() > kMostPointsShown)
    fmt::print("  ... and {} more\n", experiment.points.size() - kMostPointsShown);
  print_arrays(experiment, plan);
  std::fflush(stdout);
  DataSource data(experiment);
  (void)read_job_data(experiment, data);
  fmt::print("{}", format_space(measure_space(experiment, plan, metrics_of(experiment), "R.h5")));
  for (const std::string& doubt : doubtful_settings(experiment)) fmt::print("warning: {}\n", doubt);
  if (const std::string hint = suggest_fewer_images(experiment, plan, data); !hint.empty())
    fmt::print("hint: {}\n", hint);
  fmt::print("'ohmcarlo plan {}' times a little of it, and says how long all will take\n", file);
  return 0;
}

}  // namespace ohmcarlo
