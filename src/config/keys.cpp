#include "config/keys.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "config/training.hpp"

namespace ohmcarlo {
namespace {

constexpr double kMostSigma = 1e6;  ///< far beyond any device, and its products stay finite
constexpr double kMost = std::numeric_limits<double>::max();
constexpr double kTiny = std::numeric_limits<double>::min();

std::vector<Key> make_keys() {
  using enum KeyType;
  return {
      {"experiment.name", text, "\"experiment\"", "a name for tables and figures", 0, 0, {}, false, false},
      {"experiment.seed", integer, "1", "of all randomness", 0, 9.2e18, {}, true, false},

      {"data.set",
       text,
       "",
       "which images or speech",
       0,
       0,
       {"mnist", "fashion-mnist", "cifar10", "cifar100", "tiny-imagenet", "fsdd", "kws", "folder", "timit"}},
      {"data.directory",
       text,
       "",
       "where its files lie; else <dir>/<set> for each <dir> in $OHMCARLO_DATA, else the "
       "system's package",
       0,
       0,
       {},
       false,
       false},
      {"data.scaling",
       text,
       "\"unit\"",
       "inputs: pixel / 255, or that less the mean and divided by the sd of each channel as published for the set",
       0,
       0,
       {"unit", "published"}},
      {"data.validation",
       integer,
       "5000",
       "training images, or recordings, held out; models are chosen on them; customary: those that a corpus names",
       0,
       1e9,
       {"customary"}},
      {"data.words", text_list, "", "folder, kws: the classes, each a folder; \"other\" is all further folders"},
      {"data.split",
       text,
       "\"official\"",
       "fsdd: every speaker on both sides, or speakers held out for testing",
       0,
       0,
       {"official", "held-out"}},
      {"data.test_share", real, "0.2",
       "recordings held out for testing, by speaker where known; folders train and test go before it", kTiny, 0.999},
      {"data.phones", text, "\"61\"", "timit: the classes of frames", 0, 0, {"61", "48", "39"}},
      {"data.frames", integer, "50", "speech, unless its frames are a sequence: frames around the word", 1, 1e4},
      {"data.window_seconds", real, "0.025", "speech: length of a frame", kTiny, 1},
      {"data.hop_seconds", real, "0.01", "speech: from frame to frame", kTiny, 1},
      {"data.filters", integer, "26", "speech: triangles of the mel spectrum", 2, 256},
      {"data.cepstra", integer, "12", "speech: cepstral coefficients, to which log energy is added", 1, 255},
      {"data.delta_window", integer, "2", "speech: frames to each side for deltas and accelerations; 0: neither", 0,
       100},

      {"network.architecture",
       text,
       "\"mlp\"",
       "the kind of network; list: network.layers says; file: network.file says",
       0,
       0,
       {"mlp", "lenet5", "vgg8", "vgg16c", "resnet18", "lstm", "list", "file"}},
      {"network.hidden", integer_list, "[100]", "widths of the hidden layers of an mlp", 1, 1e6},
      {"network.activation",
       text,
       "\"relu\"",
       "between dense layers of an mlp",
       0,
       0,
       {"relu", "abs", "sigmoid", "tanh"}},
      {"network.layers", text_list, "",
       "list: \"conv 16 padding 1\", \"norm\", \"relu\", \"max-pool 2\", \"residual 32 stride 2\", \"dense classes\" "
       "..."},
      {"network.cells", integer, "128", "lstm: its cells", 1, 1e5},
      {"network.gates", text, "\"exact\"", "lstm: sigmoid and tanh, or small tables of them", 0, 0, {"exact", "table"}},
      {"network.table_entries", integer, "256", "lstm: of each table", 2, 256},
      {"network.width", real, "1.0", "factor on the channels and features of a network with a name or list", kTiny,
       100},

      {"network.file",
       text,
       "",
       "file: an ONNX file, network and weights (its content counts, not its name)",
       0,
       0,
       {},
       false},
      {"network.weights",
       text,
       "",
       "an .npz archive or a model (.model.h5) whose arrays are the weights before training (its content counts, not "
       "its "
       "name)",
       0,
       0,
       {},
       false},

      {"training.method",
       text,
       "\"plain\"",
       "how networks are trained",
       0,
       0,
       method_words()},
      {"training.epochs", integer, "10", "passes over the training images; 0: weights from a file stay as they are", 0,
       1e6},
      {"training.batch", integer, "128", "images a step", 1, 1e6},
      {"training.optimizer", text, "\"adam\"", "", 0, 0, {"adam", "sgd"}},
      {"training.learning_rate", real, "1e-3", "of the first step", kTiny, 1e3},
      {"training.momentum", real, "0.9", "of sgd", 0, 0.999999},
      {"training.weight_decay", real, "0.0", "times the weight, added to its gradient", 0, 1e3},
      {"training.schedule", text, "\"constant\"", "of the learning rate", 0, 0, {"constant", "cosine", "step"}},
      {"training.step_epochs", integer, "10", "epochs between two reductions of the step schedule", 1, 1e6},
      {"training.step_factor", real, "0.1", "of each reduction of the step schedule", kTiny, 1},
      {"training.crop_padding", integer, "0", "black pixels around a training image before it is cropped at random", 0,
       64},
      {"training.flip", boolean, "false", "training images are mirrored at random"},
      {"training.weight_bits", integer, "",
       "quantisation-aware: bits of a weight in training, its sign apart; floats if absent", 1, 16},
      {"training.activation_bits", integer, "",
       "quantisation-aware: bits of what a weight layer takes in training; floats if absent", 1, 16},
      {"training.logit_scale", real, "1", "plain, noise-injection: logits are divided by it in training, not on chips",
       1e-6, 1e6},
      {"training.kurtosis.lambda", real, "1e-3",
       "kurtosis: what the sum over layers of the weights' kurtosis counts in the loss; kure: the mean of (kurtosis - "
       "target)^2",
       0, 1e6},
      {"training.kurtosis.target", real, "1.8", "kure: the kurtosis to come to (uniform 1.8, Gaussian 3)", 1, 1e6},
      {"training.ovf.beta", real, "1e-3", "ovf: what the logits of passes with more noise count against", 0, 1e6},
      {"training.ovf.passes", integer, "3", "ovf: passes with more noise a step", 0, 15},
      {"training.ovf.schedule",
       text,
       "\"steps\"",
       "ovf: sigma of pass n, sigma + n sigma_step (as the authors' code), or evenly from start to end (as their text)",
       0,
       0,
       {"steps", "range"}},
      {"training.ovf.sigma_step", real, "0.05", "ovf, steps: more sigma from pass to pass", 0, kMostSigma},
      {"training.ovf.start", real, "0.0", "ovf, range: in units of the training sigma", 0, 1000},
      {"training.ovf.end", real, "2.0", "ovf, range: the same, of the last pass", 0, 1000},
      {"training.ovf.coverage",
       text,
       "\"published\"",
       "ovf with residual blocks: more noise in all layers, or in the first and last alone (as the authors' code)",
       0,
       0,
       {"published", "coded"}},
      {"training.irs.beta", real, "1e-2", "irs: what the logits of side heads count against those of the network", 0,
       1e6},
      {"training.irs.after", text_list, "",
       "irs: names of the layers that side heads follow, from the input on; vgg8, resnet18: as the authors' code if "
       "absent"},
      {"training.irs.pooled", integer_list, "", "irs: a size a head, to which it brings the sides of feature maps", 1,
       1024},
      {"training.irs.hidden", integer, "512", "irs: features between the two dense layers of each head", 1, 1e6},
      {"training.replicas", integer, "1", "independent trainings: the dimension `replica`", 1, 1024, {}, false, false},
      {"training.noise",
       text,
       "\"gaussian\"",
       "noise-injection: weight noise of the sd training.noise_sigma, or what programming the point's own arrays does",
       0,
       0,
       {"gaussian", "hardware"}},
      {"training.noise_sigma",
       real,
       "\"tested\"",
       "noise-injection, ovf, irs: its sigma, or \"tested\" for the point's own "
       "hardware.variation.sigma",
       0,
       kMostSigma,
       {"tested"}},
      {"training.validation_chips", integer, "4", "noise-injection, ovf, irs: noisy chips on which an epoch is judged",
       1, 1024},

      {"hardware.simulate",
       text,
       "\"weights\"",
       "what is modelled: noisy weights, or arrays of cells with their converters",
       0,
       0,
       {"weights", "arrays"}},
      {"hardware.weight_bits", integer, "", "bits of a weight that is stored on cells, its sign apart", 1, 16},
      {"hardware.cell_bits",
       integer,
       "\"analog\"",
       "bits of one cell, or \"analog\" for one cell a weight",
       1,
       16,
       {"analog"}},
      {"hardware.fold_normalisation", boolean, "false",
       "batch normalisation goes into the weights before they are stored, instead of being computed digitally"},
      {"hardware.mapping",
       text,
       "\"one-sided\"",
       "arrays: how signs are stored",
       0,
       0,
       {"signed", "one-sided", "mid-point", "offset"}},
      {"hardware.tile_rows", integer, "", "arrays: inputs of one array; as many as the layer has if absent", 1, 1e6},
      {"hardware.tile_columns", integer, "", "arrays: outputs of one array; as many as the layer has if absent", 1,
       1e6},
      {"hardware.g_min", real, "0.0", "arrays: smallest conductance of a cell, siemens", 0, 1},
      {"hardware.g_max", real, "1e-4", "arrays: largest conductance of a cell, siemens", kTiny, 1},

      {"hardware.variation.model",
       text,
       "\"gaussian\"",
       "law of the programming variation",
       0,
       0,
       {"gaussian", "proportional", "lognormal", "polynomial", "banded", "table"}},
      {"hardware.variation.sigma", real, "0.0",
       "its sd: of full scale of one cell (gaussian, banded), of g (proportional), of ln g (lognormal)", 0, kMostSigma},
      {"hardware.variation.band_factor", real, "1.0", "banded: factor s of mid-range cells", 0, 1000},
      {"hardware.variation.coefficients",
       real_list,
       "[0.7240, 0.06184, -0.0006034]",
       "polynomial: sd in uS is c0 + c1 g + c2 g^2, g in uS",
       -kMost,
       kMost,
       {},
       true,
       true,
       3},
      {"hardware.variation.scale", real, "1.0", "polynomial: factor on the sd", 0, kMostSigma},
      {"hardware.variation.file",
       text,
       "",
       "table: CSV file of level, mean, sd in siemens (its content counts, not its name)",
       0,
       0,
       {},
       false},
      {"hardware.variation.clip",
       text,
       "\"none\"",
       "conductances below zero, or outside g_min..g_max, are moved to the limit",
       0,
       0,
       {"none", "zero", "range"}},
      {"hardware.variation.die_sigma", real, "0.0", "sd of a relative error that all cells of a chip share", 0, 1000},
      {"hardware.variation.gradient_sigma", real, "0.0",
       "sd of the relative change of conductance from end to end of an array, in each direction", 0, 1000},
      {"hardware.variation.lifetime", text, "\"program\"", "drawn once a chip", 0, 0, {"program"}},
      {"hardware.variation.sampler",
       text,
       "\"weight\"",
       "weights: one draw a weight with the sd of its cells, or one draw a cell",
       0,
       0,
       {"weight", "cells"}},

      {"hardware.faults.rate", real, "0.0", "share of stuck cells", 0, 1},
      {"hardware.faults.kind", text, "\"stuck-at-g-min\"", "", 0, 0, {"stuck-at-g-min", "stuck-at-g-max", "mixed"}},
      {"hardware.faults.g_max_share", real, "0.5", "mixed: share of the stuck cells that is stuck at g_max", 0, 1},
      {"hardware.faults.pattern",
       text,
       "\"cells\"",
       "cells on their own, an exact count of them, whole rows or columns of arrays, squares of cells",
       0,
       0,
       {"cells", "count", "rows", "columns", "clusters"}},
      {"hardware.faults.cluster_size", integer, "2", "clusters: side of a square, cells", 1, 1000},
      {"hardware.defects.rate", real, "",
       "share of defective cells, instead of variation and faults (all other cells are exact)", 0, 1},
      {"hardware.defects.stuck_share", real, "0.5", "share of the defective cells that is stuck at g_min", 0, 1},
      {"hardware.defects.sigma_range",
       real_list,
       "[0.6, 1.0]",
       "the others: lognormal, with a sigma of each cell's own from this range",
       0,
       100,
       {},
       true,
       true,
       2},
      {"hardware.defects.layers",
       integer_list,
       "\"all\"",
       "which layers with weights have them, counted from 1",
       1,
       1023,
       {"all"}},
      {"hardware.defects.lifetime",
       text,
       "\"program\"",
       "the lognormal factor is drawn once a chip, or anew for every input vector that is read",
       0,
       0,
       {"program", "read"}},
      {"hardware.write_verify.tolerance", real, "", "cells are written until this near, part of full scale", kTiny, 1},
      {"hardware.write_verify.max_pulses", integer, "10", "or until so many pulses are spent", 1, 100000},
      {"hardware.drift.time", real, "", "seconds after programming at which the chip is read", kTiny, 1e12},
      {"hardware.drift.reference_time", real, "1.0", "seconds after programming at which drift starts", kTiny, 1e12},
      {"hardware.drift.exponent", real, "0.05", "mean nu of g (time / reference_time)^-nu", -10, 10},
      {"hardware.drift.exponent_sd", real, "0.0", "sd of nu over cells", 0, 10},

      {"hardware.read_noise.model",
       text,
       "\"none\"",
       "noise of a cell at every read",
       0,
       0,
       {"none", "gaussian", "proportional", "polynomial", "margin"}},
      {"hardware.read_noise.sigma", real, "0.0", "its sd: of full scale (gaussian), of g (proportional)", 0,
       kMostSigma},
      {"hardware.read_noise.coefficients",
       real_list,
       "[0.7240, 0.06184, -0.0006034]",
       "polynomial: sd in uS is c0 + c1 g + c2 g^2, g in uS",
       -kMost,
       kMost,
       {},
       true,
       true,
       3},
      {"hardware.read_noise.scale", real, "1.0", "polynomial: factor on the sd", 0, kMostSigma},
      {"hardware.read_noise.on_sd", real, "0.0", "margin: sd at g_max, of full scale", 0, kMostSigma},
      {"hardware.read_noise.off_sd", real, "0.0", "margin: sd at g_min, of full scale", 0, kMostSigma},
      {"hardware.read_noise.form",
       text,
       "\"auto\"",
       "one draw a column where that has exactly the same law, else one a cell",
       0,
       0,
       {"auto", "columns", "cells"}},

      {"hardware.dac.bits", integer, "", "bits of an input; exact inputs if absent", 1, 16},
      {"hardware.dac.serial", boolean, "false", "one read for each bit"},
      {"hardware.dac.encoding",
       text,
       "\"auto\"",
       "of inputs; auto: unsigned where none is negative, else sign-magnitude",
       0,
       0,
       {"auto", "unsigned", "sign-magnitude", "twos-complement", "offset"}},
      {"hardware.dac.range",
       real,
       "\"calibrated\"",
       "the input with the largest code; calibrated: the largest of the calibration images",
       kTiny,
       1e30,
       {"calibrated"}},
      {"hardware.adc.bits", integer, "", "bits of a converted sum; exact sums if absent", 1, 24},
      {"hardware.adc.range",
       real_list,
       "\"calibrated\"",
       "from calibration images, from the size of the array, or [low, high] in currents of one cell fully on",
       -1e12,
       1e12,
       {"calibrated", "maximum"},
       true,
       true,
       2},
      {"hardware.adc.percentile", real, "100.0", "calibrated: of the sums' magnitudes", kTiny, 100},
      {"hardware.adc.range_from",
       settings,
       "",
       "calibrated: the ranges are those of the model of the point that differs in these training keys alone, such as "
       "{ \"training.kurtosis.lambda\" = 0.0 }",
       0,
       0,
       {},
       true,
       false},
      {"hardware.adc.granularity", text, "\"layer\"", "what shares one range", 0, 0, {"layer", "array", "column"}},
      {"hardware.adc.sensing",
       text,
       "\"differential\"",
       "pairs: one conversion of the difference, or one of each column",
       0,
       0,
       {"differential", "single"}},
      {"hardware.adc.noise",
       text,
       "\"none\"",
       "law of the noise before conversion",
       0,
       0,
       {"none", "gaussian", "logistic"}},
      {"hardware.adc.noise_sd", real, "0.0", "its sd, in currents of one cell fully on", 0, kMostSigma},
      {"hardware.adc.on_sd", real, "0.0", "what each conducting cell adds to it (small read margin)", 0, kMostSigma},
      {"hardware.adc.off_sd", real, "0.0", "what each active cell that does not conduct adds to it", 0, kMostSigma},

      {"hardware.wires.row_ohm", real, "0.0", "of one segment of a row, ohm", 0, 1e9},
      {"hardware.wires.column_ohm", real, "0.0", "of one segment of a column, ohm", 0, 1e9},
      {"hardware.wires.driver_ohm", real, "0.0", "between a row and its driver, ohm", 0, 1e9},
      {"hardware.wires.sense_ohm", real, "0.0", "between a column and virtual ground, ohm", 0, 1e9},
      {"hardware.wires.sources", text, "\"one\"", "ends from which a row is driven", 0, 0, {"one", "both"}},

      {"deployment.steps", text_list, "[]",
       "arrays: what is done to a chip before it is judged: \"calibrate\", \"in-situ\", \"retrain\""},
      {"deployment.calibrate.form",
       text,
       "\"constant\"",
       "what is subtracted: the error of the standard input, or its part that an input holds",
       0,
       0,
       {"constant", "projection"}},
      {"deployment.calibrate.standard",
       text,
       "\"mean\"",
       "the standard input: a layer's mean input over the calibration images, or all ones",
       0,
       0,
       {"mean", "ones"}},
      {"deployment.calibrate.groups", integer, "1",
       "projection: groups of rows with a standard input each; more than a layer has inputs: as many as it has", 1,
       1e6},
      {"deployment.calibrate.reads", integer, "1", "of each standard input; their mean counts", 1, 1e6},
      {"deployment.in-situ.threshold", real, "1e-2",
       "training ends once the outputs of every layer are nearer to those of the clean weights than this (mean over "
       "the probe images, part of the largest output)",
       0, kMostSigma},
      {"deployment.in-situ.updates", integer, "600", "the most that are made", 0, 1e9},
      {"deployment.in-situ.check_every", integer, "50", "updates between two looks at the outputs", 1, 1e9},
      {"deployment.in-situ.batch", integer, "100", "training images an update", 1, 1e5},
      {"deployment.in-situ.learning_rate", real, "0.02", "of the weights", kTiny, 1e3},
      {"deployment.in-situ.rule",
       text,
       "\"analog\"",
       "what is written: the wished change of a cell, the nearest number of pulses, or one pulse in its direction",
       0,
       0,
       {"analog", "pulses", "sign"}},
      {"deployment.in-situ.pulse", real, "0.01", "pulses, sign: what a pulse changes, part of g_max - g_min", 1e-6, 1},
      {"deployment.in-situ.smallest_write", real, "0.0",
       "smaller wished changes of a cell are not written, part of g_max - g_min", 0, 1},
      {"deployment.in-situ.write_sigma", real, "0.0",
       "defective cells that vary: sd of ln of the factor by which a change misses", 0, 100},
      {"deployment.retrain.updates", integer, "600", "of the digital copy of a chip's weights", 0, 1e9},
      {"deployment.retrain.batch", integer, "100", "training images an update", 1, 1e5},
      {"deployment.retrain.learning_rate", real, "0.02", "of its weights", kTiny, 1e3},

      {"trials.count", integer, "100", "chips a point and replica", 1, 4194304, {}, false, false},
      {"trials.common_random_numbers", boolean, "true", "chip t is the same at every point", 0, 0, {}, true, false},

      {"trials.weight_statistics", boolean, "false",
       "keep the kurtosis of the model's weights, and how well 8-bit codes would hold them"},
      {"trials.class_accuracy", boolean, "false", "keep the accuracy of every class of every chip"},
      {"trials.confusion", boolean, "false", "keep the confusion matrix of every chip"},

      {"storage.checkpoint_seconds",
       real,
       "30.0",
       "seconds between two savings of the results, or of a training",
       0.1,
       86400,
       {},
       false,
       false},
  };
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

/// The numbers in "1e-3" or "[1, 2]".
template <class T>
std::vector<T> parse_numbers(std::string_view text) {
  std::vector<T> numbers;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    T number{};
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc()) numbers.push_back(number);
    at = error == std::errc() ? next : at + 1;
  }
  return numbers;
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

}  // namespace

const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = make_keys();
  return keys;
}

