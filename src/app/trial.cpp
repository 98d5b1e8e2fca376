#include <bit>
#include <cmath>
#include <optional>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "app/command.hpp"
#include "app/dump_request.hpp"
#include "app/options.hpp"
#include "app/read_results.hpp"
#include "app/sheet.hpp"
#include "app/store_source.hpp"
#include "base/signals.hpp"
#include "config/document.hpp"
#include "experiment/sampled_summary.hpp"
#include "experiment/selection.hpp"
#include "linalg/product.hpp"
#include "trial/tasks.hpp"

namespace ohmcarlo {
namespace {

constexpr const char* kTrialUsage =
    "ohmcarlo trial RESULTS --trial N [--point KEY=VALUE ...] [--replica R] [options]\n"
    "ohmcarlo trial RESULTS --worst | --best [--point KEY=VALUE ...] [options]\n"
    "ohmcarlo trial T.h5 --rank K | --adversary K    of a file of 'ohmcarlo tail'\n\n"
    "Makes one chip of a results file again, from the experiment and the networks that the file was made with, with\n"
    "the accuracy of every class and all numbers of every layer. Its numbers are compared with those of the file:\n"
    "they are equal to the last bit, or the exit status is 4 and a line says which are not.\n\n"
    "--point says which point is meant, where the file has several; a key may be shortened to its last part. A "
    "network\n"
    "that is no longer in the store of models is trained again.\n\n"
    "--dump logits writes an HDF5 file with the chip's logits [image, class], the labels and the numbers of the "
    "images\n"
    "in the test set. --dump conductances writes what the chip holds of every weight layer, counted from 1: "
    "layer_1/weights\n"
    "[output, input], layer_1/bias, and of the cells on arrays layer_1/slice_0/positive [row, column] and, of pairs,\n"
    "negative, or the column reference of every array. Cells are in full scales, 0 at g_min and 1 at g_max; a weight "
    "is the\n"
    "sum over slices of scale (an attribute) times positive minus negative, where wires are ideal.";

using Values = boost::program_options::variables_map;

/// Which chip of a file is meant.
struct ChipPlace {
  std::size_t point = 0;  ///< in the table of the file
  std::size_t replica = 0;
  std::size_t trial = 0;
};

std::string point_text(const Shape& shape, std::size_t point) {
  const std::vector<std::size_t> indices = shape.indices(point);
  std::string text;
  for (std::size_t i = 0; i < indices.size(); ++i)
    text += fmt::format("{}{} {}", i > 0 ? ", " : "", last_part(shape.axes[i].key),
                        to_text(shape.axes[i].values[indices[i]]));
  return text.empty() ? "the only point" : text;
}

/// The finished chip of least (or most) accuracy among these points.
ChipPlace find_extreme(const Table& table, const std::vector<std::size_t>& points, std::optional<std::size_t> replica,
                       bool worst) {
  std::optional<ChipPlace> found;
  double extreme = 0;
  for (const std::size_t point : points)
    for (std::size_t r = 0; r < table.shape.replicas; ++r) {
      if (replica && r != *replica) continue;
      for (std::size_t trial = 0; trial < table.shape.trials; ++trial) {
        const double accuracy = table.values[kAccuracy][table.shape.cell(point, r, trial)];
        if (!std::isfinite(accuracy) || (found && (worst ? accuracy >= extreme : accuracy <= extreme))) continue;
        found = {point, r, trial};
        extreme = accuracy;
      }
    }
  if (!found) fail_usage("trial: no chip that is asked for is finished");
  return *found;
}

ChipPlace find_chip(const Results& results, const Values& values) {
  const Shape& shape = results.table.shape;
  const std::vector<std::size_t> points = select_points(
      shape, values.count("point") > 0 ? values["point"].as<std::vector<std::string>>() : std::vector<std::string>());
  std::optional<std::size_t> replica;
  if (values.count("replica") > 0) {
    replica = values["replica"].as<std::size_t>();
    if (*replica >= shape.replicas)
      fail_usage("--replica {}: no such replica (allowed: 0 to {})", *replica, shape.replicas - 1);
  }
  const std::size_t ways = values.count("trial") + values.count("worst") + values.count("best");
  if (ways != 1) fail_usage("trial: which chip is missing or twofold (allowed: --trial N, --worst, or --best)");
  for (const std::size_t point : points)
    if (values.count("trial") == 0 && is_sampled(results.table, point, kAccuracy))
      fail_usage(
          "trial: chips saw samples of the test images, which decide as much as the chip which accuracy is the {} "
          "(allowed: "
          "--trial N)",
          values.count("worst") > 0 ? "worst" : "best");
  if (values.count("trial") == 0) return find_extreme(results.table, points, replica, values.count("worst") > 0);
  if (points.size() != 1)
    fail_usage(
        "trial: {} points are meant, of which the first are {} and {} (allowed: --point KEY=VALUE, until one is "
        "left)",
        points.size(), point_text(shape, points[0]), point_text(shape, points[1]));
  const auto trial = values["trial"].as<std::size_t>();
  constexpr std::size_t kMostTrials = 4194304;
  if (trial >= kMostTrials) fail_usage("--trial {}: too large (allowed: 0 to {})", trial, kMostTrials - 1);
  return {points.front(), replica.value_or(0), trial};
}

/// The number of the evaluation of a point and replica.
std::uint32_t find_evaluation(const Plan& plan, std::size_t point, std::size_t replica) {
  for (std::uint32_t i = 0; i < plan.evaluations.size(); ++i) {
    const EvaluationTask task = plan.evaluations[i];
    if (task.replica == replica && std::ranges::find(task.points, point) != task.points.end()) return i;
  }
  throw std::logic_error("every point has its evaluation");
}

/// Numbers of one metric of one chip.
using Numbers = std::vector<double>;

bool are_equal(const Numbers& one, const Numbers& other) {
  return std::ranges::equal(one, other, [](double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b));
  });
}

