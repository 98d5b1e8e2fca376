#pragma once
// The values of a network, and what the layers of one pass use of them.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "network/dropout.hpp"
#include "network/graph.hpp"
#include "network/kernel.hpp"
#include "network/normalisation.hpp"
#include "network/parameters.hpp"

namespace ohmcarlo {

/// Parameters of the shapes of `spec`, all zero.
template <class T>
[[nodiscard]] Parameters<T> zero_parameters(const NetworkSpec& spec);

/// What every operation with weights has before training (Operation::initialise). Addressed by (key, replica, layer):
/// the same for every method and point.
[[nodiscard]] Parameters<float> initial_parameters(const NetworkSpec& spec, std::uint64_t key, std::uint32_t replica);

/// Scales of the converters around each weight layer that a network has learnt to live with: one entry a weight layer,
/// 0 for those without. All empty for a network that was trained without converters.
template <class T>
struct ConverterScales {
  Vector<T> adc;     ///< what one code of a sum stands for, in currents of one cell fully on
  Vector<T> dac;     ///< the input with the largest code, negative where codes have a sign
  int adc_bits = 0;  ///< of a code
  /// Converters see sums of both signs (differences of pairs, cells with signs), not those of single lines.
  bool differential = false;

  [[nodiscard]] bool empty() const { return adc.size() == 0; }
};

/// All values of a network: what it learns, and its running statistics.
template <class T>
struct NetworkState {
  Parameters<T> parameters;
  Normalisations<T> normalisations;
  ConverterScales<T> converters = {};
};

/// Derivatives by all that is learnt; also the shape of an optimiser's moments.
template <class T>
struct NetworkGradient {
  Parameters<T> parameters;
  std::vector<NormalisationParameters<T>> normalisations;
  Vector<T> log_adc_scales = {};  ///< by the logarithms of ConverterScales::adc, as many as there are
};

/// A gradient of the shapes of `spec`, all zero.
template <class T>
[[nodiscard]] NetworkGradient<T> zero_gradient(const NetworkSpec& spec);

/// What nodes keep of a pass for its way back, one entry a node. Reused between passes.
using Tapes = std::vector<std::unique_ptr<Tape>>;

/// The sequences of a batch, for a pass.
struct SequenceUse {
  const Sequences* sequences = nullptr;
  Tapes* tapes = nullptr;  ///< where nodes keep what the backward pass needs; none: no backward pass
};

/// What the layers of one pass use: products to multiply by and biases to add, one entry a weight layer.
template <class T>
struct PassWeights {
  std::vector<const Product<T>*> products;
  std::vector<const Vector<T>*> biases;
  std::vector<NormalisationUse<T>> normalisations;  ///< one a normalisation; their mode, too, is that of the pass
  std::optional<DropoutUse> dropout;                ///< of a training pass; none: nothing is dropped
  SequenceUse sequences;                            ///< of a network that takes sequences
};

/// The pass that multiplies by plain matrices: `parameters`, which must outlive it.
template <class T>
class MatrixPass {
 public:
  explicit MatrixPass(const Parameters<T>& parameters, std::vector<NormalisationUse<T>> normalisations = {},
                      std::optional<DropoutUse> dropout = {}, SequenceUse sequences = {});
  MatrixPass(const MatrixPass&) = delete;
  MatrixPass& operator=(const MatrixPass&) = delete;
  [[nodiscard]] const PassWeights<T>& weights() const { return weights_; }

 private:
  std::vector<MatrixProduct<T>> products_;
  PassWeights<T> weights_;
};

}  // namespace ohmcarlo
