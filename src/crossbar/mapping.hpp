#pragma once
// From weights to the targets of cells, and back.

#include <span>
#include <vector>

#include "linalg/matrix.hpp"

namespace ohmcarlo {

/// How the sign of a weight is stored. max = largest |weight| of the layer.
enum class Mapping : std::uint8_t {
  sign_magnitude,  ///< `signed`: |w| on one stack of cells, the sign is digital and free of errors
  one_sided,       ///< a pair of stacks: |w| on the one of its sign, the other at g_min
  mid_point,       ///< a pair of cells at the middle of the range plus and minus w
  offset,          ///< w + max on one stack; every array has a reference column of cells that hold 0 + max
};

/// How many bits, on which cells.
struct CellFormat {
  Mapping mapping = Mapping::one_sided;
  int weight_bits = 0;  ///< bits of a stack, 1..16; 0: not quantised
  int cell_bits = 0;    ///< bits of a cell; 0: one cell a weight (analog, or with 2^weight_bits levels)

  [[nodiscard]] int slices() const;
  /// Stacks a weight has: 2 for the pairs, else 1.
  [[nodiscard]] int polarities() const {
    return mapping == Mapping::one_sided || mapping == Mapping::mid_point ? 2 : 1;
  }
  [[nodiscard]] bool has_reference() const { return mapping == Mapping::offset; }
  /// The level of g_max of a cell (CellRange::top).
  [[nodiscard]] int top() const;
  /// What a level of a cell of `slice` counts for: 2^(cell_bits slice).
  [[nodiscard]] double slice_weight(int slice) const;
  /// The largest code of a weight: codes are the whole numbers -largest..largest, or [-1, 1] when not quantised.
  [[nodiscard]] double largest_code() const;
  /// Levels of the whole stack (difference of a pair, or to the reference) for a weight of code 1.
  [[nodiscard]] double steps_per_code() const { return mapping == Mapping::mid_point && weight_bits > 0 ? 2 : 1; }
};

/// A layer's weights as codes: weight = code * unit.
struct WeightCodes {
  Matrix<float> codes;  ///< [outputs, inputs], whole numbers if quantised
  double unit = 1;      ///< max|W| / largest code; 1 for a layer of zeros
};

/// Rounds to the nearest code, halves to even. Weights must be finite.
[[nodiscard]] WeightCodes quantise(const CellFormat& format, View<const float> weights);

/// The target levels of the cells of one slice and polarity: targets[i] for codes[i].
void cell_targets(const CellFormat& format, std::span<const float> codes, int slice, bool negative,
                  std::span<float> targets);

/// The target of a cell of the reference column (Mapping::offset).
[[nodiscard]] float reference_target(const CellFormat& format, int slice);

}  // namespace ohmcarlo
