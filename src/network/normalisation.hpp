#pragma once
// Batch normalisation (Ioffe, Szegedy, ICML 2015, algorithms 1 and 2): every channel is brought to mean 0 and variance
// 1, then scaled by gamma and shifted by beta. Digital: no device holds its parameters.

#include <string_view>
#include <vector>

#include "linalg/matrix.hpp"
#include "network/planes.hpp"

namespace ohmcarlo {

inline constexpr double kNormalisationEpsilon = 1e-5;  ///< added to a variance before its root
inline constexpr double kRunningMomentum = 0.1;        ///< share of the newest batch in the running statistics

/// Scale and shift [channels]; also the shape of their gradients.
template <class T>
struct NormalisationParameters {
  Vector<T> gamma;
  Vector<T> beta;
};

/// Mean and variance [channels] over the images seen in training. State, not parameters: no gradient moves it.
template <class T>
struct RunningStatistics {
  Vector<T> mean;
  Vector<T> variance;
};

/// What one normalisation uses in one pass.
template <class T>
struct NormalisationUse {
  const NormalisationParameters<T>* parameters = nullptr;
  /// Evaluation: what to normalise by. None: training, by the statistics of the batch itself.
  const RunningStatistics<T>* running = nullptr;
  /// Training: what forward moves by kRunningMomentum towards the batch's mean and unbiased variance; may be none,
  /// where several passes see one batch.
  RunningStatistics<T>* updated = nullptr;
};

/// One entry a normalisation, in the order of NetworkSpec::normalisation_layers().
template <class T>
struct Normalisations {
  std::vector<NormalisationParameters<T>> parameters;
  std::vector<RunningStatistics<T>> running;

  /// In evaluation, by the running statistics. The uses must not outlive this.
  [[nodiscard]] std::vector<NormalisationUse<T>> evaluated() const;
  /// In training, by each batch's own; `update` moves the running statistics.
  [[nodiscard]] std::vector<NormalisationUse<T>> trained(bool update = true);
};

struct NetworkSpec;

/// The normalisations of `spec` before training: gamma 1, beta 0, running mean 0 and variance 1.
template <class T>
[[nodiscard]] Normalisations<T> initial_normalisations(const NetworkSpec& spec);

/// Gradients of the shapes of `spec`, all zero.
template <class T>
[[nodiscard]] std::vector<NormalisationParameters<T>> zero_normalisation_gradients(const NetworkSpec& spec);

/// x -> y, one row an image of these planes. In evaluation a row of y depends on that row of x
/// alone, bit for bit, and columns may hold several chips side by side. Training throws an Error that names `layer`
/// when a channel has fewer than two values, which have no variance.
template <class T>
void normalise(std::string_view layer, const Planes& planes, View<const T> x, View<T> y,
               const NormalisationUse<T>& use);

/// From dL/dy to dL/dx, and dL/dgamma and dL/dbeta added to `gradient`, for the pass that `use` gave (what it updated
/// does not matter). An empty grad_x (no rows) is not computed.
template <class T>
void normalise_backward(const Planes& planes, View<const T> x, View<const T> grad_y, View<T> grad_x,
                        const NormalisationUse<T>& use, NormalisationParameters<T>& gradient);

}  // namespace ohmcarlo
