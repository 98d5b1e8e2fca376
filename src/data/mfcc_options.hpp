#pragma once
// What decides on the cepstral coefficients of speech.

#include <cstddef>
#include <cstdint>
#include <string>

namespace ohmcarlo {

/// The defaults are the usual 39 coefficients: 12 cepstra and log energy, with deltas and accelerations.
struct MfccOptions {
  std::uint32_t rate = 16000;     ///< samples a second
  double window_seconds = 0.025;  ///< length of a frame, rounded to samples, halves up
  double hop_seconds = 0.010;     ///< from the start of a frame to the start of the next, rounded to samples, halves up
  double pre_emphasis = 0.97;     ///< k of x'[n] = x[n] - k x[n-1], within a frame; x'[0] = (1 - k) x[0]
  std::uint32_t filters = 26;     ///< triangles, half overlapping, evenly spaced in mel = 2595 log10(1 + f / 700 Hz)
  double low_hz = 0.0;            ///< where the first triangle starts
  double high_hz = 0.0;           ///< where the last one ends; 0: half the rate
  std::uint32_t cepstra = 12;     ///< c_1 .. c_12 (c_0 is left out), at most filters - 1
  std::uint32_t lifter = 22;      ///< L of c_n (1 + L/2 sin(pi n / L)); 0: none
  bool energy = true;             ///< log energy as the last static coefficient
  std::uint32_t delta_window = 2;  ///< frames to each side of the regression for deltas and accelerations; 0: neither

  [[nodiscard]] std::size_t window() const;  ///< samples
  [[nodiscard]] std::size_t hop() const;     ///< samples
  [[nodiscard]] std::size_t statics() const { return cepstra + (energy ? 1 : 0); }
  [[nodiscard]] std::size_t coefficients() const { return statics() * (delta_window > 0 ? 3 : 1); }
  /// Whole frames in so many samples; what is left over at the end is not used.
  [[nodiscard]] std::size_t frames(std::size_t samples) const;
};

/// All options, in words: they belong to a set's content (and to a model's identity).
[[nodiscard]] std::string describe(const MfccOptions& options);

/// Throws BadUsage for options out of range: windows below two samples or above 1 s, a hop of none or above 1 s,
/// frequencies out of order or above half the rate, no cepstra or more than filters - 1.
void check_options(const MfccOptions& options);

}  // namespace ohmcarlo
