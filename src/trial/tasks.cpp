#include "trial/tasks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "data/dataset.hpp"
#include "data/feature_scaling.hpp"
#include "network/folding.hpp"
#include "training/progress.hpp"
#include "trial/stored.hpp"

namespace ohmcarlo {
namespace {

/// The held-out images are the same for every replica and method of a seed.
std::uint64_t split_key(std::uint64_t seed) {
  return derived_key(seed, static_cast<std::uint64_t>(Purpose::validation_split));
}

const char* method_name(MethodKind method) {
  switch (method) {
    case MethodKind::plain:
      return "plain";
    case MethodKind::noise_injection:
      return "noise-injection";
    case MethodKind::ovf:
      return "ovf";
    case MethodKind::irs:
      return "irs";
    case MethodKind::kurtosis:
      return "kurtosis";
    case MethodKind::kure:
      return "kure";
  }
  throw std::logic_error("internal error: unknown training method");
}

/// The scaling of speech: every coefficient to mean 0 and sd 1 over the frames that are trained on.
InputScaling features_scaling(const ImageSet& set, const std::vector<std::uint32_t>& which) {
  std::vector<float> values;
  for (const std::uint32_t sample : which) {
    const std::size_t old = values.size();
    values.resize(old + (set.is_sequences() ? set.frames(sample) : set.height) * set.width);
    fill_row(set, sample, {}, values.data() + old);
  }
  const FeatureScaling scaling = feature_scaling(values, set.width);
  return {scaling.mean, scaling.sd};
}

/// Frames that pad all sequences of a set to the length of the longest.
double padding(const ImageSet& set) {
  return static_cast<double>(set.count * set.height) - static_cast<double>(set.first.back());
}

void put(const std::vector<Metric>& metrics, const Tally& tally, const ImageSet& images, ChipResult& result) {
  result.failed = false;
  result.values[kAccuracy] = tally.accuracy();
  result.values[kLoss] = tally.loss();
  result.values[kEkl] = tally.ekl();
  result.values[kCorrect] = tally.correct;
  const std::size_t classes = tally.class_images.size();  // perhaps fewer than another point has
  double* values = result.values.data();
  for (const Metric& metric : metrics) {
    if (metric.name == "accuracy_padded" && images.frame_wise) *values = accuracy_with_padding(tally, padding(images));
    if (metric.name == "class_accuracy")
      for (std::size_t c = 0; c < classes; ++c) values[c] = tally.class_accuracy(c);
    if (metric.name == "confusion")
      for (std::size_t c = 0; c < classes; ++c)
        std::copy_n(&tally.confusion[c * classes], classes, values + c * metric.dimensions.back().size);
    values += metric.size();
  }
}

/// Whether layer_metric() has it.
bool is_array_metric(const std::string& name) {
  constexpr std::array kNames = {"correlation", "saturation", "fault_rate", "sigma", "pulses"};
  return std::ranges::find(kNames, name) != kNames.end();
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
    if (is_array_metric(metric.name))
      for (std::size_t i = 0; i < layers.size(); ++i) result.values[at + i] = layer_metric(metric.name, layers[i]);
    at += metric.size();
  }
}

/// What was done to a chip; the errors of one to which nothing was done are not looked at.
void put_deployment(const std::vector<Metric>& metrics, const DeploymentOutcome& outcome, ChipResult& result) {
  double* values = result.values.data();
  for (const Metric& metric : metrics) {
    if (metric.name == "writes") *values = static_cast<double>(outcome.writes);
    if (metric.name == "updates") *values = static_cast<double>(outcome.updates);
    if (metric.name == "error_before") std::ranges::copy(outcome.error_before, values);
    if (metric.name == "error_after") std::ranges::copy(outcome.error_after, values);
    values += metric.size();
  }
}

/// What belongs to the model: the same for all its chips.
void put_weight_statistics(const std::vector<Metric>& metrics, const std::vector<WeightStatistics>& layers,
                           ChipResult& result) {
  std::size_t at = 0;
  for (const Metric& metric : metrics) {
    if (is_weight_statistic(metric.name))
      for (std::size_t i = 0; i < layers.size(); ++i) result.values[at + i] = weight_statistic(metric.name, layers[i]);
    at += metric.size();
  }
}

/// Follows one training: keeps its progress now and then, and says how epochs went that took their time.
class Watch final : public TrainingWatch {
 public:
  Watch(const ModelTask& task, int epochs, ModelSource& models, const Clock& clock, double seconds, const Say& say)
      : task_(task), epochs_(epochs), models_(models), clock_(clock), seconds_(seconds), say_(say) {}

  void on_epoch(int epoch, const EpochReport& report) override {
    constexpr double kPatience = 10;  // between two lines of one training, seconds
    const double now = clock_();
    if (!say_ || now - said_ < kPatience) return;
    said_ = now;
    say_(fmt::format("model {}: epoch {} of {}, loss {:.4f}, validation {:.2f} %", task_.id, epoch, epochs_,
                     report.loss, 100 * report.validation_accuracy));
  }
  [[nodiscard]] bool due() override { return clock_() - kept_ >= seconds_; }
  void keep(const TrainingProgress& progress) override {
    models_.save_progress(task_.id, task_.identity, pack(progress));
    kept_ = clock_();
  }

