#include "experiment/tasks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "data/dataset.hpp"
#include "data/split.hpp"
#include "experiment/stored.hpp"
#include "training/trainer.hpp"

namespace ohmcarlo {
namespace {

/// The held-out images are the same for every replica and method of a seed.
std::uint64_t split_key(std::uint64_t seed) {
  return derived_key(seed, static_cast<std::uint64_t>(Purpose::validation_split));
}

const char* method_name(MethodKind method) {
  return method == MethodKind::plain ? "plain" : "noise-injection";
}

void put(const Tally& tally, ChipResult& result) {
  result.failed = false;
  result.values[kAccuracy] = tally.accuracy();
  result.values[kLoss] = tally.loss();
  result.values[kEkl] = tally.ekl();
  result.values[kCorrect] = tally.correct;
}

double layer_metric(const std::string& name, const ArrayLayerOutcome& layer) {
  const ProgramReport& cells = layer.cells;
  const auto count = static_cast<double>(cells.cells);
  if (name == "correlation") return layer.correlation;
  if (name == "saturation") return layer.saturation;
  if (name == "fault_rate") return static_cast<double>(cells.stuck) / count;
  if (name == "sigma") return std::sqrt(cells.error_squares / (count - static_cast<double>(cells.stuck)));
  if (name == "pulses") return static_cast<double>(cells.pulses) / count;
  throw std::logic_error("internal error: an unknown metric of layers: " + name);
}

void put_layers(const std::vector<Metric>& metrics, const std::vector<ArrayLayerOutcome>& layers, ChipResult& result) {
  std::size_t at = 0;
  for (const Metric& metric : metrics) {
    if (metric.dimension == "layer")
      for (std::size_t i = 0; i < layers.size(); ++i) result.values[at + i] = layer_metric(metric.name, layers[i]);
    at += metric.size;
  }
}

}  // namespace

DataSource::DataSource(const Experiment& experiment) {
  for (const Point& point : experiment.points) {
    const std::string& set = point.data.set;
    if (!directories_.contains(set)) directories_[set] = find_dataset_directory(set, point.data.directory).string();
    held_out_[set] = std::max(held_out_[set], point.data.validation);
  }
}

std::map<std::string, std::string> DataSource::hashes() {
  std::map<std::string, std::string> found;
  for (const auto& [set, directory] : directories_) {
    const ImageSet test = load_test(set, directory);
    const ImageSet& images = training(set);
    check_same_kind(images, test);
    (void)split_validation(images.count, static_cast<std::size_t>(held_out_[set]), 0);
    found[set] = sha256(content_sha256(images) + content_sha256(test));
    test_[set] = std::make_unique<EvaluationSet>(test);
  }
  return found;
}

const ImageSet& DataSource::training(const std::string& set) {
  const auto found = training_.find(set);
  return found != training_.end() ? found->second
                                  : training_.emplace(set, load_training(set, directories_.at(set))).first->second;
}

const EvaluationSet& DataSource::test(const std::string& set) {
  std::unique_ptr<EvaluationSet>& images = test_[set];
  if (!images) images = std::make_unique<EvaluationSet>(load_test(set, directories_.at(set)));
  return *images;
}

const ImageSet& DataSource::test_images(const std::string& set) {
  const auto found = test_images_.find(set);
  return found != test_images_.end() ? found->second
                                     : test_images_.emplace(set, load_test(set, directories_.at(set))).first->second;
}

NetworkSpec ExperimentTasks::spec_of(const Point& point) {
  const EvaluationSet& images = data_.test(point.data.set);
  return point.network.build(images.features(), images.classes());
}

StoredModel ExperimentTasks::obtain(std::uint32_t model, const Poll& poll) {
  const ModelTask& task = plan_.models[model];
  if (std::optional<StoredModel> stored = models_.load(task.id, task.identity)) return *stored;

  const Point& point = experiment_.points[task.point];
  const ImageSet& images = data_.training(point.data.set);
  Split split =
      split_validation(images.count, static_cast<std::size_t>(point.data.validation), split_key(experiment_.seed));
  const NetworkSpec spec = spec_of(point);
  const TrainingData data{&images, std::move(split.training), std::move(split.validation)};
  TrainedModel trained =
      train_model(spec, point.training, data, {experiment_.seed, static_cast<std::uint32_t>(task.replica)}, poll);

  double clean_accuracy = std::numeric_limits<double>::quiet_NaN();
  if (!trained.diverged) {
    // Through the very path that chips take, so that a chip without errors agrees to the last bit.
    const std::unique_ptr<WeightChips> digital = make_weight_chips(spec, 1);
    digital->program(0, trained.state, Variation{}, 0, {.purpose = Purpose::programming});
    const Tally clean = digital->evaluate(data_.test(point.data.set), poll).front();
    trained.diverged = !std::isfinite(clean.loss());  // in its last step, where no later loss can show it
    if (!trained.diverged) clean_accuracy = clean.accuracy();
  }
  StoredModel stored = to_stored(spec, trained);
  ModelRecord& record = stored.record;
  record.id = task.id;
  record.identity = task.identity;
  record.method = method_name(point.training.method);
  record.replica = static_cast<std::int64_t>(task.replica);
  record.clean_accuracy = clean_accuracy;
  models_.save(stored);
  return stored;
}

ModelRecord ExperimentTasks::train(std::uint32_t model, const Poll& poll) {
  return obtain(model, poll).record;
}

const ExperimentTasks::Loaded& ExperimentTasks::loaded(std::uint32_t model, const Poll& poll) {
  if (!loaded_ || loaded_->model != model) {
    arrays_.reset();
    const StoredModel stored = obtain(model, poll);
    const NetworkSpec spec = spec_of(experiment_.points[plan_.models[model].point]);
    loaded_ = Loaded{model, stored.record.diverged, spec, from_stored(spec, stored)};
  }
  return *loaded_;
}

std::vector<ChipResult> ExperimentTasks::evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll) {
  const EvaluationTask& task = plan_.evaluations[evaluation];
  const Point& point = experiment_.points[task.points.front()];
  const Loaded& model = loaded(task.model, poll);
  const std::vector<double> nothing(values_per_chip(experiment_.metrics), std::numeric_limits<double>::quiet_NaN());
  std::vector<ChipResult> results(task.unit_chips, {nothing, true});
  if (model.diverged) return results;

  if (point.hardware.arrays) {
    evaluate_arrays(evaluation, unit, model, results.front(), poll);
    return results;
  }
  const Variation& variation = point.hardware.variation;
  const std::unique_ptr<WeightChips> chips = make_weight_chips(model.spec, task.unit_chips);
  for (std::uint32_t i = 0; i < task.unit_chips; ++i) {
    const std::uint32_t trial = unit * task.unit_chips + i;
    chips->program(i, model.state, variation, point.chip_key,
                   chip_address(variation, static_cast<std::uint32_t>(task.replica), trial));
  }
  const std::vector<Tally> tallies = chips->evaluate(data_.test(point.data.set), poll);
  for (std::size_t i = 0; i < results.size(); ++i) put(tallies[i], results[i]);
  return results;
}

