#include "experiment/experiment.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "chip/weight_chips.hpp"
#include "config/converters.hpp"
#include "config/experiment.hpp"
#include "config/faults.hpp"
#include "config/storage.hpp"
#include "network/folding.hpp"
#include "random/address.hpp"
#include "training/method.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostPoints = 1000000;
constexpr std::size_t kMostCells = 200000000;

/// Sequences and networks that take them.
void check_sequences(const Reader& reader, const Point& point, const NetworkSpec& network) {
  const bool last = network.gives_one_row_a_sequence(), recurrent = network.is_recurrent();
  if (network.takes_sequences() && !point.data.is_sequences())
    fail_usage("{}: the network takes sequences (allowed data.set: fsdd, kws, folder, timit)",
               reader.where("data.set"));
  if (!point.data.is_sequences()) return;
  if (last == point.data.frame_wise())
    fail_usage("{}: this data set has a label a {}, so the network needs {} layer \"last\"", reader.where("data.set"),
               last ? "frame" : "sequence", last ? "no" : "a");
  if (!network.normalisation_layers().empty())
    fail_usage("{}: batch normalisation does not go with sequences, whose padding it would see",
               reader.where("network.architecture"));
  if (point.training.method == MethodKind::irs)
    fail_usage("{}: method \"irs\" takes images only", reader.where("training.method"));
  if (recurrent && point.training.activation_bits > 0)
    fail_usage("{}: 'training.activation_bits' does not go with an lstm", reader.where("training.activation_bits"));
}

Point read_point(const Document& document, const PointSettings& settings, FileCache& files) {
  Point point;
  Reader hardware(settings);
  point.hardware = read_hardware(hardware, files);
  point.deployment = read_deployment(hardware, point.hardware);
  if (point.hardware.arrays) point.range_from = read_range_from(hardware, point.hardware.array.adc);
  point.hardware_text = hardware.log();
  Reader model(settings);
  point.network = read_network(model, files);
  point.data = read_data(model, is_recurrent(point.network));
  const bool residual =
      std::ranges::any_of(point.network.layers, [](const std::string& layer) { return layer.starts_with("residual"); });
  point.training = read_training(model, point.hardware, residual, point.network.has_weights(), files);
  point.model_text = model.log();
  if (point.data.speech && point.training.augmentation != Augmentation{})
    fail_usage("{}: shifted and mirrored copies are made of images only", model.where("training.crop_padding"));
  NetworkSpec spec;
  try {
    spec = point.network.build(point.data);
    (void)trained_network(spec, point.training);
    if (point.network.weights) (void)point.network.given_weights(spec);  // refused now, not in a run
    if (point.hardware.fold_normalisation) check_foldable(spec);
  } catch (const Error& error) {
    error.raise_with(fmt::format("{}: {}", document.file, error.what()));
  }
  check_sequences(model, point, spec);
  check_defects(hardware, point.hardware, spec);
  check_deployment(hardware, point.deployment, spec);
  point.weight_layers = spec.weight_layers().size();
  point.unit_chips = point.hardware.arrays ? 1 : chips_per_group(spec);
  point.keys = hardware.keys_read() | model.keys_read();
  return point;
}

/// The point that differs from point `number` in what hardware.adc.range_from says; none if that is this point.
std::optional<std::size_t> find_range_point(const Document& document, const Experiment& experiment, std::size_t number,
                                            const Settings& other) {
  const std::string where = document.where.at("hardware.adc.range_from");
  std::vector<std::size_t> indices = experiment.shape.indices(number);
  for (const auto& [path, text] : other) {
    const auto axis = std::ranges::find(document.swept, path, &SweptKey::path);
    if (!path.starts_with("training.") || axis == document.swept.end())
      fail_usage("{}: 'hardware.adc.range_from' names '{}' (allowed: keys of [training] that are swept)", where, path);
    const auto value = std::ranges::find(axis->values, text, to_toml);
    if (value == axis->values.end())
      fail_usage("{}: 'hardware.adc.range_from' wants {} = {}, which is not among the swept values", where, path, text);
    indices[static_cast<std::size_t>(axis - document.swept.begin())] =
        static_cast<std::size_t>(value - axis->values.begin());
  }
  const std::size_t found = experiment.shape.point(indices);
  return found == number ? std::nullopt : std::optional(found);
}

/// An axis as the results file has it; values of mixed types become text.
Axis make_axis(const SweptKey& swept) {
  const bool uniform = std::all_of(swept.values.begin(), swept.values.end(),
                                   [&](const Value& value) { return value.index() == swept.values.front().index(); });
  Axis axis{swept.path, {}};
  for (const Value& value : swept.values) {
    if (const auto* word = std::get_if<std::string>(&value))
      axis.values.emplace_back(*word);
    else if (const auto* number = std::get_if<double>(&value); number != nullptr && uniform)
      axis.values.emplace_back(*number);
    else if (const auto* whole = std::get_if<std::int64_t>(&value); whole != nullptr && uniform)
      axis.values.emplace_back(*whole);
    else
      axis.values.emplace_back(to_toml(value));
  }
  return axis;
}

