#include "experiment/experiment.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "chip/weight_chips.hpp"
#include "data/dataset.hpp"
#include "experiment/pick.hpp"
#include "experiment/stored.hpp"
#include "network/architecture.hpp"
#include "network/folding.hpp"
#include "random/address.hpp"
#include "training/side_heads.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kMostPoints = 1000000;
constexpr std::size_t kMostCells = 200000000;

/// The six folders of the wake words.
constexpr std::array kWakeWords = {"alexa", "computer", "jarvis", "smart_mirror", "snowboy", "view_glass"};

SpeechOptions read_speech(Reader& reader, const std::string& set, bool sequences) {
  SpeechOptions speech{.set = set, .words = {}};
  if (set == "kws") speech.words.assign(kWakeWords.begin(), kWakeWords.end());
  if (set == "folder" || (set == "kws" && reader.has("data.words"))) speech.words = reader.texts("data.words");
  if ((set == "kws" || set == "folder") && speech.words.size() < 2)
    fail_usage("{}: 'data.words' names {} classes (allowed: two or more)", reader.where("data.words"),
               speech.words.size());
  if (set == "kws" || set == "folder" || (set == "fsdd" && reader.text("data.split") == "held-out"))
    speech.test_share = reader.real("data.test_share");
  if (set == "timit")
    speech.phones = pick<PhoneSet>(reader.text("data.phones"),
                                   {{"61", PhoneSet::timit61}, {"48", PhoneSet::folded48}, {"39", PhoneSet::folded39}});
  if (!sequences) speech.frames = static_cast<std::size_t>(reader.integer("data.frames"));
  speech.mfcc.window_seconds = reader.real("data.window_seconds");
  speech.mfcc.hop_seconds = reader.real("data.hop_seconds");
  speech.mfcc.filters = static_cast<std::uint32_t>(reader.integer("data.filters"));
  speech.mfcc.cepstra = static_cast<std::uint32_t>(reader.integer("data.cepstra"));
  speech.mfcc.delta_window = static_cast<std::uint32_t>(reader.integer("data.delta_window"));
  return speech;
}

/// `recurrent`: whether the network takes sequences.
DataOptions read_data(Reader& reader, bool recurrent) {
  DataOptions data;
  data.set = reader.text("data.set");
  if (is_speech(data.set)) data.speech = read_speech(reader, data.set, recurrent || data.set == "timit");
  data.name = data.set;
  if (data.speech) data.name += fmt::format(" ({})", sha256(describe(*data.speech)).substr(0, 8));
  data.validation = reader.is_word("data.validation") ? DataOptions::kCustomary : reader.integer("data.validation");
  if (data.validation == DataOptions::kCustomary) (void)reader.text("data.validation");
  if (data.validation == DataOptions::kCustomary && !data.speech)
    fail_usage("{}: 'data.validation' is \"customary\", which only speech has (allowed: a number)",
               reader.where("data.validation"));
  if (!data.speech && reader.text("data.scaling") == "published") data.scaling = published_scaling(data.set);
  return data;
}

/// What the files that points name hold, each read once.
struct NetworkFiles {
  std::map<std::string, std::shared_ptr<const ImportedNetwork>> networks;
  std::map<std::string, std::shared_ptr<const WeightsFile>> weights;
};

/// The file that `key` names, by `read`. It counts by its content; where it is a value of an axis its name does as
/// well, and each must keep the content it had.
template <class File, class Read>
std::shared_ptr<const File> read_file(Reader& reader, const std::string& key,
                                      std::map<std::string, std::shared_ptr<const File>>& known, const Read& read,
                                      std::set<std::string>& identity) {
  const std::string name = reader.text(key);
  std::shared_ptr<const File>& file = known[name];
  if (file == nullptr) file = std::make_shared<const File>(read(name));
  reader.substitute(key, file->content);
  identity.insert(key + " content" + (reader.is_swept(key) ? " of " + name : "") + " = " + file->content + "\n");
  return file;
}