void ExperimentTasks::evaluate_arrays(std::uint32_t evaluation, std::uint32_t trial, const Loaded& model,
                                      ChipResult& result, const Poll& poll) {
  const EvaluationTask& task = plan_.evaluations[evaluation];
  require(task.unit_chips == 1, "chips on arrays come one at a time");
  const Point& point = experiment_.points[task.points.front()];
  if (!arrays_ || arrays_evaluation_ != evaluation) {
    arrays_.emplace(model.spec, model.state.parameters, point.hardware.array, data_.training(point.data.set),
                    data_.test_images(point.data.set), poll);
    arrays_evaluation_ = evaluation;
  }
  const ArrayOutcome outcome = arrays_->evaluate(point.chip_key, static_cast<std::uint32_t>(task.replica), trial, poll);
  put(outcome.tally, result);
  put_layers(experiment_.metrics, outcome.layers, result);
}

std::string pack(const ModelRecord& record) {
  return ByteWriter()
      .put(record.id)
      .put(record.identity)
      .put(record.method)
      .put(record.file)
      .put(record.replica)
      .put(record.epoch)
      .put(record.training_loss)
      .put(record.validation_accuracy)
      .put(record.clean_accuracy)
      .put(record.diverged)
      .take();
}

ModelRecord unpack_model(const std::string& text) {
  ByteReader bytes(text);
  ModelRecord record;
  record.id = bytes.get<std::string>();
  record.identity = bytes.get<std::string>();
  record.method = bytes.get<std::string>();
  record.file = bytes.get<std::string>();
  record.replica = bytes.get<std::int64_t>();
  record.epoch = bytes.get<std::int64_t>();
  record.training_loss = bytes.get<double>();
  record.validation_accuracy = bytes.get<double>();
  record.clean_accuracy = bytes.get<double>();
  record.diverged = bytes.get<bool>();
  return record;
}

std::string pack(const std::vector<ChipResult>& chips) {
  ByteWriter bytes;
  bytes.put(chips.size());
  for (const ChipResult& chip : chips) bytes.put(chip.failed).put(chip.values);
  return bytes.take();
}

std::vector<ChipResult> unpack_chips(const std::string& text, std::size_t values_per_chip) {
  ByteReader bytes(text);
  std::vector<ChipResult> chips;
  for (auto count = bytes.get<std::size_t>(); count > 0; --count) {
    ChipResult& chip = chips.emplace_back();
    chip.failed = bytes.get<bool>();
    chip.values = bytes.get<std::vector<double>>();
    require(chip.values.size() == values_per_chip, "a chip has a value for every metric");
  }
  require(bytes.at_end(), "a message holds nothing more");
  return chips;
}

}  // namespace ohmcarlo
