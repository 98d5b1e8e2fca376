#pragma once
// What a chip holds of one weight layer.

#include <vector>

#include "crossbar/array_layer.hpp"

namespace ohmcarlo {

/// The conductances of the cells of one slice, in full scales: 0 at g_min, 1 at g_max, beyond where errors lead there.
/// Rows are the wordlines of the arrays (inputs of the layer), columns their bitlines (outputs), array beside array.
struct SliceContent {
  Matrix<float> positive;  ///< [inputs, outputs]
  /// Partners: the negative cells of pairs [inputs, outputs], or the cells of the reference columns [inputs, groups *
  /// column tiles]; empty where signs are digital.
  Matrix<float> negative;
  double scale = 1;  ///< what a full scale stands for, in units of the weights
};

/// Weights are the sums over the slices of scale * (positive - negative), of scale * positive * signs where signs are
/// digital, as long as wires are ideal.
struct LayerContent {
  Matrix<float> weights;  ///< [outputs, inputs], as the chip computes with them: wires included
  Vector<float> bias;     ///< [outputs]; digital, without errors
  // Of layers on arrays:
  Index groups = 1;                  ///< of outputs, each with arrays of its own
  Tiles tiles;                       ///< of each group
  std::vector<SliceContent> slices;  ///< the least significant first; none where weights are floats
  Matrix<float> signs;               ///< [inputs, outputs] of 1 and -1, where signs are digital; else empty
};

/// The content of a layer whose planes are kept. Cells that vary at every read are their targets.
[[nodiscard]] LayerContent content_of(const ArrayLayer& layer, const Vector<float>& bias);

}  // namespace ohmcarlo