const Key* find_key(std::string_view path) {
  const auto found =
      std::find_if(all_keys().begin(), all_keys().end(), [&](const Key& key) { return key.path == path; });
  return found == all_keys().end() ? nullptr : &*found;
}

std::string_view nearest_key(std::string_view path) {
  // A key that was put into the wrong table is nearer than one of the same table with another name.
  const auto distance = [&](const Key& key) {
    return std::min(edit_distance(path, key.path), edit_distance(last_part(path), last_part(key.path)) + 2);
  };
  return std::min_element(all_keys().begin(), all_keys().end(),
                          [&](const Key& a, const Key& b) { return distance(a) < distance(b); })
      ->path;
}

std::string to_toml(const Value& value) {
  struct Writer {
    std::string operator()(bool x) const { return x ? "true" : "false"; }
    std::string operator()(std::int64_t x) const { return fmt::format("{}", x); }
    std::string operator()(double x) const { return fmt::format("{}", x); }
    std::string operator()(const std::string& x) const { return fmt::format("\"{}\"", x); }
    std::string operator()(const std::vector<std::int64_t>& x) const { return fmt::format("[{}]", fmt::join(x, ", ")); }
    std::string operator()(const std::vector<double>& x) const { return fmt::format("[{}]", fmt::join(x, ", ")); }
    std::string operator()(const std::vector<std::string>& x) const {
      return x.empty() ? "[]" : fmt::format("[\"{}\"]", fmt::join(x, "\", \""));
    }
    std::string operator()(const Settings& x) const {
      std::string text;
      for (const auto& [path, value] : x) text += fmt::format("{}\"{}\" = {}", text.empty() ? "" : ", ", path, value);
      return "{ " + text + " }";
    }
  };
  return std::visit(Writer{}, value);
}

