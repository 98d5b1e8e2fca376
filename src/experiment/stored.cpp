#include "experiment/stored.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include <fmt/ranges.h>

namespace ohmcarlo {

namespace {

/// Calls visit(name, array, shape) for every array of a network, in one order for storing and loading.
template <class State, class Visit>
void visit_arrays(const NetworkSpec& spec, State& state, const Visit& visit) {
  using Shape = std::vector<std::size_t>;
  const auto size = [](Index count) { return static_cast<std::size_t>(count); };
  const std::vector<LayerSpec> weights = spec.weight_layers();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const LayerSpec& layer = weights[i];
    visit(layer.name + ".weights", state.parameters[i].weights,
          Shape{size(layer.weight_outputs()), size(layer.weight_inputs())});
    visit(layer.name + ".bias", state.parameters[i].bias, Shape{size(layer.weight_outputs())});
  }
  const std::vector<LayerSpec> normalisations = spec.normalisation_layers();
  for (std::size_t i = 0; i < normalisations.size(); ++i) {
    const LayerSpec& layer = normalisations[i];
    const Shape channels{size(layer.in.channels)};
    visit(layer.name + ".gamma", state.normalisations.parameters[i].gamma, channels);
    visit(layer.name + ".beta", state.normalisations.parameters[i].beta, channels);
    visit(layer.name + ".mean", state.normalisations.running[i].mean, channels);
    visit(layer.name + ".variance", state.normalisations.running[i].variance, channels);
  }
}

/// The shape as a matrix: the inputs of a convolution may be written with their own dimensions.
std::vector<std::size_t> flat(const std::vector<std::size_t>& shape) {
  if (shape.size() < 2) return shape;
  return {shape[0], std::accumulate(shape.begin() + 1, shape.end(), std::size_t{1}, std::multiplies<>())};
}

}  // namespace

StoredModel to_stored(const NetworkSpec& spec, const TrainedModel& trained, const InputScaling& scaling) {
  StoredModel stored;
  visit_arrays(spec, trained.state,
               [&](const std::string& name, const auto& array, const std::vector<std::size_t>& shape) {
                 stored.arrays.push_back({name, shape, {array.data(), array.data() + array.size()}});
               });
  if (!scaling.mean.empty()) {
    stored.arrays.push_back({"inputs.mean", {scaling.mean.size()}, scaling.mean});
    stored.arrays.push_back({"inputs.sd", {scaling.sd.size()}, scaling.sd});
  }
  std::sort(stored.arrays.begin(), stored.arrays.end(),
            [](const NamedArray& a, const NamedArray& b) { return a.name < b.name; });
  for (const EpochReport& epoch : trained.epochs) {
    stored.training_loss.push_back(epoch.loss);
    stored.validation_accuracy.push_back(epoch.validation_accuracy);
  }
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const bool chosen = !trained.diverged && trained.epoch > 0;
  stored.record.epoch = trained.epoch;
  stored.record.diverged = trained.diverged;
  stored.record.training_loss = chosen ? stored.training_loss[static_cast<std::size_t>(trained.epoch - 1)] : kNaN;
  stored.record.validation_accuracy =
      chosen ? stored.validation_accuracy[static_cast<std::size_t>(trained.epoch - 1)] : kNaN;
  return stored;
}

InputScaling stored_scaling(const StoredModel& stored) {
  const auto array = [&](const char* name) {
    const auto found = std::ranges::find(stored.arrays, name, &NamedArray::name);
    return found == stored.arrays.end() ? std::vector<float>() : found->values;
  };
  return {array("inputs.mean"), array("inputs.sd")};
}

NetworkState<float> from_stored(const NetworkSpec& spec, const StoredModel& stored) {
  NetworkState<float> state{zero_parameters<float>(spec), initial_normalisations<float>(spec)};
  visit_arrays(spec, state, [&](const std::string& name, auto& array, const std::vector<std::size_t>& shape) {
    const auto found = std::ranges::find(stored.arrays, name, &NamedArray::name);
    if (found == stored.arrays.end() || found->shape != shape)
      fail_results("model {}: its array {} is missing or has another shape", stored.record.id, name);
    std::copy(found->values.begin(), found->values.end(), array.data());
  });
  return state;
}

NetworkState<float> from_weights(const NetworkSpec& spec, const WeightsFile& weights) {
  std::set<std::string> optional;
  for (const LayerSpec& layer : spec.weight_layers())
    if (!layer.biased) optional.insert(layer.name + ".bias");
  NetworkState<float> state{zero_parameters<float>(spec), initial_normalisations<float>(spec)};
  std::set<std::string> taken;
  visit_arrays(spec, state, [&](const std::string& name, auto& array, const std::vector<std::size_t>& shape) {
    const auto found = std::ranges::find(weights.arrays, name, &NamedArray::name);
    if (found == weights.arrays.end()) {
      if (optional.contains(name)) return;
      fail_data("{}: it lacks the array '{}' [{}]", weights.file, name, fmt::join(shape, ", "));
    }
    if (flat(found->shape) != shape)
      fail_data("{}: array '{}' is of the shape [{}] (allowed: [{}])", weights.file, name,
                fmt::join(found->shape, ", "), fmt::join(shape, ", "));
    if (optional.contains(name) && std::ranges::any_of(found->values, [](float x) { return x != 0; }))
      fail_data("{}: array '{}' is not zero, but that layer has no bias", weights.file, name);
    if (name.ends_with(".variance") && std::ranges::any_of(found->values, [](float x) { return x < 0; }))
      fail_data("{}: array '{}' holds a negative variance", weights.file, name);
    std::copy(found->values.begin(), found->values.end(), array.data());
    taken.insert(name);
  });
  for (const NamedArray& array : weights.arrays)
    if (!taken.contains(array.name)) fail_data("{}: no layer has the array '{}'", weights.file, array.name);
  return state;
}

}  // namespace ohmcarlo
