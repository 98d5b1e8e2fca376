#pragma once
// Mel-frequency cepstral coefficients of speech (Davis & Mermelstein, IEEE Trans. ASSP 28, 1980, 357-366) with log
// energy and their time derivatives, computed as in the HTK Book (Young et al., version 3.4, chapter 5): HTK's
// MFCC_E_D_A with ZMEANSOURCE = T, RAWENERGY = T, ENORMALISE = F, USEPOWER = F.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

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

/// Tables and the transform (FFTW) for one set of options. One object serves one thread at a time; making one is
/// thread-safe. The same input gives the same bits on the same type of processor.
///
/// A frame: samples times 32768 (HTK's scale: 16-bit integers), mean removed; log energy; pre-emphasis; Hamming window
/// 0.54 - 0.46 cos(2 pi n / (N - 1)); magnitudes of a transform of the next power of two; triangles over the
/// magnitudes; natural logarithm; c_n = sqrt(2 / M) sum_m log(f_m) cos(pi n (m - 1/2) / M); lifter. Energies and
/// triangles below 1 (a sample of half a step) count as 1, so digital silence gives zeros. Deltas: d_t = sum_k k
/// (c_{t+k} - c_{t-k}) / (2 sum_k k^2), k = 1 .. delta_window, first and last frame repeated beyond the ends;
/// accelerations are the deltas of the deltas.
class Mfcc {
 public:
  /// Throws Error (exit 2) for options out of range: windows below two samples, a hop of none, frequencies out of order
  /// or above half the rate, more cepstra than filters - 1, so many filters that one holds no line of the spectrum.
  explicit Mfcc(const MfccOptions& options);
  ~Mfcc();
  Mfcc(Mfcc&&) noexcept;
  Mfcc& operator=(Mfcc&&) noexcept;

  [[nodiscard]] const MfccOptions& options() const;

  /// [frames, coefficients]: the static coefficients (c_1.., log energy), their deltas, their accelerations.
  /// No frames for fewer samples than a window. `samples`: finite, full scale -1..1.
  [[nodiscard]] std::vector<float> coefficients(std::span<const float> samples);

  /// [frames] the natural logarithm of each frame's energy, as above.
  [[nodiscard]] std::vector<float> log_energies(std::span<const float> samples);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The derivative by regression described above of `values` [frames, width], same shape. `window` at least 1.
[[nodiscard]] std::vector<float> deltas(std::span<const float> values, std::size_t width, std::size_t window);

}  // namespace ohmcarlo