/// The names of the metrics in which the chip is not the one of the file. `numbers`: of each of `metrics`.
std::vector<std::string> find_differences(const Table& table, const ChipPlace& place,
                                          const std::vector<Metric>& metrics, const std::vector<Numbers>& numbers) {
  std::vector<std::string> differing;
  const std::size_t cell = table.shape.cell(place.point, place.replica, place.trial);
  for (std::size_t m = 0; m < table.metrics.size(); ++m) {
    const auto found = std::ranges::find(metrics, table.metrics[m].name, &Metric::name);
    if (found == metrics.end()) continue;
    Numbers stored;
    for (const std::size_t i : places(*found, table.metrics[m]))
      stored.push_back(table.values[m][cell * table.metrics[m].size() + i]);
    if (!are_equal(stored, numbers[static_cast<std::size_t>(found - metrics.begin())]))
      differing.push_back(found->name);
  }
  return differing;
}

std::string as_lines(const std::vector<Metric>& metrics, const std::vector<Numbers>& numbers) {
  std::string text;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (metrics[m].dimensions.size() > 1) continue;  // a matrix
    const std::string units = metrics[m].units == "1" ? "" : " " + metrics[m].units;
    text += fmt::format("{:<16} {:.6g}{}\n", metrics[m].name, fmt::join(numbers[m], " "), units);
  }
  return text;
}

std::string as_json(const Results& results, const ChipPlace& place, const std::string& verdict,
                    const std::vector<Metric>& metrics, const std::vector<Numbers>& numbers) {
  std::vector<std::string> lines;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    std::vector<std::string> list;
    for (const double number : numbers[m]) list.push_back(json_number(number));
    lines.push_back(
        fmt::format("  {}: {}", json_text(metrics[m].name),
                    metrics[m].dimensions.empty() ? list.front() : fmt::format("[{}]", fmt::join(list, ", "))));
  }
  return fmt::format(
      "{{\n  \"experiment\": {},\n  \"point\": {},\n  \"replica\": {},\n  \"trial\": {},\n  \"file\": {},\n{}\n}}\n",
      json_text(results.name), json_text(point_text(results.table.shape, place.point)), place.replica, place.trial,
      json_text(verdict), fmt::join(lines, ",\n"));
}

/// The experiment of a results file, which also keeps the accuracy of every class.
Experiment experiment_of(const Results& results, const std::string& file) {
  Experiment experiment = make_experiment(parse_document(results.toml, file, {}));
  experiment.kept.class_accuracy = true;
  experiment.device = device_of(parse_identity(results.identity));
  return experiment;
}

}  // namespace

