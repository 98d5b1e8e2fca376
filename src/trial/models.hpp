#pragma once
// The networks of an experiment: trained, or loaded from where they are kept.

#include <memory>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/stop.hpp"
#include "chip/trained_network.hpp"
#include "experiment/plan.hpp"
#include "training/trainer.hpp"
#include "training/weight_statistics.hpp"
#include "trial/data_source.hpp"
#include "trial/last_used.hpp"
#include "trial/model_source.hpp"

namespace ohmcarlo {

/// A trained network as chips hold it, with everything that belongs to it.
class LoadedModel {
 public:
  LoadedModel(TrainedNetwork network, InputScaling scaling, bool diverged)
      : network_(std::make_shared<const TrainedNetwork>(std::move(network))),
        scaling_(std::move(scaling)),
        diverged_(diverged) {}

  [[nodiscard]] const std::shared_ptr<const TrainedNetwork>& network() const { return network_; }
  /// Of its inputs.
  [[nodiscard]] const InputScaling& scaling() const { return scaling_; }
  /// Whether its training diverged: it is on no chip.
  [[nodiscard]] bool diverged() const { return diverged_; }
  /// Of every layer with weights; worked out when first asked for. Not for several threads at once.
  [[nodiscard]] const std::vector<WeightStatistics>& layer_statistics() const;

 private:
  std::shared_ptr<const TrainedNetwork> network_;
  InputScaling scaling_;
  bool diverged_;
  mutable std::optional<std::vector<WeightStatistics>> layer_statistics_;
};

/// What the training of a model is given.
struct TrainingInputs {
  std::shared_ptr<const SampleSet> samples;  ///< which `data` points to
  NetworkSpec spec;
  TrainingData data;
  TrainingStream stream;
};

/// Those of a replica of the models of `point`.
[[nodiscard]] TrainingInputs training_inputs(const Experiment& experiment, const Point& point, std::size_t replica,
                                             DataSource& data);

/// Models by their number in the plan.
class Models {
 public:
  /// What is passed must outlive this.
  Models(const Experiment& experiment, const Plan& plan, DataSource& data, ModelSource& source, const Clock& clock)
      : experiment_(experiment), plan_(plan), data_(data), source_(source), clock_(clock) {}

  /// The model as it is stored, trained and saved if it is not there yet. Goes on from what an earlier training left;
  /// keeps its own progress now and then, and says a line of it at the end of epochs that take their time.
  [[nodiscard]] StoredModel obtain(std::uint32_t model, const Poll& poll, const Say& say = {});

  /// The network with normalisations of its own, or `folded` into its weights.
  [[nodiscard]] std::shared_ptr<const LoadedModel> load(std::uint32_t model, bool folded, const Poll& poll);

 private:
  struct Key {
    std::uint32_t model;
    bool folded;
    friend bool operator==(const Key&, const Key&) = default;
  };
  [[nodiscard]] TrainingProgress begin(const ModelTask& task, const NetworkSpec& spec, TrainingStream stream);

  const Experiment& experiment_;
  const Plan& plan_;
  DataSource& data_;
  ModelSource& source_;
  const Clock& clock_;
  LastUsed<Key, const LoadedModel> loaded_;
};

}  // namespace ohmcarlo
