#pragma once
// A weight matrix laid out for the hand-written products, and the product of dense inputs with it.

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// Weights [outputs, inputs] in panels of 16 outputs: panel p holds, input after input, the weights of outputs 16 p ..
/// 16 p + 15, zeros where there are no more outputs. Weights must be finite: products skip inputs that are zero.
class PackedWeights {
 public:
  static constexpr Index kPanel = 16;

  /// All weights zero.
  PackedWeights(Index outputs, Index inputs);
  explicit PackedWeights(View<const float> weights);

  /// Outputs first_output .. first_output + weights.rows - 1 get the rows of `weights` [any, inputs()]: packs a matrix
  /// again without new memory, or one of several chips that lie side by side.
  /// Throws std::logic_error if the rows do not fit.
  void set(Index first_output, View<const float> weights);

  [[nodiscard]] Index outputs() const { return outputs_; }
  [[nodiscard]] Index inputs() const { return inputs_; }
  /// [panels, inputs, kPanel].
  [[nodiscard]] const float* data() const { return data_.data(); }

 private:
  Index outputs_;
  Index inputs_;
  Vector<float> data_;
};

/// out = x w^T: x [rows, inputs], out [rows, outputs], not overlapping. Every element is the fused multiply-add chain
/// over the inputs in ascending order, from +0, and never -0: its bits depend on its own row of x and of w alone,
/// neither on the number of rows or outputs nor on the processor. As fast as multiply() with AVX2,
/// for few outputs too. Throws std::logic_error when the sizes disagree.
void multiply(View<const float> x, const PackedWeights& w, View<float> out);

/// Successive outputs of a weight matrix.
struct OutputRange {
  Index first = 0;
  Index count = 0;
};

/// The product with some of the outputs: x [rows, inputs] -> [rows, outputs.count], a part of `buffer`, which is
/// resized. Elements are those of multiply(), bit for bit. Throws std::logic_error if the sizes disagree.
[[nodiscard]] View<float> multiply_outputs(View<const float> x, const PackedWeights& w, const OutputRange& outputs,
                                           Matrix<float>& buffer);

}  // namespace ohmcarlo
