#pragma once
// How the work of an experiment is done: train a model, evaluate a group of chips. Pure functions of the plan.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/stop.hpp"
#include "chip/array_network.hpp"
#include "chip/weight_chips.hpp"
#include "deployment/deployment.hpp"
#include "experiment/plan.hpp"
#include "records/model.hpp"
#include "training/trainer.hpp"
#include "training/weight_statistics.hpp"

namespace ohmcarlo {

/// Where trained models are kept; bound to the model store.
class ModelSource {
 public:
  ModelSource() = default;
  ModelSource(const ModelSource&) = delete;
  ModelSource& operator=(const ModelSource&) = delete;
  virtual ~ModelSource() = default;
  /// The model if it is there and whole.
  virtual std::optional<StoredModel> load(const std::string& id, const std::string& identity) = 0;
  /// Also removes the progress of its training.
  virtual void save(const StoredModel& model) = 0;
  /// What a training that did not come to its end has left, if it is there and whole.
  virtual std::optional<std::string> load_progress(const std::string& id, const std::string& identity) = 0;
  virtual void save_progress(const std::string& id, const std::string& identity, const std::string& progress) = 0;
};

/// The data of an experiment, read when first needed and kept.
class DataSource {
 public:
  /// Finds the directory of every data set of the experiment. Throws Error (exit 3).
  explicit DataSource(const Experiment& experiment);

  /// sha256 of the content of each set, by DataOptions::name. Reads all of it. Throws Error (exit 2 or 3): also for a
  /// validation split that leaves nothing to train on.
  [[nodiscard]] std::map<std::string, std::string> hashes();
  [[nodiscard]] const SampleSet& training(const DataOptions& data);
  [[nodiscard]] const EvaluationSet& test(const DataOptions& data, const InputScaling& scaling);
  /// Which training samples are held out; the same for every replica and method of a seed.
  [[nodiscard]] Split split(const DataOptions& data, std::uint64_t seed);

 private:
  const SpeechSet& speech(const DataOptions& data);

  // By DataOptions::name:
  std::map<std::string, DataOptions> sets_;                 ///< with the directory that was found
  std::map<std::string, std::set<std::int64_t>> held_out_;  ///< all sizes of validation that are asked for
  std::map<std::string, SampleSet> training_;               ///< of images
  std::map<std::string, SpeechSet> speech_;
  /// Of each set: with every scaling in use.
  std::map<std::string, std::vector<std::unique_ptr<EvaluationSet>>> test_;
};

/// What one chip yielded.
struct ChipResult {
  std::vector<double> values;  ///< of all metrics of the experiment, one after the other
  bool failed = false;         ///< its network diverged in training: the values are NaN
};

class ExperimentTasks {
 public:
  ExperimentTasks(const Experiment& experiment, const Plan& plan, DataSource& data, ModelSource& models,
                  const Clock& clock)
      : experiment_(experiment), plan_(plan), data_(data), models_(models), clock_(clock) {}

  /// Trains a model, unless it is already in the store, and saves it. Goes on from what an earlier training left; keeps
  /// its own progress now and then, and says a line of it at the end of epochs that take their time.
  ModelRecord train(std::uint32_t model, const Poll& poll, const Say& say);
  /// Evaluates the chips unit * unit_chips ... of an evaluation, always a whole unit.
  std::vector<ChipResult> evaluate(std::uint32_t evaluation, std::uint32_t unit, const Poll& poll);

 private:
  struct Loaded {
    std::uint32_t model;
    bool folded;
    bool diverged;
    NetworkSpec spec;
    NetworkState<float> state;
    InputScaling scaling;                   ///< of its inputs
    std::vector<WeightStatistics> weights;  ///< of every layer, if the experiment asks for them
  };
  /// Scales of another model's network, of which an evaluation has the ranges of converters.
  struct Ranges {
    std::uint32_t evaluation;
    std::vector<LayerScales> scales;  ///< none: the model diverged
  };
  /// The network as chips hold it: with normalisations of its own, or folded into its weights.
  const Loaded& loaded(std::uint32_t model, bool folded, const Poll& poll);
  StoredModel obtain(std::uint32_t model, const Poll& poll, const Say& say = {});
  [[nodiscard]] TrainingProgress beginning(const ModelTask& task, const NetworkSpec& spec, TrainingStream stream);
  /// Works out ranges_ for an evaluation that has them from another model. False if that model diverged.
  bool take_ranges(std::uint32_t evaluation, const Poll& poll);
  void evaluate_arrays(std::uint32_t evaluation, std::uint32_t trial, const Loaded& model, ChipResult& result,
                       const Poll& poll);

  const Experiment& experiment_;
  const Plan& plan_;
  DataSource& data_;
  ModelSource& models_;
  const Clock& clock_;
  std::optional<Loaded> loaded_;          ///< the last one used
  std::optional<Ranges> ranges_;          ///< likewise
  std::optional<ArrayNetwork> arrays_;    ///< of the evaluation arrays_evaluation_; refers to loaded_
  std::optional<Deployment> deployment_;  ///< of arrays_, if anything is done to chips
  std::uint32_t arrays_evaluation_ = 0;
};

// The same as bytes, for messages.
[[nodiscard]] std::string pack(const ModelRecord& record);
[[nodiscard]] ModelRecord unpack_model(const std::string& bytes);
[[nodiscard]] std::string pack(const std::vector<ChipResult>& chips);
/// Throws std::logic_error unless every chip has this many values.
[[nodiscard]] std::vector<ChipResult> unpack_chips(const std::string& bytes, std::size_t values_per_chip);

}  // namespace ohmcarlo