 private:
  const ModelTask& task_;
  int epochs_;
  ModelSource& models_;
  const Clock& clock_;
  double seconds_;
  const Say& say_;
  double kept_ = clock_();
  double said_ = kept_;
};

}  // namespace

DataSource::DataSource(const Experiment& experiment) {
  for (const std::size_t number : experiment.kinds()) {
    const DataOptions& data = experiment.points[number].data;
    if (!sets_.contains(data.name)) {
      sets_[data.name] = data;
      sets_[data.name].directory = find_dataset_directory(data.set, data.directory).string();
    }
    held_out_[data.name].insert(data.validation);
  }
}

std::map<std::string, std::string> DataSource::hashes() {
  std::map<std::string, std::string> found;
  for (auto& [name, set] : sets_) {
    const ImageSet test = set.speech ? speech(set).test : load_test(set.set, set.directory);
    const ImageSet& images = training(set);
    if (!set.speech) check_same_kind(images, test);
    for (const std::int64_t wanted : held_out_[name]) {
      set.validation = wanted;
      (void)split(set, 0);
    }
    found[name] = sha256(content_sha256(images) + content_sha256(test));
  }
  return found;
}

const SpeechSet& DataSource::speech(const DataOptions& data) {
  const auto found = speech_.find(data.name);
  return found != speech_.end()
             ? found->second
             : speech_.emplace(data.name, load_speech(*data.speech, sets_.at(data.name).directory)).first->second;
}

const ImageSet& DataSource::training(const DataOptions& data) {
  if (data.speech) return speech(data).training;
  const auto found = training_.find(data.name);
  return found != training_.end()
             ? found->second
             : training_.emplace(data.name, load_training(data.set, sets_.at(data.name).directory)).first->second;
}

const EvaluationSet& DataSource::test(const DataOptions& data, const InputScaling& scaling) {
  std::vector<std::unique_ptr<EvaluationSet>>& ready = test_[data.name];
  const auto found = std::ranges::find_if(ready, [&](const auto& images) { return images->scaling() == scaling; });
  if (found != ready.end()) return **found;
  ready.push_back(std::make_unique<EvaluationSet>(
      data.speech ? speech(data).test : load_test(data.set, sets_.at(data.name).directory), scaling));
  return *ready.back();
}

Split DataSource::split(const DataOptions& data, std::uint64_t seed) {
  const bool customary = data.validation == DataOptions::kCustomary;
  const auto wanted = customary ? std::nullopt : std::optional(static_cast<std::size_t>(data.validation));
  if (data.speech) return split_speech(speech(data), wanted, split_key(seed));
  return split_validation(training(data).count, *wanted, split_key(seed));
}

TrainingProgress ExperimentTasks::beginning(const ModelTask& task, const NetworkSpec& spec, TrainingStream stream) {
  const TrainingOptions& options = experiment_.points[task.point].training;
  if (const std::optional<std::string> left = models_.load_progress(task.id, task.identity))
    return unpack_progress(*left, spec, options);
  if (std::optional<NetworkState<float>> given = experiment_.points[task.point].network.given_weights(spec))
    return begin_training(spec, options, stream, std::move(*given));
  return begin_training(spec, options, stream);
}

StoredModel ExperimentTasks::obtain(std::uint32_t model, const Poll& poll, const Say& say) {
  const ModelTask& task = plan_.models[model];
  if (std::optional<StoredModel> stored = models_.load(task.id, task.identity)) return *stored;

  const Point& point = experiment_.points[task.point];
  const ImageSet& images = data_.training(point.data);
  Split split = data_.split(point.data, experiment_.seed);
  const NetworkSpec spec = point.network.build(point.data);
  const InputScaling scaling = point.data.speech ? features_scaling(images, split.training) : point.data.scaling;
  const TrainingData data{&images, scaling, std::move(split.training), std::move(split.validation)};
  const TrainingStream stream{experiment_.seed, static_cast<std::uint32_t>(task.replica)};
  Watch watch(task, point.training.epochs, models_, clock_, experiment_.checkpoint_seconds, say);
  TrainedModel trained = train_model(spec, point.training, data, stream, poll, beginning(task, spec, stream), &watch);

  double clean_accuracy = std::numeric_limits<double>::quiet_NaN(), clean_loss = clean_accuracy;
  if (!trained.diverged) {
    // Through the very path that chips take, so that a chip without errors agrees to the last bit.
    const std::unique_ptr<WeightChips> digital = make_weight_chips(spec, 1);
    digital->program(0, trained.state, Variation{}, 0, {.purpose = Purpose::programming});
    const Tally clean = digital->evaluate(data_.test(point.data, scaling), poll).front();
    trained.diverged = !std::isfinite(clean.loss());  // in its last step, where no later loss can show it
    if (!trained.diverged) {
      clean_accuracy = clean.accuracy();
      clean_loss = clean.loss();
    }
  }
  StoredModel stored = to_stored(spec, trained, point.data.speech ? scaling : InputScaling{});
  ModelRecord& record = stored.record;
  record.id = task.id;
  record.identity = task.identity;
  record.method = method_name(point.training.method);
  record.replica = static_cast<std::int64_t>(task.replica);
  record.clean_accuracy = clean_accuracy;
  record.clean_loss = clean_loss;
  models_.save(stored);
  return stored;
}

