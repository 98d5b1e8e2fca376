#include "training/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "chip/trained_ranges.hpp"
#include "network/loss.hpp"
#include "network/quantisation.hpp"
#include "random/stream.hpp"
#include "training/converted_network.hpp"
#include "training/optimizer.hpp"

namespace ohmcarlo {
namespace {

constexpr std::size_t kValidationBatch = 500;
constexpr std::size_t kValidationSequences = 96;

/// Accuracy on the validation samples, mean over `chips`.
double validate(const Network<float>& network, const std::vector<std::unique_ptr<ValidatedNetwork>>& chips,
                const TrainingData& data, const Poll& poll) {
  if (data.validation.empty()) return std::numeric_limits<double>::quiet_NaN();
  Batch batch;
  Activations<float> activations;
  const std::size_t together = data.images->is_sequences() ? kValidationSequences : kValidationBatch;
  std::vector<Tally> tallies(chips.size());
  for (std::size_t first = 0; first < data.validation.size(); first += together) {
    const std::size_t count = std::min(together, data.validation.size() - first);
    const auto samples = std::span(data.validation).subspan(first, count);
    fill_batch(*data.images, data.scaling, samples, batch);
    for (std::size_t c = 0; c < chips.size(); ++c) {
      poll();
      const PassWeights<float>& pass = chips[c]->pass(samples, batch.sequences_or_null());
      tally_batch(network.forward(batch.x, pass, activations), batch.targets(), std::span(&tallies[c], 1));
    }
  }
  double sum = 0;
  for (const Tally& chip : tallies) sum += chip.accuracy();
  return sum / static_cast<double>(chips.size());
}

void set_zero(NetworkGradient<float>& gradient) {
  for (LayerParameters<float>& layer : gradient.parameters) {
    layer.weights.setZero();
    layer.bias.setZero();
  }
  for (NormalisationParameters<float>& layer : gradient.normalisations) {
    layer.gamma.setZero();
    layer.beta.setZero();
  }
  gradient.log_adc_scales.setZero();
}

/// What of the values of trained_network() goes on chips of the network `spec`.
NetworkState<float> on_chips(const NetworkSpec& spec, const TrainingOptions& options, NetworkState<float> state) {
  state.parameters.resize(spec.weight_layers().size());
  if (options.weight_rule == WeightRule::ternary) state.parameters = round_weights(options, state.parameters);
  return state;
}

/// The way back through what rounds weights.
void pass_rounding(const TrainingOptions& options, const Parameters<float>& parameters, Parameters<float>& gradient) {
  if (options.weight_rule != WeightRule::ternary) return;
  for (std::size_t i = 0; i < parameters.size(); ++i)
    stop_gradient_of_large_weights(View<const float>(parameters[i].weights), gradient[i].weights);
}

bool is_finite(const NetworkState<float>& state) {
  return std::ranges::all_of(state.parameters,
                             [](const auto& layer) { return layer.weights.allFinite() && layer.bias.allFinite(); }) &&
         std::ranges::all_of(state.normalisations.parameters,
                             [](const auto& layer) { return layer.gamma.allFinite() && layer.beta.allFinite(); }) &&
         std::ranges::all_of(state.normalisations.running,
                             [](const auto& layer) { return layer.mean.allFinite() && layer.variance.allFinite(); }) &&
         state.converters.adc.allFinite() &&
         ((state.converters.adc.array() > 0) == (state.converters.dac.array() != 0)).all();  // none is lost to rounding
}

/// What the epochs before those of the method are trained with.
TrainingOptions pretraining(TrainingOptions options) {
  options.method = MethodKind::plain;
  options.epochs = options.pretrain_epochs;
  return options;
}

/// The network that plain training has chosen is where the method begins, and nothing else of that training counts.
void end_pretraining(const TrainingOptions& options, const NetworkSpec& trained, TrainingProgress& progress) {
  progress.state.parameters = progress.model.state.parameters;
  progress.state.normalisations = progress.model.state.normalisations;
  progress.optimizer = initial_optimizer(options, trained);
  progress.best = -1;
}

}  // namespace

void gather(const TrainingData& data, std::span<const std::uint32_t> indices, const AugmentedEpoch* augmented,
            Matrix<float>& x, std::vector<Label>& labels) {
  const SampleSet& images = *data.images;
  const std::size_t pixels = images.shape().values();
  x.resize(static_cast<Index>(indices.size()), static_cast<Index>(pixels));
  labels.resize(indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    float* row = x.data() + i * pixels;
    if (augmented != nullptr)
      augmented->fill_row(images, indices[i], data.scaling, row);
    else
      fill_row(images, indices[i], data.scaling, row);
    labels[i] = images.labels(indices[i]).front();
  }
}

std::vector<std::uint32_t> epoch_order(std::uint32_t count, TrainingStream stream, int epoch) {
  // Two 32-bit words an image make ties negligible; the index breaks what is left of them.
  std::vector<std::uint32_t> words(2 * static_cast<std::size_t>(count));
  Stream(stream.key,
         {.purpose = Purpose::shuffle, .replica = stream.replica, .event = static_cast<std::uint64_t>(epoch)})
      .words(0, words);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keys(count);
  for (std::uint32_t i = 0; i < count; ++i)
    keys[i] = {(std::uint64_t{words[2 * std::size_t{i}]} << 32) | words[2 * std::size_t{i} + 1], i};
  std::sort(keys.begin(), keys.end());
  std::vector<std::uint32_t> order(count);
  std::transform(keys.begin(), keys.end(), order.begin(), [](const auto& key) { return key.second; });
  return order;
}

TrainingProgress begin_training(const NetworkSpec& spec, const TrainingOptions& options, TrainingStream stream) {
  const NetworkSpec trained = trained_network(spec, options);
  TrainingProgress begun;
  begun.state = {initial_parameters(trained, stream.key, stream.replica), initial_normalisations<float>(trained)};
  if (options.converters) begun.state.converters = initial_converters(spec, *options.converters);
  begun.optimizer = initial_optimizer(options, trained);
  begun.model.state = on_chips(spec, options, begun.state);
  return begun;
}

TrainingProgress begin_training(const NetworkSpec& spec, const TrainingOptions& options, TrainingStream stream,
                                NetworkState<float> given) {
  TrainingProgress begun = begin_training(spec, options, stream);
  std::ranges::copy(given.parameters, begun.state.parameters.begin());
  begun.state.normalisations = given.normalisations;
  // Whoever trains the weights without converters, or with others, makes the scales of such a training obsolete;
  // crossbar-aware finds its own.
  if (options.epochs == 0 ||
      (options.converters && options.method != MethodKind::crossbar_aware &&
       why_not_trained(options.converters->arrays, spec.weight_layers(), given.converters).empty()))
    begun.state.converters = given.converters;
  begun.model.state = std::move(given);
  begun.model.state.converters = begun.state.converters;
  return begun;
}

TrainedModel train_model(const NetworkSpec& spec, const TrainingOptions& options, const TrainingData& data,
                         TrainingStream stream, const Poll& poll, TrainingProgress progress, TrainingWatch* watch) {
  const NetworkSpec trained = trained_network(spec, options);
  const auto passes = [&](const NetworkSpec& of) {
    return options.activation_bits > 0 ? with_quantised_inputs(of, options.activation_bits) : of;
  };
  const Network<float> network(passes(trained)), backbone(passes(spec));
  const TrainingOptions before = pretraining(options);
  const std::unique_ptr<Method> own = make_method(network, options, stream),
                                plain = make_method(network, before, stream);
  NetworkGradient<float> gradient = zero_gradient(options, trained);
  TrainedModel& model = progress.model;

  const std::uint32_t count = static_cast<std::uint32_t>(data.training.size());
  const std::uint32_t batch = static_cast<std::uint32_t>(options.batch);
  const std::uint64_t steps_per_epoch = (std::uint64_t{count} + batch - 1) / batch;
  const Poll between_steps = [&] {
    if (watch != nullptr && watch->due()) watch->keep(progress);
    try {
      poll();
    } catch (...) {
      if (watch != nullptr) watch->keep(progress);
      throw;
    }
  };
  Batch samples;
  std::vector<std::uint32_t> chosen;
  while (model.epochs.size() < static_cast<std::size_t>(options.pretrain_epochs + options.epochs)) {
    const int epoch = static_cast<int>(model.epochs.size());
    const bool pretrains = epoch < options.pretrain_epochs;
    Method& method = pretrains ? *plain : *own;
    const int epoch_of_method = pretrains ? epoch : epoch - options.pretrain_epochs;
    const std::uint64_t begin = static_cast<std::uint64_t>(epoch) * steps_per_epoch;
    const std::vector<std::uint32_t> order = epoch_order(count, stream, epoch);
    const AugmentedEpoch augmented(options.augmentation, stream.key, stream.replica, static_cast<std::uint64_t>(epoch));
    const double rate = learning_rate(pretrains ? before : options, epoch_of_method);
    if (progress.steps == begin)
      method.begin_epoch(epoch_of_method, *data.images, data.scaling, progress.state, between_steps);
    while (progress.steps < begin + steps_per_epoch) {
      between_steps();
      const auto first = static_cast<std::uint32_t>((progress.steps - begin) * batch);
      chosen.clear();
      for (std::uint32_t i = first; i < std::min(first + batch, count); ++i) chosen.push_back(data.training[order[i]]);
      if (options.augmentation == Augmentation{})
        fill_batch(*data.images, data.scaling, chosen, samples);
      else
        gather(data, chosen, &augmented, samples.x, samples.labels);
      set_zero(gradient);
      Targets targets = samples.targets();
      targets.numbers = chosen;
      progress.loss_sum += method.gradient(samples.x, targets, progress.state, progress.steps, gradient) *
                           static_cast<double>(chosen.size());
      if (!std::isfinite(progress.loss_sum)) {
        model.diverged = true;
        return model;
      }
      pass_rounding(options, progress.state.parameters, gradient.parameters);
      optimizer_step(options, rate, gradient, progress.optimizer, progress.state);
      ++progress.steps;
      if (options.converters && !is_finite(progress.state)) {  // arrays hold no such weights
        model.diverged = true;
        return model;
      }
    }
    if (!is_finite(progress.state)) {
      model.diverged = true;
      return model;
    }
    const double accuracy = validate(backbone, method.networks_to_validate(progress.state), data, between_steps);
    model.epochs.push_back({progress.loss_sum / count, accuracy});
    if (std::isnan(accuracy) || accuracy > progress.best) {
      progress.best = accuracy;
      model.state = on_chips(spec, options, progress.state);
      model.epoch = epoch + 1;
    }
    progress.loss_sum = 0;
    if (pretrains && epoch_of_method + 1 == options.pretrain_epochs) end_pretraining(options, trained, progress);
    if (watch != nullptr) watch->on_epoch(epoch + 1, model.epochs.back());
  }
  return model;
}

TrainedModel train_model(const NetworkSpec& spec, const TrainingOptions& options, const TrainingData& data,
                         TrainingStream stream, const Poll& poll) {
  return train_model(spec, options, data, stream, poll, begin_training(spec, options, stream));
}

}  // namespace ohmcarlo
