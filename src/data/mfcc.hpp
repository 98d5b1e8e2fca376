#pragma once
// Mel-frequency cepstral coefficients of speech (Davis & Mermelstein, IEEE Trans. ASSP 28, 1980, 357-366) with log
// energy and their time derivatives, computed as in the HTK Book (Young et al., version 3.4, chapter 5): HTK's
// MFCC_E_D_A with ZMEANSOURCE = T, RAWENERGY = T, ENORMALISE = F, USEPOWER = F.

#include <memory>
#include <span>
#include <vector>

#include "data/mfcc_options.hpp"

namespace ohmcarlo {

/// Tables and the transform (FFTW) for one set of options. One object serves one thread at a time; making one is
/// thread-safe. On one type of processor equal inputs give equal bits.
///
/// A frame: samples times 32768 (HTK's scale: 16-bit integers), mean removed; log energy; pre-emphasis; Hamming window
/// 0.54 - 0.46 cos(2 pi n / (N - 1)); magnitudes of a transform of the next power of two; triangles over the
/// magnitudes; natural logarithm; c_n = sqrt(2 / M) sum_m log(f_m) cos(pi n (m - 1/2) / M); lifter. Energies and
/// triangles below 1 (a sample of half a step) count as 1, so digital silence gives zeros. Deltas: d_t = sum_k k
/// (c_{t+k} - c_{t-k}) / (2 sum_k k^2), k = 1 .. delta_window, first and last frame repeated beyond the ends;
/// accelerations are the deltas of the deltas.
class Mfcc {
 public:
  /// Throws BadUsage as check_options does, or for so many filters that one holds no line of the spectrum.
  explicit Mfcc(const MfccOptions& options);
  ~Mfcc();
  Mfcc(Mfcc&&) noexcept;
  Mfcc& operator=(Mfcc&&) noexcept;

  [[nodiscard]] const MfccOptions& options() const;

  /// [frames, coefficients]: the static coefficients (c_1.., log energy), their deltas, their accelerations.
  /// No frames for fewer samples than a window. `samples`: finite, full scale -1..1.
  [[nodiscard]] std::vector<float> coefficients(std::span<const float> samples);

  /// [frames] the natural logarithm of each frame's energy: of samples times 32768 without their mean, at least 1.
  [[nodiscard]] std::vector<float> log_energies(std::span<const float> samples);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ohmcarlo