ModelRecord ExperimentTasks::train(std::uint32_t model, const Poll& poll, const Say& say) {
  return obtain(model, poll, say).record;
}

const ExperimentTasks::Loaded& ExperimentTasks::loaded(std::uint32_t model, bool folded, const Poll& poll) {
  if (!loaded_ || loaded_->model != model || loaded_->folded != folded) {
    deployment_.reset();
    arrays_.reset();
    const StoredModel stored = obtain(model, poll);
    const Point& point = experiment_.points[plan_.models[model].point];
    const NetworkSpec spec = point.network.build(point.data);
    loaded_ = Loaded{model,
                     folded,
                     stored.record.diverged,
                     spec,
                     from_stored(spec, stored),
                     point.data.speech ? stored_scaling(stored) : point.data.scaling,
                     {}};
    if (folded) {
      Folded<float> without = fold(spec, loaded_->state);
      loaded_->spec = std::move(without.spec);
      loaded_->state = {std::move(without.parameters), {}};
    }
    const auto asked = [](const Metric& metric) { return is_weight_statistic(metric.name); };
    if (std::ranges::any_of(experiment_.metrics, asked))
      for (const LayerParameters<float>& layer : loaded_->state.parameters)
        loaded_->weights.push_back(weight_statistics(View<const float>(layer.weights)));
  }
  return *loaded_;
}

bool ExperimentTasks::take_ranges(std::uint32_t evaluation, const Poll& poll) {
  const EvaluationTask& task = plan_.evaluations[evaluation];
  const Point& point = experiment_.points[task.points.front()];
  if (!ranges_ || ranges_->evaluation != evaluation) {
    ranges_ = Ranges{evaluation, {}};
    const Loaded& model = loaded(*task.range_model, point.hardware.fold_normalisation, poll);
    if (!model.diverged)
      ranges_->scales = ArrayNetwork(model.spec, model.state, point.hardware.array, data_.training(point.data),
                                     data_.test(point.data, model.scaling), poll)
                            .scales();
  }
  return !ranges_->scales.empty();
}

std::vector<ChipResult> ExperimentTasks::evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll) {
  const EvaluationTask& task = plan_.evaluations[evaluation];
  const Point& point = experiment_.points[task.points.front()];
  const std::vector<double> nothing(values_per_chip(experiment_.metrics), std::numeric_limits<double>::quiet_NaN());
  std::vector<ChipResult> results(task.unit_chips, {nothing, true});
  if (task.range_model && !take_ranges(evaluation, poll)) return results;
  const Loaded& model = loaded(task.model, point.hardware.fold_normalisation, poll);
  if (model.diverged) return results;

  for (ChipResult& result : results) put_weight_statistics(experiment_.metrics, model.weights, result);
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
  const EvaluationSet& test = data_.test(point.data, model.scaling);
  const std::vector<Tally> tallies = chips->evaluate(test, poll);
  for (std::size_t i = 0; i < results.size(); ++i) put(experiment_.metrics, tallies[i], test.data(), results[i]);
  return results;
}

void ExperimentTasks::evaluate_arrays(std::uint32_t evaluation, std::uint32_t trial, const Loaded& model,
                                      ChipResult& result, const Poll& poll) {
  const EvaluationTask& task = plan_.evaluations[evaluation];
  require(task.unit_chips == 1, "chips on arrays come one at a time");
  const Point& point = experiment_.points[task.points.front()];
  if (!arrays_ || arrays_evaluation_ != evaluation) {
    deployment_.reset();
    const ImageSet& training = data_.training(point.data);
    arrays_.emplace(model.spec, model.state, point.hardware.array, training, data_.test(point.data, model.scaling),
                    poll, point.deployment.writes(), task.range_model ? &ranges_->scales : nullptr);
    if (point.deployment.any())
      deployment_.emplace(
          point.deployment, *arrays_,
          DeploymentImages{&training, model.scaling, data_.split(point.data, experiment_.seed).training}, poll);
    arrays_evaluation_ = evaluation;
  }
  arrays_->program(point.chip_key, static_cast<std::uint32_t>(task.replica), trial, poll);
  put_deployment(experiment_.metrics, deployment_ ? deployment_->run(poll) : DeploymentOutcome{}, result);
  const ArrayOutcome outcome = arrays_->test(poll);
  put(experiment_.metrics, outcome.tally, data_.test(point.data, model.scaling).data(), result);
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
      .put(record.clean_loss)
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
  record.clean_loss = bytes.get<double>();
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
