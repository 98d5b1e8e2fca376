#pragma once
// Kernels carry operations out: forward and backward passes over a batch, one row an image or frame. T is float, or
// double where gradients are checked.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "network/dropout.hpp"
#include "network/normalisation.hpp"
#include "network/operation.hpp"
#include "network/parameters.hpp"
#include "network/product.hpp"
#include "network/sequence.hpp"

namespace ohmcarlo {

/// What a forward pass leaves of one node for its backward pass, besides its outputs: each kernel has a type of its
/// own.
struct Tape {
  Tape() = default;
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;
  virtual ~Tape() = default;
};

/// What a node takes and uses in one pass.
template <class T>
struct NodePass {
  std::span<const View<const T>> inputs;  ///< [rows, features], one an input of the operation
  std::string_view name = {};             ///< of the node, for messages
  std::uint32_t number = 0;               ///< of the node in its network
  const Product<T>* product = nullptr;    ///< of an operation with weights, by which it multiplies
  const Vector<T>* bias = nullptr;        ///< of an operation with weights: [weights().outputs], added digitally
  const NormalisationUse<T>* normalisation = nullptr;  ///< of an operation that normalises
  const DropoutUse* dropout = nullptr;                 ///< of a training pass; none: nothing is dropped
  const Sequences* sequences = nullptr;                ///< of a batch of sequences
  std::unique_ptr<Tape>* tape = nullptr;               ///< where a kernel keeps what its way back needs; none: nowhere

  [[nodiscard]] View<const T> x() const { return inputs.front(); }
};

/// Where a node's derivatives are added.
template <class T>
struct NodeGradient {
  LayerParameters<T>* parameters = nullptr;             ///< of an operation with weights
  NormalisationParameters<T>* normalisation = nullptr;  ///< of an operation that normalises
};

/// A kernel has no state: parameters and activations are passed in.
template <class T>
class Kernel {
 public:
  Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  virtual ~Kernel() = default;

  /// Rows that come out of this pass; if not overridden, as many as go in.
  [[nodiscard]] virtual Index rows(const NodePass<T>& pass) const { return pass.x().rows; }

  /// From the inputs to y, which is overwritten. Columns may hold several chips side by side, as long as product and
  /// biases do too.
  virtual void forward(const NodePass<T>& pass, View<T> y) const = 0;

  /// From dL/dy to the derivative by each input (grad_inputs, overwritten), and dL/dparameters added to `gradient`. y
  /// is what forward gave. An empty grad_inputs[i] (no rows) is not computed.
  virtual void backward(const NodePass<T>& pass, View<const T> y, View<const T> grad_y,
                        std::span<const View<T>> grad_inputs, const NodeGradient<T>& gradient) const = 0;
};

template <class T>
[[nodiscard]] std::unique_ptr<Kernel<T>> make_kernel(const Operation& operation) {
  return operation.make_kernel(std::type_identity<T>());
}

/// A kernel of an operation with one input.
template <class T>
class UnaryKernel : public Kernel<T> {
 public:
  void backward(const NodePass<T>& pass, View<const T> y, View<const T> grad_y, std::span<const View<T>> grad_inputs,
                const NodeGradient<T>& gradient) const final {
    backward(pass, y, grad_y, grad_inputs.front(), gradient);
  }
  /// From dL/dy to dL/dx, which is not computed if it is empty (no rows).
  virtual void backward(const NodePass<T>& pass, View<const T> y, View<const T> grad_y, View<T> grad_x,
                        const NodeGradient<T>& gradient) const = 0;
};

}  // namespace ohmcarlo