NetworkOptions read_network(Reader& reader, NetworkFiles& files) {
  const std::string architecture = reader.text("network.architecture");
  NetworkOptions network;
  if (architecture == "file") {
    network.imported = read_file(reader, "network.file", files.networks, read_onnx, network.files);
    return network;
  }
  if (reader.has("network.weights"))
    network.weights = read_file(reader, "network.weights", files.weights, read_weights, network.files);
  if (architecture == "mlp") {
    for (const std::int64_t width : reader.integers("network.hidden")) network.hidden.push_back(width);
    network.activation = pick<LayerKind>(reader.text("network.activation"), {{"relu", LayerKind::relu},
                                                                             {"abs", LayerKind::abs},
                                                                             {"sigmoid", LayerKind::sigmoid},
                                                                             {"tanh", LayerKind::tanh}});
    return network;
  }
  if (architecture == "lstm") {
    const bool tables = reader.text("network.gates") == "table";
    network.layers = {fmt::format("lstm {}{}", reader.integer("network.cells"),
                                  tables ? fmt::format(" table {}", reader.integer("network.table_entries")) : "")};
    if (reader.text("data.set") != "timit") network.layers.emplace_back("last");
    network.layers.emplace_back("dense classes");
    return network;
  }
  network.layers = architecture == "list" ? reader.texts("network.layers") : named_layers(architecture);
  if (network.layers.empty()) fail_usage("{}: 'network.layers' is empty", reader.where("network.layers"));
  network.width = reader.real("network.width");
  return network;
}

bool is_recurrent(const NetworkOptions& network) {
  if (network.imported) return network.imported->spec.has(LayerKind::lstm);
  return std::ranges::any_of(network.layers, [](const std::string& layer) { return layer.starts_with("lstm"); });
}

/// Sequences and networks that take them.
void check_sequences(const Reader& reader, const Point& point, const NetworkSpec& network) {
  const bool last = network.has(LayerKind::last), cells = network.has(LayerKind::lstm);
  if ((last || cells) && !point.data.is_sequences())
    fail_usage("{}: the network takes sequences (allowed data.set: fsdd, kws, folder, timit)",
               reader.where("data.set"));
  if (!point.data.is_sequences()) return;
  if (last == point.data.frame_wise())
    fail_usage("{}: this data set has a label a {}, so the network needs {} layer \"last\"", reader.where("data.set"),
               last ? "frame" : "sequence", last ? "no" : "a");
  if (network.has(LayerKind::batch_normalisation))
    fail_usage("{}: batch normalisation does not go with sequences, whose padding it would see",
               reader.where("network.architecture"));
  if (point.training.method == MethodKind::irs)
    fail_usage("{}: method \"irs\" takes images only", reader.where("training.method"));
  if (cells && point.training.activation_bits > 0)
    fail_usage("{}: 'training.activation_bits' does not go with an lstm", reader.where("training.activation_bits"));
}

/// The sigma that noise_sigma = "tested" means.
double tested_sigma(const Reader& reader, const Hardware& hardware) {
  if (!hardware.arrays) return hardware.variation.sigma;
  const CellModel& cells = hardware.array.cells;
  const bool relative = cells.variation.law == VariationLaw::gaussian || cells.variation.law == VariationLaw::banded;
  if (cells.defects || !relative)
    fail_usage(
        "{}: 'training.noise_sigma' is \"tested\", but this hardware has no sigma relative to full scale (allowed: a "
        "number)",
        reader.where("training.noise_sigma"));
  return cells.variation.sigma;
}

