#include "experiment/stored.hpp"

#include <algorithm>
#include <limits>

namespace ohmcarlo {

StoredModel to_stored(const NetworkSpec& spec, const TrainedModel& trained) {
  StoredModel stored;
  const std::vector<LayerSpec> layers = spec.weight_layers();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto& [weights, bias] = trained.parameters[i];
    const std::size_t outputs = static_cast<std::size_t>(layers[i].weight_outputs());
    stored.arrays.push_back({layers[i].name + ".weights",
                             {outputs, static_cast<std::size_t>(layers[i].weight_inputs())},
                             {weights.data(), weights.data() + weights.size()}});
    stored.arrays.push_back({layers[i].name + ".bias", {outputs}, {bias.data(), bias.data() + bias.size()}});
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

Parameters<float> from_stored(const NetworkSpec& spec, const StoredModel& stored) {
  Parameters<float> parameters = zero_parameters<float>(spec);
  const auto fill = [&](const std::string& name, float* values, Index size) {
    const auto array = std::find_if(stored.arrays.begin(), stored.arrays.end(),
                                    [&](const NamedArray& candidate) { return candidate.name == name; });
    if (array == stored.arrays.end() || static_cast<Index>(array->values.size()) != size)
      fail_results("model {}: its array {} is missing or has another shape", stored.record.id, name);
    std::copy(array->values.begin(), array->values.end(), values);
  };
  const std::vector<LayerSpec> layers = spec.weight_layers();
  for (std::size_t i = 0; i < layers.size(); ++i) {
    fill(layers[i].name + ".weights", parameters[i].weights.data(), parameters[i].weights.size());
    fill(layers[i].name + ".bias", parameters[i].bias.data(), parameters[i].bias.size());
  }
  return parameters;
}

}  // namespace ohmcarlo
