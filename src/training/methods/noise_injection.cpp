#include "training/methods/noise_injection.hpp"

#include "chip/programming.hpp"

namespace ohmcarlo {
double NoiseInjection::gradient(View<const float> x, std::span<const std::uint8_t> labels, NetworkState<float>& state,
                                std::uint64_t step, NetworkGradient<float>& gradient) {
  const std::uint64_t event = training_event(step, 0);
  noisy_ = state.parameters;
  program_weights(noise_, stream_.key, {.purpose = Purpose::training_noise, .replica = stream_.replica, .event = event},
                  noisy_);
  return pass_(x, labels, noisy_, state.normalisations, event, gradient);
}

std::vector<Parameters<float>> NoiseInjection::judged(const Parameters<float>& parameters) const {
  std::vector<Parameters<float>> chips(static_cast<std::size_t>(chips_), parameters);
  for (std::uint32_t chip = 0; chip < chips.size(); ++chip)
    program_weights(noise_, stream_.key,
                    {.purpose = Purpose::validation_noise, .replica = stream_.replica, .trial = chip}, chips[chip]);
  return chips;
}

}  // namespace ohmcarlo
