#include "trial/models.hpp"

#include <cmath>
#include <limits>

#include "chip/weight_chips.hpp"
#include "network/folding.hpp"
#include "training/method.hpp"
#include "training/progress.hpp"
#include "trial/stored.hpp"
#include "trial/training_log.hpp"

namespace ohmcarlo {
namespace {

/// What the network itself answers to the test samples, through the very path that chips take, so that a chip without
/// errors agrees to the last bit.
Tally evaluate_clean(const NetworkSpec& spec, const NetworkState<float>& state,
                     const std::shared_ptr<const EvaluationSet>& test, const Poll& poll) {
  const auto network = std::make_shared<const TrainedNetwork>(TrainedNetwork{spec, state});
  const std::unique_ptr<Chips> digital = make_weight_chips(network, Variation{}, test, 1);
  digital->program({}, poll);
  return digital->evaluate(test->all(), poll).front().tally;
}

}  // namespace

const std::vector<WeightStatistics>& LoadedModel::layer_statistics() const {
  if (!layer_statistics_) {
    layer_statistics_.emplace();
    for (const LayerParameters<float>& layer : network_->state.parameters)
      layer_statistics_->push_back(weight_statistics(View<const float>(layer.weights)));
  }
  return *layer_statistics_;
}

TrainingInputs training_inputs(const Experiment& experiment, const Point& point, std::size_t replica,
                               DataSource& data) {
  std::shared_ptr<const SampleSet> samples = data.training(point.data);
  Split split = data.split_training(point.data, experiment.seed);
  InputScaling scaling = scaling_of(point.data, *samples, split);
  TrainingData inputs{samples.get(), std::move(scaling), std::move(split.training), std::move(split.validation)};
  return {std::move(samples),
          point.network.build(point.data),
          std::move(inputs),
          {experiment.seed, static_cast<std::uint32_t>(replica)}};
}

TrainingProgress Models::begin(const ModelTask& task, const NetworkSpec& spec, TrainingStream stream) {
  const Point& point = experiment_.points[task.point];
  if (const std::optional<std::string> left = source_.load_progress(task.id, task.identity))
    return unpack_progress(*left, spec, point.training);
  if (std::optional<NetworkState<float>> given = point.network.given_weights(spec))
    return begin_training(spec, point.training, stream, std::move(*given));
  return begin_training(spec, point.training, stream);
}

StoredModel Models::obtain(std::uint32_t model, const Poll& poll, const Say& say) {
  const ModelTask& task = plan_.models[model];
  if (std::optional<StoredModel> stored = source_.load(task.id, task.identity)) return *stored;

  const Point& point = experiment_.points[task.point];
  const auto [samples, spec, data, stream] = training_inputs(experiment_, point, task.replica, data_);
  TrainingLog log(task, point.training.pretrain_epochs + point.training.epochs, source_, clock_,
                  experiment_.checkpoint_seconds, say);
  TrainedModel trained = train_model(spec, point.training, data, stream, poll, begin(task, spec, stream), &log);

  double clean_accuracy = std::numeric_limits<double>::quiet_NaN(), clean_loss = clean_accuracy;
  if (!trained.diverged) {
    const Tally clean = evaluate_clean(spec, trained.state, data_.test(point.data, data.scaling), poll);
    trained.diverged = !std::isfinite(clean.loss());  // in its last step, where no later loss can show it
    if (!trained.diverged) {
      clean_accuracy = clean.accuracy();
      clean_loss = clean.loss();
    }
  }
  StoredModel stored = to_stored(spec, trained, point.data.speech ? data.scaling : InputScaling{});
  ModelRecord& record = stored.record;
  record.id = task.id;
  record.identity = task.identity;
  record.method = entry_of(point.training.method).word;
  record.replica = static_cast<std::int64_t>(task.replica);
  record.clean_accuracy = clean_accuracy;
  record.clean_loss = clean_loss;
  source_.save(stored);
  return stored;
}

std::shared_ptr<const LoadedModel> Models::load(std::uint32_t model, bool folded, const Poll& poll) {
  return loaded_.find_or_make({model, folded}, [&] {
    const StoredModel stored = obtain(model, poll);
    const Point& point = experiment_.points[plan_.models[model].point];
    NetworkSpec spec = point.network.build(point.data);
    NetworkState<float> state = from_stored(spec, stored);
    TrainedNetwork network{std::move(spec), std::move(state)};
    if (folded) {
      Folded<float> without = fold(network.spec, network.state);
      network = {std::move(without.spec), {std::move(without.parameters), {}, network.state.converters}};
    }
    return std::make_shared<const LoadedModel>(
        std::move(network), point.data.speech ? stored_scaling(stored) : point.data.scaling, stored.record.diverged);
  });
}

}  // namespace ohmcarlo