/// Gaussian weight noise of training.noise_sigma, and the chips on which it is judged.
void read_training_noise(Reader& reader, const Hardware& tested, TrainingOptions& training) {
  const bool is_tested = reader.is_word("training.noise_sigma");
  training.noise.sigma = is_tested ? tested_sigma(reader, tested) : reader.real("training.noise_sigma");
  reader.substitute("training.noise_sigma", training.noise.sigma);
  read_cells(reader, training.noise);
  // The noise of the tested devices: of the band, too, if there is one.
  if (is_tested && !tested.arrays && tested.variation.band_factor != 1)
    training.noise.band_factor = reader.real("hardware.variation.band_factor");
  training.validation_chips = static_cast<int>(reader.integer("training.validation_chips"));
}

OvfOptions read_ovf(Reader& reader, bool residual) {
  OvfOptions ovf;
  if (reader.text("training.noise") != "gaussian")
    fail_usage(
        "{}: 'training.noise' is \"hardware\", which has no sigma that method \"ovf\" could enlarge (allowed: "
        "\"gaussian\")",
        reader.where("training.noise"));
  ovf.beta = reader.real("training.ovf.beta");
  ovf.passes = static_cast<int>(reader.integer("training.ovf.passes"));
  ovf.schedule = pick<OvfSchedule>(reader.text("training.ovf.schedule"),
                                   {{"steps", OvfSchedule::steps}, {"range", OvfSchedule::range}});
  if (ovf.schedule == OvfSchedule::steps) {
    ovf.sigma_step = reader.real("training.ovf.sigma_step");
  } else {
    ovf.start = reader.real("training.ovf.start");
    ovf.end = reader.real("training.ovf.end");
  }
  if (residual)
    ovf.coverage = pick<OvfCoverage>(reader.text("training.ovf.coverage"),
                                     {{"published", OvfCoverage::published}, {"coded", OvfCoverage::coded}});
  return ovf;
}

IrsOptions read_irs(Reader& reader) {
  if (reader.text("training.noise") != "gaussian")
    fail_usage("{}: 'training.noise' is \"hardware\", but method \"irs\" takes \"gaussian\" only",
               reader.where("training.noise"));
  IrsOptions irs;
  irs.beta = reader.real("training.irs.beta");
  irs.hidden = reader.integer("training.irs.hidden");
  const std::string architecture = reader.text("network.architecture");
  if (!reader.has("training.irs.after")) {  // where the authors' code has them
    if (architecture == "vgg8")
      irs.heads = {{"relu1", 6}, {"pool1", 4}, {"pool2", 3}};
    else if (architecture == "resnet18")
      irs.heads = {{"relu1", 6}, {"block2.relu2", 6}, {"block4.relu2", 4}, {"block6.relu2", 3}};
    else
      fail_usage(
          "{}: method \"irs\" needs 'training.irs.after', the layers that heads follow, of a network that is neither "
          "vgg8 nor resnet18",
          reader.where("training.method"));
    return irs;
  }
  const std::vector<std::string> after = reader.texts("training.irs.after");
  const std::vector<std::int64_t> pooled = reader.integers("training.irs.pooled");
  if (after.size() != pooled.size())
    fail_usage("{}: {} layers in 'training.irs.after', but {} sizes in 'training.irs.pooled' (one a layer)",
               reader.where("training.irs.after"), after.size(), pooled.size());
  for (std::size_t i = 0; i < after.size(); ++i) irs.heads.push_back({after[i], pooled[i]});
  return irs;
}

