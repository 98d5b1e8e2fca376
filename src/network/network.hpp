#pragma once
// A network: layers in a chain, their parameters, forward and backward passes through any kind of product.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "network/dropout.hpp"
#include "network/layer.hpp"
#include "network/lstm.hpp"
#include "network/normalisation.hpp"

namespace ohmcarlo {

/// The parameters of every weight layer, in the order of NetworkSpec::weight_layers().
template <class T>
using Parameters = std::vector<LayerParameters<T>>;

/// Parameters of the shapes of `spec`, all zero.
template <class T>
[[nodiscard]] Parameters<T> zero_parameters(const NetworkSpec& spec);

/// Kaiming initialisation: weights N(0, 2 / weight_inputs()), biases 0 (He et al., ICCV 2015, eq. 10). Of LSTM cells,
/// whose gates do not rectify, N(0, 1 / weight_inputs()) and initial_lstm_bias().
/// Addressed by (key, replica, layer): the same for every method and point.
[[nodiscard]] Parameters<float> initial_parameters(const NetworkSpec& spec, std::uint64_t key, std::uint32_t replica);

/// All values of a network: what it learns, and its running statistics.
template <class T>
struct NetworkState {
  Parameters<T> parameters;
  Normalisations<T> normalisations;
};

/// Derivatives by all that is learnt; also the shape of an optimiser's moments.
template <class T>
struct NetworkGradient {
  Parameters<T> parameters;
  std::vector<NormalisationParameters<T>> normalisations;
};

/// A gradient of the shapes of `spec`, all zero.
template <class T>
[[nodiscard]] NetworkGradient<T> zero_gradient(const NetworkSpec& spec);

/// The sequences of a batch, for a pass.
template <class T>
struct SequenceUse {
  const Sequences* sequences = nullptr;
  std::vector<LstmTape<T>>* tapes = nullptr;  ///< one a layer, kept for the backward pass; none: not kept
};

/// What the layers of one pass use: products to multiply by and biases to add, one entry a weight layer.
template <class T>
struct PassWeights {
  std::vector<const Product<T>*> products;
  std::vector<const Vector<T>*> biases;
  std::vector<NormalisationUse<T>> normalisations;  ///< one a normalisation; their mode, too, is that of the pass
  std::optional<DropoutUse> dropout;                ///< of a training pass; none: nothing is dropped
  SequenceUse<T> sequences;                         ///< of a network with cells or a last frame
};

/// The pass that multiplies by plain matrices: `parameters`, which must outlive it.
template <class T>
class MatrixPass {
 public:
  explicit MatrixPass(const Parameters<T>& parameters, std::vector<NormalisationUse<T>> normalisations = {},
                      std::optional<DropoutUse> dropout = {}, SequenceUse<T> sequences = {});
  MatrixPass(const MatrixPass&) = delete;
  MatrixPass& operator=(const MatrixPass&) = delete;
  [[nodiscard]] const PassWeights<T>& weights() const { return weights_; }

 private:
  std::vector<MatrixProduct<T>> products_;
  PassWeights<T> weights_;
};

/// Outputs of every layer of one pass, one row an image or frame of a sequence; kept for the backward pass. Reused
/// between passes.
template <class T>
using Activations = std::vector<Matrix<T>>;

template <class T>
class Network {
 public:
  /// Throws an Error (exit status 2) if the layers do not fit each other.
  explicit Network(const NetworkSpec& spec);

  [[nodiscard]] const NetworkSpec& spec() const { return spec_; }

  /// x [images, inputs] -> logits [images, copies * classes] (of sequences: frames as network/sequence.hpp says, up to
  /// a layer that takes the last frame), a view of the last of `activations`. Starts at layer
  /// `first_layer` with x its input; no layer from there on may take the outputs of one before it by its number. With
  /// copies > 1 every layer holds that many chips side by side in its columns.
  View<const T> forward(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                        std::size_t first_layer = 0, Index copies = 1) const;

  /// Layers [first, last) of the pass over x alone, given the outputs of those before them that they take.
  void forward_part(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations, std::size_t first,
                    std::size_t last) const;
  /// The layer whose outputs layer `i` takes, if it is one.
  [[nodiscard]] std::optional<std::size_t> source(std::size_t i) const;

  /// Adds the derivatives to `gradient`, given the pass's input x, its activations and dL/dlogits [images, classes].
  void backward(View<const T> x, const PassWeights<T>& weights, const Activations<T>& activations,
                View<const T> grad_logits, NetworkGradient<T>& gradient) const;

  /// forward that keeps the outputs of weight layers and additions and the logits alone, the rest of `activations`
  /// empty: for passes that wait for their way back together.
  View<const T> forward_sparing(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations) const;
  /// backward of such a pass, to the same bits: works out again what is missing, and empties `activations`. `weights`
  /// are those of the pass, but move no running statistics.
  void backward_sparing(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                        View<const T> grad_logits, NetworkGradient<T>& gradient) const;

 private:
  /// The outputs that layer `i` takes.
  [[nodiscard]] View<const T> input(std::size_t i, std::size_t first_layer, View<const T> x,
                                    const Activations<T>& activations) const;
  void forward_layer(std::size_t i, View<const T> from, const PassWeights<T>& weights, Activations<T>& activations,
                     Index copies) const;
  /// True if the outputs of layer `i` are dear to work out.
  [[nodiscard]] bool spared(std::size_t i) const;
  void restore(std::size_t i, View<const T> x, const PassWeights<T>& weights, Activations<T>& activations) const;
  /// Calls before(i) and after(i) around the way back through layer `i`.
  template <class Before, class After>
  void backward_through(View<const T> x, const PassWeights<T>& weights, const Activations<T>& activations,
                        View<const T> grad_logits, NetworkGradient<T>& gradient, Before before, After after) const;
  void backward_layer(std::size_t i, View<const T> x, const PassWeights<T>& weights, const Activations<T>& activations,
                      View<const T> grad_y, View<T> grad_x, NetworkGradient<T>& gradient) const;

  NetworkSpec spec_;
  std::vector<std::unique_ptr<Layer<T>>> layers_;  ///< none where the network itself carries the layer out
  std::vector<std::unique_ptr<Lstm<T>>> lstms_;    ///< where an lstm stands
  std::vector<std::size_t> index_;  ///< of each layer: which entry of Parameters (or of the normalisations) is its own
};

}  // namespace ohmcarlo