std::string identity_of(const Document& document, const std::set<std::string>& swept) {
  std::string text;
  for (const auto& [path, value] : document.fixed) {
    const Key& key = *find_key(path);
    const bool is_default = !key.fallback.empty() && key.default_value() == value;
    if (key.changes_results && !is_default && !swept.contains(path)) text += path + " = " + to_toml(value) + "\n";
  }
  for (const SweptKey& axis : document.swept) text += "sweep " + axis.path + "\n";
  return text;
}

void check_all_read(const Document& document, const KeySet& used) {
  const auto check = [&](const std::string& path) {
    if (!used[id_of(KeyName(path))])
      fail_usage("{}: no point of this experiment reads '{}' ({}); remove it, or choose settings that use it",
                 document.where.at(path), path, find_key(path)->help);
  };
  for (const auto& [path, value] : document.fixed) check(path);
  for (const SweptKey& swept : document.swept) check(swept.path);
}

}  // namespace

std::string content_line(const FileContent& content) {
  return fmt::format("{} content{}{} = {}\n", content.key, content.file.empty() ? "" : " of ", content.file,
                     content.sha256);
}

std::string Point::label(const Shape& shape) const {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& key = shape.axes[i].key;
    text += fmt::format("{}{} {}", i > 0 ? ", " : "", key.substr(key.rfind('.') + 1), to_text(values[i]));
  }
  return text.empty() ? "the only point" : text;
}

Experiment make_experiment(const Document& document) {
  PointSettings settings(document);
  Reader reader(settings);
  Experiment experiment;
  experiment.file = document.file;
  experiment.toml = document.text;
  const ExperimentOptions options = read_experiment(reader);
  experiment.name = options.name;
  experiment.seed = options.seed;
  const TrialsOptions trials = read_trials(reader);
  experiment.common_random_numbers = trials.common_random_numbers;
  experiment.checkpoint_seconds = read_storage(reader).checkpoint_seconds;
  experiment.shape.replicas = read_replicas(reader);
  experiment.shape.trials = trials.count;
  experiment.kept = trials.kept;
  const std::string directory = read_data_directory(reader);

  std::set<std::string> swept_paths;
  for (const SweptKey& swept : document.swept) {
    experiment.shape.axes.push_back(make_axis(swept));
    swept_paths.insert(swept.path);
    if (experiment.shape.points() > kMostPoints) break;
  }
  if (experiment.shape.points() > kMostPoints || experiment.shape.cells() > kMostCells)
    fail_usage("{}: the experiment is too large (allowed: {} points and {} chips in all)", document.file, kMostPoints,
               kMostCells);
  experiment.identity = identity_of(document, swept_paths);

  KeySet used = reader.keys_read();
  std::set<std::string> files;
  FileCache file_cache;
  for (std::size_t number = 0; number < experiment.shape.points(); ++number) {
    const std::vector<std::size_t> indices = experiment.shape.indices(number);
    for (std::size_t i = 0; i < indices.size(); ++i) settings.choose(i, indices[i]);
    Point point = read_point(document, settings, file_cache);
    point.data.directory = directory;
    std::string place;
    for (std::size_t i = 0; i < indices.size(); ++i) {
      point.values.push_back(experiment.shape.axes[i].values[indices[i]]);
      place += experiment.shape.axes[i].key + " = " + to_text(point.values.back()) + "\n";
    }
    point.chip_key = experiment.seed;
    if (!experiment.common_random_numbers) {
      point.chip_key = derived_key(experiment.seed, std::stoull(sha256(place).substr(0, 16), nullptr, 16));
      point.hardware_text += "place\n" + place;
    }
    for (const auto* contents : {&point.hardware.files, &point.network.files})
      for (const FileContent& content : *contents) files.insert(content_line(content));
    used |= point.keys;
    if (!point.range_from.empty()) point.range_point = find_range_point(document, experiment, number, point.range_from);
    experiment.points.push_back(std::move(point));
  }
  for (const std::string& file : files) experiment.identity += file;
  check_all_read(document, used);
  return experiment;
}

std::string model_identity(const Experiment& experiment, const Point& point, std::size_t replica,
                           const std::string& data_sha256) {
  return fmt::format("{}data = {}\nseed = {}\nreplica = {}\nnumerics = {}\n", point.model_text, data_sha256,
                     experiment.seed, replica, kNumericsVersion);
}

std::string model_id(const std::string& identity) {
  return sha256(identity).substr(0, 16);
}

std::string experiment_identity(const Experiment& experiment, const std::string& data_sha256) {
  return fmt::format("{}data = {}\nnumerics = {}\n", experiment.identity, data_sha256, kNumericsVersion);
}

}  // namespace ohmcarlo