/// `tested`: the point's own hardware, for noise_sigma = "tested". `residual`: the network has residual blocks.
/// `begun`: a file says what the weights are before.
TrainingOptions read_training(Reader& reader, const Hardware& tested, bool residual, bool begun) {
  TrainingOptions training;
  training.method = pick<MethodKind>(reader.text("training.method"), {{"plain", MethodKind::plain},
                                                                      {"noise-injection", MethodKind::noise_injection},
                                                                      {"ovf", MethodKind::ovf},
                                                                      {"irs", MethodKind::irs},
                                                                      {"kurtosis", MethodKind::kurtosis},
                                                                      {"kure", MethodKind::kure}});
  training.epochs = static_cast<int>(reader.integer("training.epochs"));
  if (training.epochs == 0 && !begun)
    fail_usage("{}: 'training.epochs' is 0, but no file holds weights (allowed: with network.file or network.weights)",
               reader.where("training.epochs"));
  training.batch = static_cast<int>(reader.integer("training.batch"));
  training.optimizer = pick<OptimizerKind>(reader.text("training.optimizer"),
                                           {{"adam", OptimizerKind::adam}, {"sgd", OptimizerKind::sgd}});
  training.learning_rate = reader.real("training.learning_rate");
  if (training.optimizer == OptimizerKind::sgd) training.momentum = reader.real("training.momentum");
  training.weight_decay = reader.real("training.weight_decay");
  training.schedule = pick<ScheduleKind>(
      reader.text("training.schedule"),
      {{"constant", ScheduleKind::constant}, {"cosine", ScheduleKind::cosine}, {"step", ScheduleKind::step}});
  if (training.schedule == ScheduleKind::step) {
    training.step_epochs = static_cast<int>(reader.integer("training.step_epochs"));
    training.step_factor = reader.real("training.step_factor");
  }
  training.augmentation = {static_cast<int>(reader.integer("training.crop_padding")), reader.boolean("training.flip")};
  if (reader.has("training.weight_bits"))
    training.weight_bits = static_cast<int>(reader.integer("training.weight_bits"));
  if (reader.has("training.activation_bits"))
    training.activation_bits = static_cast<int>(reader.integer("training.activation_bits"));
  const bool scaled = training.method == MethodKind::plain || training.method == MethodKind::noise_injection;
  if (scaled && reader.has("training.logit_scale")) training.logit_scale = reader.real("training.logit_scale");
  if (training.method == MethodKind::noise_injection && reader.text("training.noise") == "hardware") {
    if (!tested.arrays)
      fail_usage("{}: 'training.noise' is \"hardware\", which needs hardware.simulate = \"arrays\"",
                 reader.where("training.noise"));
    training.noise_arrays = read_hardware(reader).array;
    training.validation_chips = static_cast<int>(reader.integer("training.validation_chips"));
  } else if (training.method == MethodKind::noise_injection) {
    read_training_noise(reader, tested, training);
  } else if (training.method == MethodKind::ovf) {
    read_training_noise(reader, tested, training);
    training.ovf = read_ovf(reader, residual);
  } else if (training.method == MethodKind::irs) {
    read_training_noise(reader, tested, training);
    training.irs = read_irs(reader);
  } else if (training.method == MethodKind::kurtosis || training.method == MethodKind::kure) {
    training.kurtosis.lambda = reader.real("training.kurtosis.lambda");
    if (training.method == MethodKind::kure) training.kurtosis.target = reader.real("training.kurtosis.target");
  }
  return training;
}

Point read_point(const Document& document, const std::map<std::string, Value>& swept, NetworkFiles& files) {
  Point point;
  Reader hardware(document, swept);
  point.hardware = read_hardware(hardware);
  point.deployment = read_deployment(hardware, point.hardware);
  const AdcOptions& adc = point.hardware.array.adc;
  if (point.hardware.arrays && adc.bits > 0 && adc.range == RangeKind::calibrated &&
      hardware.has("hardware.adc.range_from"))
    point.range_from = hardware.settings("hardware.adc.range_from");
  point.hardware_text = hardware.log();
  Reader model(document, swept);
  point.network = read_network(model, files);
  point.data = read_data(model, is_recurrent(point.network));
  const bool residual =
      std::ranges::any_of(point.network.layers, [](const std::string& layer) { return layer.starts_with("residual"); });
  point.training = read_training(model, point.hardware, residual, point.network.has_weights());
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
    throw Error(error.code(), fmt::format("{}: {}", document.file, error.what()));
  }
  check_sequences(model, point, spec);
  check_defects(hardware, point.hardware, spec);
  check_deployment(hardware, point.deployment, spec);
  point.weight_layers = spec.weight_layers().size();
  point.unit_chips = point.hardware.arrays ? 1 : chips_per_group(spec);
  point.keys = hardware.keys();
  point.keys.merge(model.keys());
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
    const bool is_default = !key.fallback.empty() && default_value(key) == value;
    if (key.changes_cells && !is_default && !swept.contains(path)) text += path + " = " + to_toml(value) + "\n";
  }
  for (const SweptKey& axis : document.swept) text += "sweep " + axis.path + "\n";
  return text;
}

