#pragma once
// Constants of an ONNX file as numbers, and what is computed of them before operators are read; private to exchange/.

#include <string>
#include <vector>

#include "exchange/onnx_node.hpp"
#include "exchange/onnx_turn.hpp"

namespace ohmcarlo {

/// A size that is left open, as a number among those of a shape: of the images or the first axis of sequences, and of
/// the second axis of sequences.
inline constexpr Index kOpenFirst = -(Index{1} << 40), kOpenSecond = kOpenFirst - 1;

struct OnnxConstant {
  Sizes shape;
  std::vector<double> values;  ///< row-major
  bool whole = false;          ///< whole numbers, shapes for example

  /// The shape [count] with these numbers.
  [[nodiscard]] static OnnxConstant of_integers(const std::vector<Index>& values);
};

/// Of any type of numbers. Throws BadData as read_floats() does.
[[nodiscard]] OnnxConstant read_constant(const std::string& who, const onnx::TensorProto& tensor);
/// A tensor of float32 or int64.
[[nodiscard]] onnx::TensorProto to_tensor(const std::string& name, const OnnxConstant& constant);

// What nodes make of constants. Each refuses (BadData) what does not fit.

/// An axis of `rank`, counted from the end where it is negative.
[[nodiscard]] std::size_t axis_of(const OnnxNode& node, Index axis, std::size_t rank);
/// The product of sizes. Refuses more than a constant may have, 2^27.
[[nodiscard]] std::size_t count_values(const OnnxNode& node, const Sizes& shape);
/// `shape` after Squeeze of `axes`, or of all axes of size 1 without them.
[[nodiscard]] Sizes squeezed_shape(const OnnxNode& node, const Sizes& shape, const Sizes& axes);
/// `shape` after Unsqueeze, `axes` being those of what comes out.
[[nodiscard]] Sizes unsqueezed_shape(const OnnxNode& node, const Sizes& shape, const Sizes& axes);
[[nodiscard]] OnnxConstant transposed(const OnnxNode& node, const OnnxConstant& x, const Sizes& perm);
/// Gather along an axis; negative indices count from the end.
[[nodiscard]] OnnxConstant gathered(const OnnxNode& node, const OnnxConstant& x, std::size_t axis,
                                    const OnnxConstant& indices);
[[nodiscard]] OnnxConstant concatenated(const OnnxNode& node, const std::vector<OnnxConstant>& parts, std::size_t axis);
/// The shape that both are repeated to, along axes of size 1 and those that are not there.
[[nodiscard]] Sizes common_shape(const OnnxNode& node, const Sizes& a, const Sizes& b);
/// x repeated to `shape`, which common_shape() gave.
[[nodiscard]] OnnxConstant repeated(const OnnxNode& node, const OnnxConstant& x, const Sizes& shape);

}  // namespace ohmcarlo
