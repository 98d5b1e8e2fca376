#pragma once
// A network: forward and backward passes over its graph, through any kind of product.

#include <cstdint>
#include <memory>
#include <vector>

#include "network/graph.hpp"
#include "network/pass.hpp"

namespace ohmcarlo {

/// Outputs of every layer of one pass, one row an image or frame of a sequence; kept for the backward pass. Reused
/// between passes.
template <class T>
using Activations = std::vector<Matrix<T>>;

template <class T>
class Network {
 public:
  /// Throws an Error if the layers do not fit each other.
  explicit Network(const NetworkSpec& spec);

  [[nodiscard]] const NetworkSpec& spec() const { return spec_; }

  /// x [images, inputs] -> logits [images, copies * classes] (of sequences: frames as network/sequence.hpp says, up to
  /// a layer that takes the last frame), a view of the last of `activations`. Starts at layer
  /// `first_layer` with x its first input; no other layer from there on may take the outputs of one before it. With
  /// copies > 1 every layer holds that many chips side by side in its columns.
  View<const T> forward(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                        std::size_t first_layer = 0, Index copies = 1) const;

  /// Layers [first, last) of the pass over x alone, given the outputs of those before them that they take.
  void forward_part(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations, std::size_t first,
                    std::size_t last) const;

  /// Adds the derivatives to `gradient`, given the pass's input x, its activations and dL/dlogits [images, classes].
  void backward(View<const T> x, const PassWeights<T>& weights, const Activations<T>& activations,
                View<const T> grad_logits, NetworkGradient<T>& gradient) const;

  /// forward that keeps the logits and the outputs that are dear to work out (Operation::is_dear) alone, the rest of
  /// `activations` empty: for passes that wait for their way back together.
  View<const T> forward_sparing(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations) const;
  /// backward of such a pass, to the same bits: works out again what is missing, and empties `activations`. `weights`
  /// are those of the pass, but move no running statistics.
  void backward_sparing(View<const T> x, const PassWeights<T>& weights, Activations<T>& activations,
                        View<const T> grad_logits, NetworkGradient<T>& gradient) const;

 private:
  /// The outputs that layer `i` takes, with x the network's input, or that of layer `first_layer` for its first one.
  void collect_inputs(std::size_t i, std::size_t first_layer, View<const T> x, const Activations<T>& activations,
                      std::vector<View<const T>>& inputs) const;
  /// What layer `i` uses in a pass.
  [[nodiscard]] NodePass<T> node_pass(std::size_t i, const PassWeights<T>& weights,
                                      const std::vector<View<const T>>& inputs) const;
  void forward_layer(std::size_t i, std::size_t first_layer, View<const T> x, const PassWeights<T>& weights,
                     Activations<T>& activations, Index copies) const;
  void require_complete(const PassWeights<T>& weights) const;
  /// True if passes that wait for their way back keep the outputs of layer `i`.
  [[nodiscard]] bool is_kept(std::size_t i) const;
  void restore(std::size_t i, View<const T> x, const PassWeights<T>& weights, Activations<T>& activations) const;
  /// Calls before(i) and after(i) around the way back through layer `i`.
  template <class Before, class After>
  void backward_through(View<const T> x, const PassWeights<T>& weights, const Activations<T>& activations,
                        View<const T> grad_logits, NetworkGradient<T>& gradient, Before before, After after) const;

  NetworkSpec spec_;
  std::vector<std::unique_ptr<Kernel<T>>> kernels_;  ///< one a layer
  std::vector<std::size_t> weights_;                 ///< of each layer: its entry among the parameters
  std::vector<std::size_t> normalisations_;          ///< of each layer: its entry among the normalisations
};

}  // namespace ohmcarlo