void check_all_read(const Document& document, const std::set<std::string>& used) {
  const auto check = [&](const std::string& path) {
    if (!used.contains(path))
      fail_usage("{}: no point of this experiment reads '{}' ({}); remove it, or choose settings that use it",
                 document.where.at(path), path, find_key(path)->help);
  };
  for (const auto& [path, value] : document.fixed) check(path);
  for (const SweptKey& swept : document.swept) check(swept.path);
}

}  // namespace

ImageShape DataOptions::shape() const {
  return speech ? speech->shape() : image_shape(set);
}

std::size_t DataOptions::classes() const {
  return speech ? speech->classes() : image_classes(set);
}

NetworkSpec NetworkOptions::build(const DataOptions& data) const {
  const ImageShape images = data.shape();
  const std::size_t classes = data.classes();
  const auto index = [](std::size_t count) { return static_cast<Index>(count); };
  if (imported) {
    const Planes planes{index(images.channels), index(images.height), index(images.width)};
    const NetworkSpec& spec = imported->spec;
    if (spec.inputs != planes.features() || (imported->input.channels > 0 && !(imported->input == planes)) ||
        spec.classes != index(classes))
      fail_data(
          "{}: it takes {} features ({} x {} x {}; 0: any planes) and gives {} classes, but the data have {} x {} x {} "
          "and {}",
          imported->file, spec.inputs, imported->input.channels, imported->input.height, imported->input.width,
          spec.classes, planes.channels, planes.height, planes.width, classes);
    return spec;
  }
  if (layers.empty()) return mlp(index(images.pixels()), hidden, activation, index(classes));
  const Planes planes = data.is_sequences() ? Planes{index(images.width), 1, 1}
                                            : Planes{index(images.channels), index(images.height), index(images.width)};
  return build_network(planes, index(classes), layers, width);
}

std::optional<NetworkState<float>> NetworkOptions::given_weights(const NetworkSpec& spec) const {
  if (imported) return imported->state;
  if (weights) return from_weights(spec, *weights);
  return std::nullopt;
}

std::string Point::label(const Shape& shape) const {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string& key = shape.axes[i].key;
    text += fmt::format("{}{} {}", i > 0 ? ", " : "", key.substr(key.rfind('.') + 1), to_text(values[i]));
  }
  return text.empty() ? "the only point" : text;
}

std::size_t most_layers(const std::vector<Point>& points) {
  std::size_t most = 0;
  for (const Point& point : points) most = std::max(most, point.weight_layers);
  return most;
}

