#include "trial/stored.hpp"

#include <algorithm>
#include <limits>

#include "exchange/converter_arrays.hpp"
#include "exchange/network_arrays.hpp"

namespace ohmcarlo {

StoredModel to_stored(const NetworkSpec& spec, const TrainedModel& trained, const InputScaling& scaling) {
  StoredModel stored;
  visit_arrays(spec, trained.state,
               [&](const std::string& name, const auto& array, const std::vector<std::size_t>& shape) {
                 stored.arrays.push_back({name, shape, {array.data(), array.data() + array.size()}});
               });
  std::ranges::move(converter_arrays(spec, trained.state.converters), std::back_inserter(stored.arrays));
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
  constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
  const bool chosen = !trained.diverged && trained.epoch > 0;
  stored.record.epoch = trained.epoch;
  stored.record.diverged = trained.diverged;
  stored.record.training_loss = chosen ? stored.training_loss[static_cast<std::size_t>(trained.epoch - 1)] : kAbsent;
  stored.record.validation_accuracy =
      chosen ? stored.validation_accuracy[static_cast<std::size_t>(trained.epoch - 1)] : kAbsent;
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
  try {
    state.converters = converter_scales(spec, stored.arrays);
  } catch (const std::runtime_error& error) {
    fail_results("model {}: {}", stored.record.id, error.what());
  }
  return state;
}

}  // namespace ohmcarlo
