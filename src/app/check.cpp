#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "app/array_text.hpp"
#include "app/command.hpp"
#include "app/duration.hpp"
#include "app/options.hpp"
#include "config/key_text.hpp"
#include "data/dataset.hpp"
#include "experiment/plan.hpp"

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

/// The arrays of each kind of point, and what a chip of it costs.
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
    for (const std::string& step : describe(point.deployment)) text += "    " + step + "\n";
    const auto [kind, is_new] = kinds.try_emplace(text);
    if (is_new) kind->second.first = std::move(point);
    ++kind->second.evaluations;
  }
  if (kinds.empty()) return;
  fmt::print("arrays{}\n",
             described < plan.evaluations.size() ? fmt::format(" (of the first {} evaluations)", described) : "");
  constexpr std::size_t kTestImages = 10000;
  std::size_t shown = 0;
  for (const auto& [text, kind] : kinds) {
    if (shown++ == kMostKinds) {
      fmt::print("  ... and {} more kinds\n", kinds.size() - kMostKinds);
      break;
    }
    const auto& [point, evaluations] = kind;
    const NetworkSpec network = point.network.build(point.data);
    // There and back costs about three times as much as there.
    const double seconds = measure_chip(point.hardware.array, network, kTestImages + 3 * images_seen(point.deployment));
    const double all = seconds * static_cast<double>(evaluations * experiment.shape.trials);
    fmt::print(
        "  {}:\n{}    at most {:.2g} s a chip with {} images on this processor, {} for these {} chips on one rank\n",
        point.label(experiment.shape), text, seconds, kTestImages, format_duration(all),
        evaluations * experiment.shape.trials);
  }
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

/// Which test images a chip sees, if not all.
void print_images(const Experiment& experiment) {
  if (!experiment.images_note.empty()) fmt::print("  {}\n", experiment.images_note);
  if (experiment.images.kind == ImageChoice::Kind::number)
    fmt::print("  each chip sees a sample of {} test images\n", experiment.images.number);
  if (experiment.images.kind == ImageChoice::Kind::two_stage)
    fmt::print("  each chip sees a sample of the test images; {} chips of every point decide how large\n",
               std::min(kPilotChips, experiment.most_chips()));
}

}  // namespace

int check_command(const Arguments& arguments) {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("keys", "list all configuration keys")(
      "format", po::value<std::string>()->default_value("text"),
      "of --keys: text, markdown, or json-schema for editors")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "KEY=VALUE: overrides a key of the experiment; may be repeated");
  const auto values = parse_options("check",
                                    "ohmcarlo check EXPERIMENT.toml [options]\n\nReads and validates an experiment and "
                                    "says what it would do. Runs nothing.",
                                    arguments, options, "EXPERIMENT");
  if (!values) return 0;
  if (values->count("keys") > 0) {
    fmt::print("{}", render_keys(key_format((*values)["format"].as<std::string>())));
    return 0;
  }
  std::vector<Override> overrides;
  if (values->count("set") > 0)
    for (const std::string& text : (*values)["set"].as<std::vector<std::string>>())
      overrides.push_back(parse_override(text));
  const Experiment experiment = make_experiment(read_document(one_argument(*values, "check", "EXPERIMENT"), overrides));

  std::map<std::string, std::string> stand_in;  // for the hashes of data sets, which are not read
  std::map<std::string, std::string> directories;
  std::set<std::string> networks;
  for (const std::size_t number : experiment.kinds()) {
    const Point point = experiment.points[number];
    stand_in[point.data.name] = point.data.set;
    directories[point.data.name] = point.data.directory;
    networks.insert(layer_table(point.network.build(point.data)));
  }
  const Plan plan = make_plan(experiment, stand_in, {});
  const Shape& shape = experiment.shape;
  const std::size_t evaluations = plan.evaluations.size();
  if (experiment.until) {
    fmt::print("{}: {} points, {} replica{}, {} to {} chips each\n", experiment.name, shape.points(), shape.replicas,
               shape.replicas == 1 ? "" : "s", experiment.until->min, experiment.until->max);
    print_until(*experiment.until);
    fmt::print("  {} trainings and {} to {} chips to evaluate\n", plan.models.size(),
               evaluations * experiment.until->min, evaluations * experiment.until->max);
  } else {
    fmt::print("{}: {} points, {} replica{}, {} chips each\n", experiment.name, shape.points(), shape.replicas,
               shape.replicas == 1 ? "" : "s", shape.trials);
    fmt::print("  {} trainings and {} chips to evaluate ({} cells in the results)\n", plan.models.size(),
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
  fmt::print("points\n");
  for (std::size_t i = 0; i < std::min(experiment.points.size(), kMostPointsShown); ++i) {
    const Point point = experiment.points[i];
    fmt::print("  {}: {}\n", point.label(shape), noise_form(point.hardware));
  }
  if (experiment.points.size() > kMostPointsShown)
    fmt::print("  ... and {} more\n", experiment.points.size() - kMostPointsShown);
  print_arrays(experiment, plan);
  return 0;
}

}  // namespace ohmcarlo
