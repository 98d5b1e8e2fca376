#include "training/methods/noise_injection.hpp"

#include "chip/programming.hpp"
#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

Parameters<float> NoiseInjection::noisy(const Parameters<float>& clean, Purpose purpose, std::uint32_t chip,
                                        std::uint64_t event) const {
  Parameters<float> weights = round_weights(options_, clean);
  Address address{.replica = stream_.replica, .trial = chip};
  if (!options_.noise_arrays) {
    address.purpose = purpose;
    address.event = event;
    program_weights(options_.noise, stream_.key, address, weights);
    return weights;
  }
  // What programs cells has purposes of its own and no events: a key for each draw keeps them apart.
  const std::uint64_t key = derived_key(stream_.key, (static_cast<std::uint64_t>(purpose) << 48) | event);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!weights[i].weights.allFinite()) continue;  // diverged: cells have no such conductances
    address.layer = static_cast<std::uint32_t>(i);
    ArrayLayer layer(*options_.noise_arrays, View<const float>(weights[i].weights), false, groups_[i]);
    (void)layer.program({key, address});
    weights[i].weights = layer.read_back();
  }
  return weights;
}

double NoiseInjection::gradient(View<const float> x, const Targets& targets, NetworkState<float>& state,
                                std::uint64_t step, NetworkGradient<float>& gradient) {
  const std::uint64_t event = training_event(step, 0);
  return pass_(x, targets, noisy(state.parameters, Purpose::training_noise, 0, event), state.normalisations, event,
               gradient);
}

std::vector<Parameters<float>> NoiseInjection::chips_to_validate(const Parameters<float>& parameters) const {
  std::vector<Parameters<float>> chips;
  for (int chip = 0; chip < options_.validation_chips; ++chip)
    chips.push_back(noisy(parameters, Purpose::validation_noise, static_cast<std::uint32_t>(chip), 0));
  return chips;
}

namespace methods {
extern const MethodEntry noise_injection;
const MethodEntry noise_injection{
    .word = "noise-injection", .make = &make_method_of<NoiseInjection>, .validates_on_noisy_chips = true};
}  // namespace methods

}  // namespace ohmcarlo