Value default_value(const Key& key) {
  const std::string_view text = key.fallback;
  require(!text.empty(), "a key with a default");
  if (text.front() == '"') return std::string(text.substr(1, text.size() - 2));
  if (key.type == KeyType::boolean) return text == "true";
  if (key.type == KeyType::text_list) return std::vector<std::string>{};
  if (key.type == KeyType::integer_list) return parse_numbers<std::int64_t>(text);
  if (key.type == KeyType::real_list) return parse_numbers<double>(text);
  if (key.type == KeyType::integer) return parse_numbers<std::int64_t>(text).front();
  return parse_numbers<double>(text).front();
}

std::string Key::allowed() const {
  std::string kinds;
  if (type == KeyType::boolean) kinds = "true or false";
  if (type == KeyType::text && words.empty()) kinds = "a text in quotes";
  if (type == KeyType::text_list) kinds = "a list of texts in quotes";
  if (type == KeyType::settings) kinds = "a table of keys and their values";
  if (type == KeyType::real_list) kinds = fmt::format("a list of {} numbers", length);
  if (type == KeyType::integer || type == KeyType::real || type == KeyType::integer_list) {
    kinds = type == KeyType::real      ? "a number"
            : type == KeyType::integer ? "a whole number"
                                       : "a list of whole numbers";
    if (low == kTiny)
      kinds += fmt::format(" above 0 and at most {}", high);
    else if (low != high)
      kinds += fmt::format(" from {} to {}", low, high);
  }
  if (!words.empty()) kinds += fmt::format("{}\"{}\"", kinds.empty() ? "" : " or ", fmt::join(words, "\", \""));
  return kinds;
}

}  // namespace ohmcarlo
