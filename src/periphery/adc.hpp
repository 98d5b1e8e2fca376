#pragma once
// What an analog-to-digital converter adds to a current before it decides.

#include <cstdint>
#include <span>

#include "random/address.hpp"

namespace ohmcarlo {

enum class AdcNoiseLaw : std::uint8_t { none, gaussian, logistic };

/// Noise at the input of a converter, in units of the current of one cell that is fully on. The small read margin of
/// Wei et al. (IEEE JXCDC 6, 2020) makes it grow with the number k of conducting cells among the n active ones:
/// variance sd^2 + k on_sd^2 + (n - k) off_sd^2. Cells are those of all lines whose currents enter the converter, so of
/// both lines where it converts the difference of a pair; `sd` counts once even then, for that is one converter. Rows
/// that are partly on and cells at levels between count in part (ArrayState). A logistic law has that standard
/// deviation, not that scale (scale = sd sqrt(3) / pi).
struct AdcNoise {
  AdcNoiseLaw law = AdcNoiseLaw::none;
  double sd = 0;      ///< >= 0, of every conversion
  double on_sd = 0;   ///< >= 0, of each conducting cell
  double off_sd = 0;  ///< >= 0, of each active cell that does not conduct

  [[nodiscard]] bool off() const { return law == AdcNoiseLaw::none || (sd == 0 && on_sd == 0 && off_sd == 0); }
  /// Whether the noise depends on how many cells conduct.
  [[nodiscard]] bool grows_with_cells() const { return law != AdcNoiseLaw::none && (on_sd > 0 || off_sd > 0); }
  /// The sd of one conversion with `conducting` cells among `active` ones, in currents of one cell fully on.
  [[nodiscard]] double sd_of(double conducting, double active) const;
};

/// What the converters of an array see of it at one read.
struct ArrayState {
  double full_on = 1;   ///< current of one cell fully on, above 0
  double full_off = 0;  ///< current of an active cell that does not conduct, below full_on: 0 where it is compensated
  double active = 0;    ///< cells that are active at a converter: |digit| / largest digit of the rows, times its lines
  /// For each converter what the active cells of all its lines conduct, as programmed, added up without the signs of
  /// digits, weights and lines that let currents cancel. Empty where nothing cancels, because every converter has one
  /// line and no digit is negative: the current itself is it then, with the noise of the read.
  std::span<const float> conducted = {};
};

/// currents[i] += noise. Element first + i of the stream at (key, address with Purpose::adc) is scaled by the sd for
/// k = (conducted - active full_off) / (full_on - full_off) conducting cells, which is kept within 0 .. active: what
/// cells conduct that are off is no part of k. `array.conducted` has as many elements as `currents`, or none.
void add_adc_noise(const AdcNoise& noise, const ArrayState& array, std::uint64_t key, Address address,
                   std::uint64_t first, std::span<float> currents);

}  // namespace ohmcarlo
