#pragma once
// What an analog-to-digital converter adds to a current before it decides.

#include <cstdint>
#include <span>

#include "random/address.hpp"

namespace ohmcarlo {

enum class AdcNoiseLaw : std::uint8_t { none, gaussian, logistic };

/// Noise at the input of a converter, in units of the current of one cell that is fully on. `sd` is that of every
/// conversion. The small read margin of Wei et al. (IEEE JXCDC 6, 2020) makes it grow with the number k of conducting
/// cells among n active ones: variance sd^2 + k on_sd^2 + (n - k) off_sd^2, where k is the current itself, less what
/// cells that are off conduct. A logistic law has that standard deviation, not that scale (scale = sd sqrt(3) / pi).
struct AdcNoise {
  AdcNoiseLaw law = AdcNoiseLaw::none;
  double sd = 0;      ///< >= 0
  double on_sd = 0;   ///< >= 0, of each conducting cell
  double off_sd = 0;  ///< >= 0, of each active cell that does not conduct

  [[nodiscard]] bool off() const { return law == AdcNoiseLaw::none || (sd == 0 && on_sd == 0 && off_sd == 0); }
};

/// The sd of a logistic law of this scale, and the scale of the law that `noise` has where `conducting` of `active`
/// cells conduct, in currents of one cell fully on: scale = sd sqrt(3) / pi.
[[nodiscard]] double sd_of_logistic(double scale);
[[nodiscard]] double logistic_scale(const AdcNoise& noise, double conducting, double active);

/// What a converter sees of an array at one read.
struct ArrayState {
  double full_on = 1;   ///< current of one cell fully on, above 0
  double full_off = 0;  ///< current of an active cell that does not conduct, below full_on: 0 where it is compensated
  double active = 0;    ///< rows that are on, those that are partly on in part
};

/// currents[i] += noise. Element first + i of the stream at (key, address with Purpose::adc).
void add_adc_noise(const AdcNoise& noise, const ArrayState& array, std::uint64_t key, Address address,
                   std::uint64_t first, std::span<float> currents);

}  // namespace ohmcarlo