int trial_command(const Arguments& arguments) {
  if (std::ranges::any_of(arguments, [](const std::string& each) {
        return each.starts_with("--rank") || each.starts_with("--adversary");
      }))
    return tail_trial_command(arguments);
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()("help", "this text")("point", po::value<std::vector<std::string>>()->composing(),
                                             "KEY=VALUE: of the point (repeatable)")(
      "trial", po::value<std::size_t>(), "number of the chip, from 0; it need not be in the file")(
      "worst", "the chip of the least accuracy in the file")("best", "the chip of the most accuracy in the file")(
      "replica", po::value<std::size_t>(), "number of the training, from 0 (default: 0; --worst, --best: any)")(
      "format", po::value<std::string>()->default_value("table"), "table (lines) or json");
  add_dump_options(options);
  add_reading_options(options);
  const auto values = parse_options("trial", kTrialUsage, arguments, options, "RESULTS");
  if (!values) return 0;
  const TableFormat format = parse_format((*values)["format"].as<std::string>());
  if (format == TableFormat::csv) fail_usage("--format csv: a chip is no table (allowed: table, json)");
  const std::string file = one_argument(*values, "trial", "RESULTS");
  const std::optional<DumpRequest> dump = find_dump(*values, file);
  const Results results = read_results_file(file, *values);
  const ChipPlace place = find_chip(results, *values);

  const Experiment experiment = experiment_of(results, file);
  const auto point = TablePoints(results.table.shape, experiment.shape).find_inside(place.point);
  if (!point)
    fail_usage("{}: its last run did not ask for the point {}; choose one of that run, or run the file with it again",
               file, point_text(results.table.shape, place.point));
  use_one_thread();
  DataSource data(experiment);
  const std::map<std::string, std::string> hashes = data.hash_contents();
  if (experiment_identity(experiment, join_hashes(hashes)).hash() != results.hash)
    fail_data("{}: was made with other data than what is found now, or by a version with other numbers", file);
  const Plan plan = make_plan(experiment, hashes, {});
  const std::uint32_t evaluation = find_evaluation(plan, *point, place.replica);
  const EvaluationTask task = plan.evaluations[evaluation];
  const ModelStore store(ModelStore::directory_for(file));
  StoreSource models(store);
  const Clock clock = steady_clock();
  ExperimentTasks work(experiment, plan, data, models, clock);
  if (results.sampling) work.learn({Lesson::Stage::evaluates_chips, *results.sampling});
  const Poll poll = [] {
    if (stop_requested() != StopRequest::none) throw Resumable("trial: stopped");
  };
  if (const ModelTask& model = plan.models[task.model]; !store.load(model.id, model.identity)) {
    fmt::print(stderr, "model {} is not in {}: training it\n", model.id, store.path(model.id).parent_path().string());
    (void)work.train(task.model, poll, [](const std::string& line) { fmt::print(stderr, "{}\n", line); });
  }
  const auto unit = static_cast<std::uint32_t>(place.trial / task.unit_chips);
  const ChipResult chip = work.evaluate(evaluation, unit, poll)[place.trial % task.unit_chips];

  if (dump) {
    const auto chips = work.last_chips();
    if (!chips) fail_results("{}: the network diverged in training: there is no chip to write", file);
    write_dump(dump,
               {{"experiment", results.name},
                {"experiment_hash", results.hash},
                {"point", point_text(results.table.shape, place.point)},
                {"replica", static_cast<std::int64_t>(place.replica)},
                {"trial", static_cast<std::int64_t>(place.trial)}},
               experiment.points[*point], *chips, static_cast<Index>(place.trial % task.unit_chips), poll);
  }

  const std::vector<Metric> metrics = metrics_of(experiment);
  std::vector<Numbers> numbers;
  for (auto next = chip.values.begin(); const Metric& metric : metrics) {
    numbers.emplace_back(next, next + static_cast<std::ptrdiff_t>(metric.size()));
    next += static_cast<std::ptrdiff_t>(metric.size());
  }
  const Table& table = results.table;
  const bool is_there = place.trial < table.shape.trials &&
                        table.state[table.shape.cell(place.point, place.replica, place.trial)] != CellState::not_run;
  const std::vector<std::string> differing =
      is_there ? find_differences(table, place, metrics, numbers) : std::vector<std::string>();
  const std::string verdict = !is_there           ? "the file does not have this chip"
                              : differing.empty() ? "equal to the file, bit for bit"
                              : experiment.device != kProcessor
                                  ? "as the processor makes it; sums of the file's device round otherwise"
                                  : "differs from the file";
  if (format == TableFormat::json)
    fmt::print("{}", as_json(results, place, verdict, metrics, numbers));
  else
    fmt::print("{}: {}, replica {}, chip {}: {}\n{}", results.name, point_text(table.shape, place.point), place.replica,
               place.trial, verdict, as_lines(metrics, numbers));
  if (!differing.empty() && experiment.device == kProcessor)
    fail_results("{}: the chip made now differs in {} from the one in the file", file, fmt::join(differing, ", "));
  return 0;
}

}  // namespace ohmcarlo