std::vector<Metric> metrics_of(const std::vector<Point>& points, const KeptAnswers& kept) {
  std::vector<Metric> metrics = standard_metrics();
  std::size_t layers = 0, classes = 0;
  bool verified = false;
  for (const Point& point : points) classes = std::max(classes, point.data.classes());
  for (const Point& point : points) {
    if (!point.hardware.arrays) continue;
    layers = std::max(layers, point.weight_layers);
    verified = verified || point.hardware.array.cells.verify;
  }
  const auto add = [&](const char* name, const char* units, const char* meaning) {
    metrics.push_back({name, units, meaning, {{"layer", layers}}});
  };
  if (layers > 0) {
    add("correlation", "1", "Pearson correlation of a layer's products with those of the clean network");
    add("saturation", "1", "share of the conversions that the range of the converter clipped");
    add("fault_rate", "1", "realised share of stuck cells");
    add("sigma", "full scale", "realised root-mean-square error of the cells that are not stuck");
    if (verified) add("pulses", "pulses per cell", "pulses that write-verify spent");
  }
  const auto any = [&](const auto& holds) {
    return std::ranges::any_of(points, [&](const Point& point) { return holds(point.deployment); });
  };
  if (any([](const DeploymentOptions& steps) { return steps.any(); })) {
    add("error_before", "full scale",
        "mean error of a layer's outputs on training images before the steps of deployment");
    add("error_after", "full scale", "the same after them");
  }
  if (any([](const DeploymentOptions& steps) { return steps.writes(); })) {
    metrics.push_back({"writes", "1", "writes to cells by in-situ training and retraining"});
    metrics.push_back({"updates", "1", "updates of in-situ training"});
  }
  if (kept.weight_statistics) {
    layers = most_layers(points);
    add("kurtosis", "1", "kurtosis of a layer's weights in the model");
    add("weight_entropy", "bits", "entropy of the signed 8-bit codes of a layer's weights in the model");
    add("relative_error", "1", "median of one step of those codes relative to the weight");
  }
  if (std::ranges::any_of(points, [](const Point& point) { return point.data.frame_wise(); }))
    metrics.push_back({"accuracy_padded", "1",
                       "the accuracy of frames if padding to the longest sentence counted, all as recognised"});
  if (kept.class_accuracy)
    metrics.push_back(
        {"class_accuracy", "1", "fraction of the test images of a class classified correctly", {{"class", classes}}});
  if (kept.confusion)
    metrics.push_back({"confusion",
                       "images",
                       "test images of a class by the class that was answered",
                       {{"class", classes}, {"answer", classes}}});
  return metrics;
}

Experiment make_experiment(const Document& document) {
  const std::map<std::string, Value> nothing_swept;
  Reader reader(document, nothing_swept);
  Experiment experiment;
  experiment.file = document.file;
  experiment.toml = document.text;
  experiment.name = reader.text("experiment.name");
  experiment.seed = static_cast<std::uint64_t>(reader.integer("experiment.seed"));
  experiment.common_random_numbers = reader.boolean("trials.common_random_numbers");
  experiment.checkpoint_seconds = reader.real("storage.checkpoint_seconds");
  experiment.shape.replicas = static_cast<std::size_t>(reader.integer("training.replicas"));
  experiment.shape.trials = static_cast<std::size_t>(reader.integer("trials.count"));
  const KeptAnswers kept{reader.boolean("trials.class_accuracy"), reader.boolean("trials.confusion"),
                         reader.boolean("trials.weight_statistics")};
  const std::string directory = reader.has("data.directory") ? reader.text("data.directory") : "";

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

  std::set<std::string> used = reader.keys();
  std::set<std::string> files;
  NetworkFiles network_files;
  for (std::size_t number = 0; number < experiment.shape.points(); ++number) {
    const std::vector<std::size_t> indices = experiment.shape.indices(number);
    std::map<std::string, Value> values;
    for (std::size_t i = 0; i < indices.size(); ++i)
      values[document.swept[i].path] = document.swept[i].values[indices[i]];
    Point point = read_point(document, values, network_files);
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
    files.insert(point.hardware.files.begin(), point.hardware.files.end());
    files.insert(point.network.files.begin(), point.network.files.end());
    used.insert(point.keys.begin(), point.keys.end());
    if (!point.range_from.empty()) point.range_point = find_range_point(document, experiment, number, point.range_from);
    experiment.points.push_back(std::move(point));
  }
  for (const std::string& file : files) experiment.identity += file;
  experiment.metrics = metrics_of(experiment.points, kept);
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
